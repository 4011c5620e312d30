"""Asking for room and answering it (R8): codes only, no word about any family."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral.domain import PERMITS, Asking, Capacity, State
from services.referral.store import capacity as store
from services.referral.store import directory
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import Invalid, NotThere
from shared.security import Actor

ASK_ROUTE = "capacity-questions"
ANSWER_ROUTE = "capacity-questions/answer"


class Answer(NamedTuple):
    """`expected_on`: from when there is room, where the organisation knows."""

    state: State
    expected_on: date | None = None


def ask_room(db: Database, actor: Actor, asking: Asking, *, key: str | None = None) -> UUID:
    """Ask several organisations at once whether they have room for a reason; returns the asking's id."""
    demand(PERMITS, actor, "capacity.ask", owner=asking.from_organisation)
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, ASK_ROUTE)
        if before:
            return before
        found = directory.known(conn, asking.to_organisations)
        if not asking.to_organisations or set(asking.to_organisations) - found:
            raise Invalid({"organisations": "Kies organisaties uit de lijst."})
        store.insert_asking(conn, asking, clock.now())
        idempotency.remember(conn, key, ASK_ROUTE, asking.id)
    return asking.id


def new_asking(from_organisation: UUID, to_organisations: tuple[UUID, ...], reason: str) -> Asking:
    """Each organisation is asked once, and nobody asks itself."""
    others = dict.fromkeys(one for one in to_organisations if one != from_organisation)
    return Asking(uuid7(), from_organisation, tuple(others), reason)


def state_capacity(db: Database, actor: Actor, organisation_id: UUID, reason: str, answer: Answer) -> None:
    """Say whether there is room for this reason; all who asked have their answer."""
    demand(PERMITS, actor, "capacity.state", owner=organisation_id)
    with db.transaction(actor) as conn:
        _state(conn, organisation_id, reason, answer)


def answer_question(db: Database, actor: Actor, question_id: UUID, answer: Answer, *, key: str | None = None) -> None:
    """As `state_capacity`, for the organisation and the reason that the question is about."""
    with db.transaction(actor) as conn:
        asked = store.question(conn, question_id)
        if asked is None:
            raise NotThere(str(question_id))
        organisation_id, reason = asked
        demand(PERMITS, actor, "capacity.state", owner=organisation_id)
        if idempotency.made_before(conn, key, ANSWER_ROUTE):
            return
        _state(conn, organisation_id, reason, answer)
        idempotency.remember(conn, key, ANSWER_ROUTE, question_id)


def _state(conn: Connection, organisation_id: UUID, reason: str, answer: Answer) -> None:
    before = store.lock_capacity(conn, organisation_id, reason)
    stated = (
        before.restate(answer.state, answer.expected_on, clock.today())
        if before
        else Capacity(organisation_id, reason, answer.state, clock.today(), answer.expected_on)
    )
    store.put_capacity(conn, stated)
    store.mark_answered(conn, organisation_id, reason, clock.now())
    store.tell_capacity(conn, stated)
