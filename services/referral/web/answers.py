"""A referral from the receiver's side: six lines, then yes with a name and an hour, or no with a code."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.domain import Status
from services.referral.forms.referrals import AcceptForm, DeclineForm
from services.referral.views import referrals as views
from services.referral.web.page import show
from shared.forms import expected_version
from shared.refusals import Invalid
from shared.web import current_actor, house, requires, session_name

pages = Blueprint("answers", __name__)


def receivers_page(referral_id: UUID, form: AcceptForm | None = None) -> str:
    """The six lines with the form below; the first opening marks it seen."""
    actor, db, terms = current_actor(), house().db, house().settings.terms
    commands.see_referral(db, actor, referral_id, terms)
    lines = views.open_as_receiver(db, actor, referral_id, terms)
    if form is None and lines.status != Status.ACCEPTED:
        known = {
            "version": str(lines.version),
            "contact": session_name().split(" ")[0],
            "place": views.last_place(db, actor, lines.to_organisation),
        }
        form = AcceptForm(formdata=None, data=known)
    return show("partner_referral.html", lines=lines, form=form)


@pages.post("/referrals/<uuid:referral_id>/accept")
@requires("referral.accept")
def accept(referral_id: UUID) -> ResponseReturnValue:
    form = AcceptForm()
    if not form.validate_on_submit():
        return receivers_page(referral_id, form), 422
    target = commands.Target(referral_id, expected_version(form))
    try:
        commands.accept_referral(house().db, current_actor(), target, form.appointment, house().settings.terms)
    except Invalid as refused:
        form.take(refused, {"at": "day"})
        return receivers_page(referral_id, form), 422
    return redirect(url_for("referrals.see", referral_id=referral_id, done="accepted"), 303)


@pages.get("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
def ask_why(referral_id: UUID) -> str:
    """Shows nothing of the person, so it is no look."""
    referral = commands.see_referral(house().db, current_actor(), referral_id, house().settings.terms)
    form = DeclineForm(formdata=None, data={"version": str(referral.version)})
    return show("decline.html", referral_id=referral_id, form=form)


@pages.post("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
def decline(referral_id: UUID) -> ResponseReturnValue:
    form = DeclineForm()
    if not form.validate_on_submit():
        return show("decline.html", referral_id=referral_id, form=form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.decline_referral(house().db, current_actor(), target, form.code.data)
    return redirect(url_for("overview.index", done="declined"), 303)
