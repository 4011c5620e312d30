"""The first meeting: another hour, no hour, an interpreter, a file for one's calendar."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.domain import Referral
from services.referral.forms.referrals import AcceptForm, VersionForm
from services.referral.views import calendar
from services.referral.web.page import show
from shared.forms import expected_version
from shared.i18n import gettext as _
from shared.refusals import Invalid
from shared.security import ActorKind
from shared.web import current_actor, house, requires

pages = Blueprint("meetings", __name__)


@pages.get("/referrals/<uuid:referral_id>/meeting")
@requires("referral.plan_meeting")
def choose(referral_id: UUID) -> str:
    """Another day or hour. Shows nothing of the person, so it is no look."""
    referral = _seen(referral_id)
    known = {
        "version": str(referral.receiver_version),
        "contact": referral.contact,
        "place": referral.place,
        "interpreting": referral.interpreting,
    }
    return show("meeting.html", referral=referral, form=AcceptForm(formdata=None, data=known))


@pages.post("/referrals/<uuid:referral_id>/meeting")
@requires("referral.plan_meeting")
def plan(referral_id: UUID) -> ResponseReturnValue:
    form = AcceptForm()
    if not form.validate_on_submit():
        return show("meeting.html", referral=_seen(referral_id), form=form), 422
    target = commands.Target(referral_id, expected_version(form))
    try:
        commands.plan_meeting(house().db, current_actor(), target, form.appointment, house().settings.terms)
    except Invalid as refused:
        form.take(refused, {"at": "day"})
        return show("meeting.html", referral=_seen(referral_id), form=form), 422
    return redirect(url_for("referrals.see", referral_id=referral_id, done="planned"), 303)


@pages.post("/referrals/<uuid:referral_id>/meeting/cancel")
@requires("referral.cancel_meeting")
def cancel(referral_id: UUID) -> ResponseReturnValue:
    """By the receiver, the school or the person; nobody is asked why."""
    commands.cancel_meeting(house().db, current_actor(), _target(referral_id))
    if current_actor().kind == ActorKind.PERSON:
        return redirect(url_for("mine.see", done="cancelled"), 303)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="cancelled"), 303)


@pages.post("/referrals/<uuid:referral_id>/interpreter")
@requires("referral.book_interpreter")
def interpreter(referral_id: UUID) -> ResponseReturnValue:
    commands.book_interpreter(house().db, current_actor(), _target(referral_id))
    return redirect(url_for("referrals.see", referral_id=referral_id, done="booked"), 303)


@pages.get("/referrals/<uuid:referral_id>/afspraak.ics")
@requires("referral.calendar")
def file(referral_id: UUID) -> Response:
    """For one's own calendar. Its title says nothing; a link back goes to staff only, who sign in there."""
    actor = current_actor()
    found = calendar.meeting(house().db, actor, referral_id)
    is_staff = actor.kind == ActorKind.STAFF
    url = url_for("referrals.see", referral_id=referral_id, _external=True) if is_staff else None
    response = Response(found.written(_("Afspraak"), url), content_type=calendar.KIND)
    response.headers["Content-Disposition"] = 'attachment; filename="afspraak.ics"'
    return response


def _seen(referral_id: UUID) -> Referral:
    return commands.see_referral(house().db, current_actor(), referral_id, house().settings.terms)


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(VersionForm(request.form)))
