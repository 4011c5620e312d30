"""Inviting staff: find the organisation, say whom and as what, and see what became of it."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands.directory import end_membership
from services.referral.commands.invitations import Wish, invite_staff, oversees
from services.referral.domain.invitations import RESPONSIBLE
from services.referral.forms.guests import AskForm
from services.referral.forms.invitations import InviteForm, PlaceForm
from services.referral.views import directory, invitations
from services.referral.web.page import fragment, show
from shared import clock
from shared.paging import after
from shared.web import current_actor, house, polled, requires

pages = Blueprint("staff", __name__)


@pages.get("/staff/")
@requires("staff.invite")
def find() -> ResponseReturnValue:
    """All organisations for whoever oversees them; their own for who is responsible for one."""
    actor = current_actor()
    own = sorted(actor.organisations_as(RESPONSIBLE))
    if not oversees(actor) and len(own) == 1:
        return redirect(url_for("staff.see", organisation_id=own[0]), 303)
    if not oversees(actor):
        return show("staff_own.html", names=directory.own_names(house().db, actor), own=own)
    form = PlaceForm(formdata=request.args)
    words = (form.q.data or "")[:100]
    place = after(request.args.get("after"), str, UUID)
    search = directory.Search(words=words, after=(place[0], place[1]) if place else None, limit=20)
    return show("staff_find.html", form=form, page=directory.organisations(house().db, current_actor(), search))


@pages.get("/staff/<uuid:organisation_id>")
@requires("staff.invite")
def see(organisation_id: UUID) -> str:
    place = invitations.place(house().db, current_actor(), organisation_id)
    return _page(place, InviteForm(place.kind, formdata=None, oversight=oversees(current_actor())))


@pages.post("/staff/<uuid:organisation_id>")
@requires("staff.invite")
def invite(organisation_id: UUID) -> ResponseReturnValue:
    """The worker makes the account; this only writes down that somebody is invited."""
    place = invitations.place(house().db, current_actor(), organisation_id)
    form = InviteForm(place.kind, oversight=oversees(current_actor()))
    if not house().settings.makes_accounts or not form.validate_on_submit():
        return _page(place, form), 422
    wish = Wish(organisation_id, form.email.data, form.role.data, form.function.data, form.secrecy.data)
    invite_staff(house().db, current_actor(), wish)
    return redirect(url_for("staff.see", organisation_id=organisation_id, done="invited"), 303)


@pages.get("/staff/<uuid:organisation_id>/invitations")
@requires("staff.invite")
def invited(organisation_id: UUID) -> Response:
    place = invitations.place(house().db, current_actor(), organisation_id)
    return polled(fragment("staff_invited.html", invited=invitations.invited(house().db, current_actor(), place.id)))


@pages.post("/staff/<uuid:organisation_id>/memberships/<uuid:membership_id>/end")
@requires("staff.end")
def end(organisation_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """From this moment they can do nothing for the organisation."""
    if AskForm().validate_on_submit():
        end_membership(house().db, current_actor(), membership_id, clock.today())
    return redirect(url_for("staff.see", organisation_id=organisation_id, done="ended"), 303)


def _page(place: invitations.Place, form: InviteForm) -> str:
    actor, db = current_actor(), house().db
    return show(
        "staff.html",
        place=place,
        oversees=oversees(actor),
        form=form,
        makes_accounts=house().settings.makes_accounts,
        working=invitations.working(db, actor, place.id),
        invited=invitations.invited(db, actor, place.id),
    )
