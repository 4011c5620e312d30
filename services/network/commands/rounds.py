"""Proposals are made: in a round that a coordinator asks for, and by itself after a no.

A coordinator only asks. The worker seeks, because it alone may read private wishes.
"""

from typing import NamedTuple
from uuid import UUID, uuid4

import structlog

from services.network.domain.match import Match
from services.network.domain.matching import Weights, best_first
from services.network.domain.permits import PERMITS
from services.network.store import matches, rounds
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.sealing import KeyDestroyed, KeyNotYet
from shared.security import Actor

log = structlog.get_logger()

_ROUTE = "rounds"


class Outcome(NamedTuple):
    """How many requests got a proposal, and for how many nobody was found now."""

    proposed: int
    without: int


def start_round(db: Database, actor: Actor, organisation: UUID, key: str | None = None) -> UUID:
    """Ask for proposals for everyone who waits; the worker makes them within a second or so."""
    demand(PERMITS, actor, "round.make", owner=organisation)
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, _ROUTE)
        if before:
            return before
        round_id = uuid4()
        rounds.start(conn, round_id, organisation)
        idempotency.remember(conn, key, _ROUTE, round_id)
    return round_id


def set_weights(db: Database, actor: Actor, organisation: UUID, weights: Weights, version: int) -> None:
    """From the next proposal on; raises Stale where the weights are not at `version` any more (0: never set)."""
    demand(PERMITS, actor, "weights.set", owner=organisation)
    with db.transaction(actor) as conn:
        rounds.set_weights(conn, organisation, weights, version)


def take_a_step(db: Database, actor: Actor) -> bool:
    """Seek for one request of the oldest round that waits; whether there was one. The worker's."""
    with db.transaction(actor) as conn:
        this = rounds.one_that_waits(conn)
        if this is None:
            return False
        waiting = rounds.next_waiting(conn, this, clock.today())
        if waiting is None:
            rounds.finish(conn, this)
            return True
        made = _propose(conn, waiting, this.organisation_id)
        rounds.go_on(conn, this, waiting, proposed=made is not None)
    return True


def follow_up_a_no(db: Database, actor: Actor) -> bool:
    """A no leads to the next best (R16), by the weights that led to the first; whether there was one. The worker's."""
    with db.transaction(actor) as conn:
        declined = rounds.one_declined(conn)
        if declined is None:
            return False
        match_id, request_id, weighed_by = declined
        waiting = rounds.lock_waiting(conn, request_id)
        if waiting:
            _propose(conn, waiting, weighed_by)
        rounds.followed_up(conn, match_id)
    return True


def propose(db: Database, actor: Actor, request_id: UUID, organisation: UUID | None = None) -> UUID | None:
    """Seek for one request by that organisation's weights; the proposal's id, or nothing where nobody fits now.

    `actor` is the worker: nobody else can read private wishes.
    """
    with db.transaction(actor) as conn:
        waiting = rounds.lock_waiting(conn, request_id)
        return _propose(conn, waiting, organisation) if waiting else None


def propose_all(db: Database, actor: Actor, organisation: UUID | None = None) -> Outcome:
    """Seek for everyone who waits, in the order of asking, each as soon as found. `actor` is the worker."""
    with db.transaction(actor) as conn:
        waiting = rounds.open_requests(conn)
    made = [propose(db, actor, request_id, organisation) for request_id in waiting]
    proposed = sum(one is not None for one in made)
    return Outcome(proposed, len(made) - proposed)


def _propose(conn: Connection, waiting: rounds.Waiting, weighed_by: UUID | None) -> UUID | None:
    today = clock.today()
    seeker = rounds.seeker(conn, waiting.id)
    weights, _ = rounds.weights_of(conn, weighed_by)
    for fit in best_first(seeker, rounds.candidates(conn, waiting, seeker.languages, today), weights):
        helper = rounds.lock_helper_with_room(conn, fit.helper_id)
        if helper is None:
            continue
        match = Match(
            id=uuid4(),
            request_id=waiting.id,
            person_id=waiting.person_id,
            family_id=waiting.family_id,
            owner_organisation=waiting.owner_organisation,
            helper_id=helper.id,
            helper_organisation=helper.owner_organisation,
            helper_staff=helper.staff_id,
            reasons=fit.reasons,
        )
        return match.id if _told(conn, match, weighed_by) else None
    return None


def _told(conn: Connection, match: Match, weighed_by: UUID | None) -> bool:
    """Where the file's key is not here yet, the request keeps waiting; where it is destroyed, nobody asks any more."""
    try:
        with conn.transaction():
            matches.add(conn, match, weighed_by)
            matches.tell_proposed(conn, match)
    except (KeyNotYet, KeyDestroyed) as unsealed:
        log.info("proposal_waits", reason=type(unsealed).__name__, request_id=str(match.request_id))
        return False
    return True
