"""/akkoorden: a person's yes as staff wrote it down, the person's own list, and stopping."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.intake import commands, views
from services.intake.api.shapes import AkkoordBody, AkkoordGranted, AkkoordPage, AkkoordShown
from services.intake.api.spec import SPEC, answers
from services.intake.forms.words import named
from shared.api import idempotency_key, versioned
from shared.web import current_actor, house, requires

api = Blueprint("api_akkoorden", __name__)


@api.post("/persons/<uuid:person_id>/akkoorden")
@requires("akkoord.ask")
@SPEC.validate(resp=answers(AkkoordGranted, 201, keyed=True), tags=["akkoorden"])
def grant(person_id: UUID, json: AkkoordBody) -> FlaskResponse:
    """Write down a yes. The answer holds exactly what the receiver will see."""
    with named():
        made = commands.grant_akkoord(house().db, current_actor(), json.wish(person_id, idempotency_key()))
    receipt = views.consent.receipt(house().db, current_actor(), made)
    shown = AkkoordGranted(**AkkoordShown.of(receipt.akkoord).model_dump(), package=receipt.package)
    return versioned(shown, receipt.akkoord.version, 201)


@api.get("/persons/<uuid:person_id>/akkoorden")
@requires("akkoorden.see")
@SPEC.validate(resp=answers(AkkoordPage), tags=["akkoorden"])
def list_akkoorden(person_id: UUID) -> AkkoordPage:
    """All of one person, newest first; for staff it is a look."""
    rows = views.consent.of_person(house().db, current_actor(), person_id)
    return AkkoordPage(items=[AkkoordShown.of(one) for one in rows])


@api.post("/akkoorden/<uuid:akkoord_id>/stop")
@requires("akkoord.stop")
@SPEC.validate(resp=answers(AkkoordShown), tags=["akkoorden"])
def stop(akkoord_id: UUID) -> FlaskResponse:
    """Stop it. No reason, and no version: whatever it is by now, it ends (R2)."""
    actor, db = current_actor(), house().db
    commands.stop_akkoord(db, actor, akkoord_id)
    with db.transaction(actor) as conn:
        row = views.consent.one(conn, akkoord_id)
    return versioned(AkkoordShown.of(row), row.version)
