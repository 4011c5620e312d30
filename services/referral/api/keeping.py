"""/organisations/{id}: its mailbox and its people, for whoever keeps them."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral.api.shapes.agreements import (
    ContactShown,
    InvitationShown,
    Invite,
    MembershipList,
    MembershipShown,
    WriteContact,
)
from services.referral.api.spec import SPEC, answers
from services.referral.commands.directory import end_membership
from services.referral.commands.guests import write_contact
from services.referral.commands.invitations import Wish, invite_staff
from services.referral.domain.guests import Contact
from services.referral.domain.refusals import InvitesElsewhere
from services.referral.views import guests, invitations
from shared import clock
from shared.web import current_actor, house, requires

api = Blueprint("api_keeping", __name__)


@api.get("/organisations/<uuid:organisation_id>/contact")
@requires("contact.write")
@SPEC.validate(resp=answers(ContactShown), tags=["organisations"])
def contact(organisation_id: UUID) -> ContactShown:
    """Where mail about referrals to this organisation goes."""
    return ContactShown.of(guests.place(house().db, current_actor(), organisation_id).contact)


@api.put("/organisations/<uuid:organisation_id>/contact")
@requires("contact.write")
@SPEC.validate(resp=answers(ContactShown), tags=["organisations"])
def put_contact(organisation_id: UUID, json: WriteContact) -> ContactShown:
    """The last one written counts."""
    db, actor = house().db, current_actor()
    write_contact(db, actor, Contact(organisation_id, json.email or "", json.always))
    return ContactShown.of(guests.place(db, actor, organisation_id).contact)


@api.get("/organisations/<uuid:organisation_id>/memberships")
@requires("staff.invite")
@SPEC.validate(resp=answers(MembershipList), tags=["organisations"])
def memberships(organisation_id: UUID) -> MembershipList:
    """Who works there today."""
    db, actor = house().db, current_actor()
    place = invitations.place(db, actor, organisation_id)
    return MembershipList(items=[MembershipShown.of(one) for one in invitations.working(db, actor, place.id)])


@api.post("/organisations/<uuid:organisation_id>/invitations")
@requires("staff.invite")
@SPEC.validate(resp=answers(InvitationShown, 201), tags=["organisations"])
def invite(organisation_id: UUID, json: Invite) -> tuple[InvitationShown, int]:
    """Ask somebody to work for it; the same wish twice is one invitation."""
    place = invitations.place(house().db, current_actor(), organisation_id)
    if not house().settings.makes_accounts:
        raise InvitesElsewhere(str(place.id))
    wish = Wish(place.id, json.email, json.role, json.function, json.secrecy)
    return InvitationShown(id=invite_staff(house().db, current_actor(), wish)), 201


@api.delete("/memberships/<uuid:membership_id>")
@requires("staff.end")
@SPEC.validate(resp=answers(None, 204), tags=["organisations"])
def end(membership_id: UUID) -> FlaskResponse:
    """Over at once. Twice changes nothing."""
    end_membership(house().db, current_actor(), membership_id, clock.today())
    return FlaskResponse(status=204)
