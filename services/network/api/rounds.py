"""/rounds, /waiting and /weights: a coordinator asks for proposals for everyone who waits, and says what weighs."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from services.network import commands
from services.network.api.shapes import (
    OrganisationQuery,
    RoundList,
    RoundShown,
    SetWeights,
    StartRound,
    WaitingPage,
    WaitingQuery,
    WaitingShown,
    WeightsShown,
)
from services.network.api.spec import SPEC, answers
from services.network.domain.matching import Weights
from services.network.domain.permits import COORDINATOR
from services.network.views import helpers
from services.network.views import rounds as views
from shared.api import after, expected_version, idempotency_key, versioned
from shared.i18n import gettext
from shared.refusals import Invalid
from shared.web import current_actor, house, requires

api = Blueprint("api_rounds", __name__)


@api.post("/rounds")
@requires("round.make")
@SPEC.validate(resp=answers(RoundShown, 201, keyed=True), tags=["rounds"])
def start(json: StartRound) -> Response:
    """The worker makes the proposals, in the order of asking; read the round to see how far it is."""
    made = commands.start_round(house().db, current_actor(), _of(json.organisation), idempotency_key())
    return _shown(made, 201)


@api.get("/rounds")
@requires("round.see")
@SPEC.validate(resp=answers(RoundList), tags=["rounds"])
def newest(query: OrganisationQuery) -> RoundList:
    """The newest round of your organisation, and how many wait; numbers only, so no look."""
    db, actor, organisation = house().db, current_actor(), _of(query.organisation)
    return RoundList.of(views.last_round(db, actor, organisation), views.numbers(db, actor, organisation))


@api.get("/rounds/<uuid:round_id>")
@requires("round.see")
@SPEC.validate(resp=answers(RoundShown), tags=["rounds"])
def show(round_id: UUID) -> Response:
    """How far the round is."""
    return _shown(round_id)


@api.get("/waiting")
@requires("round.see")
@SPEC.validate(resp=answers(WaitingPage), tags=["rounds"])
def waiting(query: WaitingQuery) -> WaitingPage:
    """Who asked and is not matched yet, and who is proposed and why; each of them can read that you looked (R18)."""
    place = after(query.after, datetime.fromisoformat, UUID)
    page = views.requests(house().db, current_actor(), _of(query.organisation), helpers.Part(place, query.limit))
    return WaitingPage(items=[WaitingShown.of(one) for one in page.items], next=page.next)


@api.get("/weights")
@requires("round.see")
@SPEC.validate(resp=answers(WeightsShown), tags=["rounds"])
def weights(query: OrganisationQuery) -> Response:
    """What weighs how much in your organisation's proposals (R16)."""
    return _weights(_of(query.organisation))


@api.put("/weights")
@requires("weights.set")
@SPEC.validate(resp=answers(WeightsShown, changes=True), tags=["rounds"])
def weigh(query: OrganisationQuery, json: SetWeights) -> Response:
    """Set them, from the next proposal on; `If-Match` takes "0" where nobody set them yet."""
    organisation, told = _of(query.organisation), Weights(**json.model_dump())
    commands.set_weights(house().db, current_actor(), organisation, told, expected_version())
    return _weights(organisation)


def _of(organisation: UUID | None) -> UUID:
    """The organisation that is meant. Raises Invalid where the coordinator works for more, and names none."""
    mine = current_actor().organisations_as(COORDINATOR)
    if organisation is None and len(mine) != 1:
        raise Invalid({"organisation": gettext("Zeg bij welke organisatie.")}, {"organisation": "missing"})
    return organisation or next(iter(mine))


def _weights(organisation: UUID) -> Response:
    found, version = views.weights(house().db, current_actor(), organisation)
    return versioned(WeightsShown(weights=found, version=version), version)


def _shown(round_id: UUID, status: int = 200) -> Response:
    found = views.one_round(house().db, current_actor(), round_id)
    return Response(RoundShown.of(found).model_dump_json(), status, mimetype="application/json")
