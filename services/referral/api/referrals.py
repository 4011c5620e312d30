"""/referrals: from draft to answer, for the school and for the receiving organisation."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral import commands
from services.referral.api.shapes.referrals import (
    AcceptReferral,
    DeclineReferral,
    DraftReferral,
    NameCompanion,
    ReferralListed,
    ReferralPage,
    ReferralQuery,
    ReferralShown,
)
from services.referral.api.spec import SPEC, answers
from services.referral.domain import OPEN, WITH_RECEIVER, Appointment
from services.referral.views import referrals as views
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.paging import after
from shared.web import current_actor, house, requires

api = Blueprint("api_referrals", __name__)


@api.post("/referrals")
@requires("referral.draft")
@SPEC.validate(resp=answers(ReferralShown, 201), tags=["referrals"])
def draft(json: DraftReferral) -> FlaskResponse:
    """Prepare a referral on a person's yes; it goes nowhere before it is sent."""
    refuse_hints({"goes_along": json.goes_along}, understood=json.understood)
    wish = commands.DraftWish(json.akkoord_id, json.reason, json.goes_along, json.to_organisation)
    made = commands.draft_referral(house().db, current_actor(), wish, key=idempotency_key())
    return _owners(made, 201)


@api.get("/referrals")
@requires("referral.list")
@SPEC.validate(resp=answers(ReferralPage), tags=["referrals"])
def list_referrals(query: ReferralQuery) -> ReferralPage:
    """Your school's referrals, or those that your organisation received; no content, so no look."""
    actor, place = current_actor(), after(query.after, UUID)
    is_school = bool(actor.organisations_as("school_staff"))
    everything = OPEN if is_school else WITH_RECEIVER
    which = views.Which((query.status,) if query.status else everything, place[0] if place else None, limit=query.limit)
    page = (views.overview if is_school else views.worklist)(house().db, actor, which)
    return ReferralPage(items=[ReferralListed.of(one) for one in page.items], next=page.next)


@api.get("/referrals/<uuid:referral_id>")
@requires("referral.read")
@SPEC.validate(resp=answers(ReferralShown), tags=["referrals"])
def show(referral_id: UUID) -> FlaskResponse:
    """One referral; opening it is a look that the person can read. A receiver's first opening marks it seen."""
    if views.is_owner(house().db, current_actor(), referral_id):
        return _owners(referral_id)
    commands.see_referral(house().db, current_actor(), referral_id, house().settings.terms)
    return _receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/send")
@requires("referral.send")
@SPEC.validate(resp=answers(ReferralShown, changes=True), tags=["referrals"])
def send(referral_id: UUID) -> FlaskResponse:
    """Send it to the organisation that the person said yes to."""
    commands.send_referral(house().db, current_actor(), _target(referral_id), house().settings.terms)
    return _owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/accept")
@requires("referral.accept")
@SPEC.validate(resp=answers(ReferralShown, changes=True), tags=["referrals"])
def accept(referral_id: UUID, json: AcceptReferral) -> FlaskResponse:
    """Say yes: who, when, where."""
    visit = Appointment(json.contact, json.at, json.place)
    commands.accept_referral(house().db, current_actor(), _target(referral_id), visit, house().settings.terms)
    return _receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
@SPEC.validate(resp=answers(None, 204, changes=True), tags=["referrals"])
def decline(referral_id: UUID, json: DeclineReferral) -> FlaskResponse:
    """Say no. There is nothing to show afterwards: your access closes at once (R24)."""
    commands.decline_referral(house().db, current_actor(), _target(referral_id), json.code)
    return FlaskResponse(status=204)


@api.post("/referrals/<uuid:referral_id>/recall")
@requires("referral.recall")
@SPEC.validate(resp=answers(ReferralShown, changes=True), tags=["referrals"])
def recall(referral_id: UUID) -> FlaskResponse:
    """Take your school's referral back."""
    commands.recall_referral(house().db, current_actor(), _target(referral_id))
    return _owners(referral_id)


@api.post("/referrals/<uuid:referral_id>/companion")
@requires("referral.name_companion")
@SPEC.validate(resp=answers(ReferralShown, changes=True), tags=["referrals"])
def companion(referral_id: UUID, json: NameCompanion) -> FlaskResponse:
    """Say who of your school goes along (R6)."""
    refuse_hints({"goes_along": json.goes_along}, understood=json.understood)
    commands.name_companion(house().db, current_actor(), _target(referral_id), json.goes_along)
    return _owners(referral_id)


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(), idempotency_key())


def _owners(referral_id: UUID, status: int = 200) -> FlaskResponse:
    opened = views.open_as_owner(house().db, current_actor(), referral_id)
    return versioned(ReferralShown.for_owner(opened), opened.referral.version, status)


def _receivers(referral_id: UUID) -> FlaskResponse:
    lines = views.open_as_receiver(house().db, current_actor(), referral_id, house().settings.terms)
    return versioned(ReferralShown.for_receiver(lines), lines.version)
