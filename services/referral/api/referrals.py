"""/referrals: from draft to answer, for the school and for the receiving organisation."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral import commands
from services.referral.api.shapes.directory import OrganisationPage, OrganisationShown
from services.referral.api.shapes.referrals import (
    AcceptReferral,
    AnswerInformation,
    AskInformation,
    CloseReferral,
    DeclineReferral,
    DraftReferral,
    NameCompanion,
    ReferralQuery,
)
from services.referral.api.shapes.shown import ReferralListed, ReferralPage, ReferralShown
from services.referral.api.sides import owners, receivers, sides, target
from services.referral.api.spec import SPEC, answers, mailing
from services.referral.commands import guests
from services.referral.domain import OPEN, WITH_RECEIVER, Appointment
from services.referral.views import directory, lists, teams
from services.referral.views import referrals as views
from shared.api import idempotency_key
from shared.never_collected import refuse_hints
from shared.paging import after
from shared.refusals import Invalid
from shared.web import current_actor, house, requires

api = Blueprint("api_referrals", __name__)


@api.post("/referrals")
@requires("referral.draft")
@SPEC.validate(resp=answers(ReferralShown, 201, keyed=True), tags=["referrals"])
def draft(json: DraftReferral) -> FlaskResponse:
    """Prepare a referral on a person's yes; it goes nowhere before it is sent."""
    refuse_hints({"goes_along": json.goes_along}, understood=json.understood)
    wish = commands.DraftWish(json.akkoord_id, json.reason, json.goes_along, json.to_organisation, json.team_id)
    made = commands.draft_referral(house().db, current_actor(), wish, key=idempotency_key())
    return owners(made, 201)


@api.get("/referrals")
@requires("referral.list")
@SPEC.validate(resp=answers(ReferralPage), tags=["referrals"])
def list_referrals(query: ReferralQuery) -> ReferralPage:
    """Your school's referrals, or those that your organisation received; no content, so no look."""
    actor, place = current_actor(), after(query.after, UUID)
    is_school = bool(actor.organisations_as("school_staff"))
    everything = OPEN if is_school else WITH_RECEIVER
    own = teams.mine(house().db, actor) if query.my_team else ()
    which = lists.Which(
        (query.status,) if query.status else everything,
        place[0] if place else None,
        limit=query.limit,
        teams=lists.Teams(own) if own else None,
    )
    page = (lists.overview if is_school else lists.worklist)(house().db, actor, which)
    return ReferralPage(items=[ReferralListed.of(one) for one in page.items], next=page.next)


@api.get("/referrals/<uuid:referral_id>")
@requires("referral.read")
@SPEC.validate(resp=answers(ReferralShown), tags=["referrals"])
def show(referral_id: UUID) -> FlaskResponse:
    """One referral; opening it is a look that the person can read.

    A receiver's first opening marks it seen; not with a token that may only read.
    """
    return sides(referral_id)


@api.get("/referrals/<uuid:referral_id>/alternatives")
@requires("referral.draft")
@SPEC.validate(resp=answers(OrganisationPage), tags=["referrals"])
def alternatives(referral_id: UUID) -> OrganisationPage:
    """Others for the same reason, with an agreement and, where they said so, with room (R8). Each needs its own yes."""
    found = directory.alternatives(house().db, current_actor(), views.own(house().db, current_actor(), referral_id))
    return OrganisationPage(items=[OrganisationShown.of(one) for one in found], next=None)


@api.post("/referrals/<uuid:referral_id>/send")
@requires("referral.send")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def send(referral_id: UUID) -> FlaskResponse:
    """Send it to the organisation that the person said yes to."""
    commands.send_referral(house().db, current_actor(), target(referral_id), house().settings.terms)
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/mail-again")
@requires("referral.mail_again")
@SPEC.validate(resp=mailing(ReferralShown), tags=["referrals"])
def mail_again(referral_id: UUID) -> FlaskResponse:
    """Have another link mailed to a receiver that answers by mail; the one before works no more."""
    guests.mail_again(house().db, current_actor(), target(referral_id))
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/accept")
@requires("referral.accept")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def accept(referral_id: UUID, json: AcceptReferral) -> FlaskResponse:
    """Say yes: who, when, where. Without `at` it is a yes without an hour yet."""
    terms, actor, db = house().settings.terms, current_actor(), house().db
    if json.at is None:
        commands.take_on_referral(db, actor, target(referral_id), json.contact, terms)
        return receivers(referral_id)
    missing = [name for name in ("contact", "place") if not getattr(json, name)]
    if missing:
        raise Invalid(dict.fromkeys(missing, "Geef bij een dag en uur ook een naam en een plaats."))
    visit = Appointment(json.contact, json.at, json.place, json.interpreting)
    commands.accept_referral(db, actor, target(referral_id), visit, terms)
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/ask-information")
@requires("referral.ask_information")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def ask_information(referral_id: UUID, json: AskInformation) -> FlaskResponse:
    """Say what you miss; the school answers, or asks the parent anew."""
    commands.ask_information(house().db, current_actor(), target(referral_id), json.kind, house().settings.terms)
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/answer-information")
@requires("referral.answer_information")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def answer_information(referral_id: UUID, json: AnswerInformation) -> FlaskResponse:
    """Answer with a code; with `akkoord_id` the referral rests on the person's newer yes from now on (R1)."""
    answer = commands.InformationAnswer(json.code, json.akkoord_id)
    commands.answer_information(house().db, current_actor(), target(referral_id), answer, house().settings.terms)
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/companion")
@requires("referral.name_companion")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def companion(referral_id: UUID, json: NameCompanion) -> FlaskResponse:
    """Say who of your school goes along (R6)."""
    refuse_hints({"goes_along": json.goes_along}, understood=json.understood)
    commands.name_companion(house().db, current_actor(), target(referral_id), json.goes_along)
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
@SPEC.validate(resp=answers(None, 204, changes=True, keyed=True), tags=["referrals"])
def decline(referral_id: UUID, json: DeclineReferral) -> FlaskResponse:
    """Say no. There is nothing to show afterwards: your access closes at once (R24)."""
    commands.decline_referral(house().db, current_actor(), target(referral_id), json.code)
    return FlaskResponse(status=204)


@api.post("/referrals/<uuid:referral_id>/withdraw")
@requires("referral.withdraw")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def withdraw(referral_id: UUID) -> FlaskResponse:
    """Take your school's referral back."""
    commands.withdraw_referral(house().db, current_actor(), target(referral_id))
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/error")
@requires("referral.call_error")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def error(referral_id: UUID) -> FlaskResponse:
    """It should not have been sent: access ends at once (R24)."""
    commands.call_error(house().db, current_actor(), target(referral_id))
    return owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/family-ends")
@requires("referral.end_by_family")
@SPEC.validate(resp=answers(None, 204, changes=True, keyed=True), tags=["referrals"])
def family_ends(referral_id: UUID) -> FlaskResponse:
    """The family does not want it any more: said by the person, or to the school. No reason is asked."""
    commands.end_by_family(house().db, current_actor(), target(referral_id))
    return FlaskResponse(status=204)


@api.post("/referrals/<uuid:referral_id>/close")
@requires("referral.close")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def close(referral_id: UUID, json: CloseReferral) -> FlaskResponse:
    """It came round, and somebody talked with the parent about it (R7)."""
    commands.close_referral(house().db, current_actor(), target(referral_id), json.talk)
    return owners(referral_id)
