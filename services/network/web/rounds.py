"""The coordinator's page: who waits, who is proposed and why; a new round, and what weighs how much."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from uuid_utils.compat import uuid4

from services.network import commands
from services.network.domain.permits import COORDINATOR
from services.network.forms import VersionForm, WeightsForm
from services.network.views import helpers, rounds
from services.network.web.page import show
from shared.forms import expected_version
from shared.paging import after
from shared.refusals import Malformed, NotThere
from shared.web import current_actor, house, polled, requires

pages = Blueprint("rounds", __name__)

_MOST = 25


@pages.get("/round")
@requires("round.see")
def see() -> ResponseReturnValue:
    return _page()


@pages.get("/round/progress")
@requires("round.see")
def progress() -> ResponseReturnValue:
    """How far the last round is; numbers only, so it is no look."""
    db, actor, organisation = house().db, current_actor(), _organisation()
    values = {
        "last": rounds.last_round(db, actor, organisation),
        "numbers": rounds.numbers(db, actor, organisation),
        "organisation": organisation,
    }
    return polled(show("round_progress.html", **values))


@pages.post("/round")
@requires("round.make")
def make() -> ResponseReturnValue:
    VersionForm()
    organisation = _organisation()
    key = request.form.get("idempotency_key", "")[:200] or None
    commands.start_round(house().db, current_actor(), organisation, key)
    return redirect(url_for("rounds.see", organisation=organisation, done="round"), 303)


@pages.post("/round/weights")
@requires("weights.set")
def weigh() -> ResponseReturnValue:
    form = WeightsForm()
    form.validate_on_submit()
    weights = form.weights()
    if weights is None:
        return _page(form), 422
    organisation = _organisation()
    commands.set_weights(house().db, current_actor(), organisation, weights, expected_version(form))
    return redirect(url_for("rounds.see", organisation=organisation, done="weights"), 303)


def _page(form: WeightsForm | None = None) -> str:
    db, actor, organisation = house().db, current_actor(), _organisation()
    place = after(request.args.get("after"), datetime.fromisoformat, UUID)
    weights, version = rounds.weights(db, actor, organisation)
    shown = form or WeightsForm(formdata=None, data=weights.model_dump() | {"version": str(version)})
    return show(
        "round.html",
        page=rounds.requests(db, actor, organisation, helpers.Part(place, _MOST)),
        numbers=rounds.numbers(db, actor, organisation),
        last=rounds.last_round(db, actor, organisation),
        weights=shown,
        names=helpers.names_of(db, actor, COORDINATOR),
        organisation=organisation,
        key=str(uuid4()),
    )


def _organisation() -> UUID:
    """The organisation that the coordinator works for on this page: the chosen one, or the first."""
    mine = sorted(current_actor().organisations_as(COORDINATOR))
    asked = request.values.get("organisation")
    try:
        chosen = UUID(asked) if asked else mine[0]
    except ValueError as error:
        raise Malformed("organisation") from error
    if chosen not in mine:
        raise NotThere(str(chosen))
    return chosen
