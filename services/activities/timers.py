"""What happens in activities because time passed."""

from services.activities.commands.activities import occurrences_between
from services.activities.domain.activity import AHEAD, Activity
from services.activities.store import activities as store
from services.activities.store import facts as fact_store
from shared import clock, facts, idempotency, sessions
from shared.db import Connection, Database
from shared.security import worker_of
from shared.worker import Timer

_AT_ONCE = 100


def extend_occurrences(db: Database) -> int:
    """Let recurring activities be known eight weeks ahead, and tell of those that got new occurrences.

    Returns how many got some.
    """
    with db.transaction(worker_of(db.service)) as conn:
        return sum(_extend(conn, one) for one in store.lock_to_extend(conn, clock.today() + AHEAD, _AT_ONCE))


def _extend(conn: Connection, activity: Activity) -> bool:
    until = clock.today() + AHEAD
    occurrences = occurrences_between(activity, activity.expanded_until, until)
    extended = activity.extend(until)
    store.note_extended(conn, extended)
    if not store.add_occurrences(conn, extended, occurrences):
        return False
    store.save(conn, extended, clock.now())
    where = store.hall(conn, extended.hall_id)
    if where:
        store.tell_published(conn, extended, where, clock.now())
    return True


COUNTED = (facts.Subject("activities", fact_store.activities),)


def count_months(db: Database) -> int:
    """Tell the numbers of each month that has closed (R20)."""
    return facts.count_due(db, COUNTED)


def forget_old(db: Database) -> None:
    """Let go of sessions that are over and of idempotency keys older than a day."""
    with db.transaction(worker_of(db.service)) as conn:
        sessions.forget_old(conn)
        idempotency.forget_old(conn)


TIMERS: tuple[Timer, ...] = (
    Timer("extend_occurrences", 600, extend_occurrences),
    Timer("count_months", 600, count_months),
    Timer("forget_old", 600, forget_old),
)
