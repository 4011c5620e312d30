"""/persons/…/known and /corrections: what a school holds about a person, and what that person says is not right."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.intake import commands, views
from services.intake.api.shapes import (
    AnswerBody,
    CorrectionPage,
    CorrectionShown,
    DoubtBody,
    KnownFileShown,
)
from services.intake.api.spec import SPEC, answers
from services.intake.forms.words import named
from services.intake.views.everything import Everything
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.permissions import demand
from shared.web import current_actor, house, requires

api = Blueprint("api_known", __name__)


@api.get("/persons/<uuid:person_id>/known")
@requires("known.see")
@SPEC.validate(resp=answers(KnownFileShown), tags=["persons"])
def known(person_id: UUID) -> KnownFileShown:
    """All that the school holds about this person and the children that the person cares for; for the person alone."""
    return KnownFileShown.of(views.known.known(house().db, current_actor(), person_id))


@api.get("/persons/<uuid:person_id>/everything")
@requires("everything.take")
@SPEC.validate(resp=answers(Everything), tags=["persons"])
def everything(person_id: UUID) -> Everything:
    """What the school knows, every yes and who has seen it, to take along; for the person alone."""
    return views.everything.everything(house().db, current_actor(), person_id)


@api.get("/persons/<uuid:person_id>/corrections")
@requires("corrections.see")
@SPEC.validate(resp=answers(CorrectionPage), tags=["corrections"])
def list_corrections(person_id: UUID) -> CorrectionPage:
    """What this person asked to put right, newest first; for staff it is a look."""
    rows = views.corrections.of_person(house().db, current_actor(), person_id)
    return CorrectionPage(items=[CorrectionShown.of(one) for one in rows])


@api.post("/persons/<uuid:person_id>/corrections")
@requires("correction.ask")
@SPEC.validate(resp=answers(CorrectionShown, 201, keyed=True), tags=["corrections"])
def ask(person_id: UUID, json: DoubtBody) -> FlaskResponse:
    """'Dit klopt niet': the person says so, and the school answers within the term."""
    actor, db = current_actor(), house().db
    demand(house().table, actor, "correction.ask", person=person_id)
    refuse_hints({"words": json.words}, understood=json.understood)
    with named():
        days = house().settings.correction_days
        made = commands.ask_correction(db, actor, json.doubt(), days, key=idempotency_key())
    return _shown(made, 201)


@api.post("/corrections/<uuid:correction_id>/answer")
@requires("correction.answer")
@SPEC.validate(resp=answers(CorrectionShown, changes=True), tags=["corrections"])
def answer(correction_id: UUID, json: AnswerBody) -> FlaskResponse:
    """'Aangepast' or 'niet aangepast', in words that the person reads."""
    version = expected_version()
    with named():
        commands.answer_correction(house().db, current_actor(), correction_id, json.reply(version))
    return _shown(correction_id)


@api.post("/corrections/<uuid:correction_id>/withdraw")
@requires("correction.ask")
@SPEC.validate(resp=answers(CorrectionShown), tags=["corrections"])
def withdraw(correction_id: UUID) -> FlaskResponse:
    """It need not be put right after all. No version: it only ends."""
    commands.withdraw_correction(house().db, current_actor(), correction_id)
    return _shown(correction_id)


def _shown(correction_id: UUID, status: int = 200) -> FlaskResponse:
    with house().db.transaction(current_actor()) as conn:
        row = views.corrections.one(conn, correction_id)
    return versioned(CorrectionShown.of(row), row.version, status)
