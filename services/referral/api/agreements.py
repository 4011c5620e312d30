"""/agreements: what two organisations agreed (R1), what one proposes, and the other's answer."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral.api.shapes.agreements import AgreementList, AgreementShown, AnswerAgreement, ProposeAgreement
from services.referral.api.spec import SPEC, answers
from services.referral.commands import agreements as commands
from services.referral.domain.agreements import Parties
from services.referral.views import agreements as views
from shared.api import expected_version, idempotency_key, versioned
from shared.web import current_actor, house, requires

api = Blueprint("api_agreements", __name__)


@api.get("/agreements")
@requires("agreement.list")
@SPEC.validate(resp=answers(AgreementList), tags=["agreements"])
def list_agreements() -> AgreementList:
    """Proposals first, then agreements, of your organisations."""
    db, actor = house().db, current_actor()
    found = [*views.proposals(db, actor), *views.agreements(db, actor)]
    return AgreementList(items=[AgreementShown.of(one) for one in found])


@api.post("/agreements")
@requires("agreement.propose")
@SPEC.validate(resp=answers(AgreementShown, 201, keyed=True), tags=["agreements"])
def propose(json: ProposeAgreement) -> FlaskResponse:
    """Nothing may be shared on it before the other organisation says yes."""
    parties = Parties(json.proposer, json.other)
    made = commands.propose_agreement(house().db, current_actor(), parties, json.terms, key=idempotency_key())
    return _shown(made, 201)


@api.get("/agreements/<uuid:agreement_id>")
@requires("agreement.list")
@SPEC.validate(resp=answers(AgreementShown), tags=["agreements"])
def show(agreement_id: UUID) -> FlaskResponse:
    """An agreement or a proposal, with its version."""
    return _shown(agreement_id)


@api.post("/agreements/<uuid:agreement_id>/answer")
@requires("agreement.answer")
@SPEC.validate(resp=answers(AgreementShown, changes=True), tags=["agreements"])
def answer(agreement_id: UUID, json: AnswerAgreement) -> FlaskResponse:
    """By the organisation that did not propose it."""
    act = commands.confirm_agreement if json.answer == "yes" else commands.refuse_agreement
    act(house().db, current_actor(), commands.Target(agreement_id, expected_version()))
    return _shown(agreement_id)


@api.post("/agreements/<uuid:agreement_id>/withdraw")
@requires("agreement.propose")
@SPEC.validate(resp=answers(AgreementShown, changes=True), tags=["agreements"])
def withdraw(agreement_id: UUID) -> FlaskResponse:
    """By the organisation that proposed it, while nobody answered."""
    commands.withdraw_proposal(house().db, current_actor(), commands.Target(agreement_id, expected_version()))
    return _shown(agreement_id)


@api.post("/agreements/<uuid:agreement_id>/end")
@requires("agreement.end")
@SPEC.validate(resp=answers(AgreementShown, changes=True), tags=["agreements"])
def end(agreement_id: UUID) -> FlaskResponse:
    """By either, from this moment: what was referred opens no more."""
    commands.end_agreement(house().db, current_actor(), commands.Target(agreement_id, expected_version()))
    return _shown(agreement_id)


def _shown(agreement_id: UUID, status: int = 200) -> FlaskResponse:
    one = views.one(house().db, current_actor(), agreement_id)
    return versioned(AgreementShown.of(one), one.version, status)
