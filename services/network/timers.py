"""What happens in network because time passed: rounds that wait, the next best after a no, old rows that go."""

from services.network import commands
from services.network.store import facts as fact_store
from shared import facts, idempotency, sessions
from shared.db import Database
from shared.security import worker_of
from shared.worker import Timer

_MOST_STEPS = 200  # a large round gives way to the other timers in between


def make_proposals(db: Database) -> int:
    """Carry on with rounds and with what follows on a no; returns how many steps were done."""
    actor = worker_of(db.service)
    for step in range(_MOST_STEPS):
        if not (commands.follow_up_a_no(db, actor) or commands.take_a_step(db, actor)):
            return step
    return _MOST_STEPS


COUNTED = (facts.Subject("helpers", fact_store.helpers),)


def count_months(db: Database) -> int:
    """Tell the numbers of each month that has closed (R20)."""
    return facts.count_due(db, COUNTED)


def publish_board(db: Database) -> int:
    """Put on the board what every service has told all of."""
    return commands.publish_board(db, worker_of(db.service))


def forget_old(db: Database) -> None:
    with db.transaction(worker_of(db.service)) as conn:
        sessions.forget_old(conn)
        idempotency.forget_old(conn)


TIMERS = (
    Timer("make_proposals", 0.5, make_proposals),
    Timer("forget_old", 3600, forget_old),
    Timer("count_months", 600, count_months),
    Timer("publish_board", 5, publish_board),
)
