"""/rounds: a coordinator asks for proposals for everyone who waits."""

from uuid import UUID

from flask import Blueprint, Response

from services.network import commands
from services.network.api.shapes import RoundShown, StartRound
from services.network.api.spec import SPEC, answers
from services.network.domain.permits import COORDINATOR
from services.network.views import rounds as views
from shared.api import idempotency_key
from shared.i18n import gettext
from shared.refusals import Invalid
from shared.web import current_actor, house, requires

api = Blueprint("api_rounds", __name__)


@api.post("/rounds")
@requires("round.make")
@SPEC.validate(resp=answers(RoundShown, 201, keyed=True), tags=["rounds"])
def start(json: StartRound) -> Response:
    """The worker makes the proposals, in the order of asking; read the round to see how far it is."""
    actor = current_actor()
    mine = actor.organisations_as(COORDINATOR)
    if json.organisation is None and len(mine) != 1:
        raise Invalid({"organisation": gettext("Zeg bij welke organisatie.")}, {"organisation": "missing"})
    organisation = json.organisation or next(iter(mine))
    made = commands.start_round(house().db, actor, organisation, idempotency_key())
    return _shown(made, 201)


@api.get("/rounds/<uuid:round_id>")
@requires("round.see")
@SPEC.validate(resp=answers(RoundShown), tags=["rounds"])
def show(round_id: UUID) -> Response:
    """How far the round is."""
    return _shown(round_id)


def _shown(round_id: UUID, status: int = 200) -> Response:
    found = views.one_round(house().db, current_actor(), round_id)
    return Response(RoundShown.of(found).model_dump_json(), status, mimetype="application/json")
