"""What happens in intake because time passed: akkoorden expire, homes are told, codes and sessions forgotten."""

from services.intake import store
from services.intake.commands import consent as consent_commands
from services.intake.domain.consent import Mover, Status
from shared import clock, facts, idempotency, sessions
from shared.db import Database
from shared.security import worker_of
from shared.worker import Timer


def expire_akkoorden(db: Database) -> int:
    """End every akkoord whose last day is over (R24)."""
    with db.transaction(worker_of("intake")) as conn:
        over = store.consent.lock_expired(conn, clock.today())
        for akkoord in over:
            consent_commands.end(conn, akkoord, Status.EXPIRED, Mover.TIME)
    return len(over)


def tell_homes(db: Database) -> int:
    """Tell where those live of whom no home was ever told, because they were written down before homes were told."""
    with db.transaction(worker_of("intake")) as conn:
        return store.family.tell_untold_homes(conn)


def forget_old(db: Database) -> int:
    """Remove sessions, keys of requests, wrong tries and codes whose time is over."""
    with db.transaction(worker_of("intake")) as conn:
        forgotten = sessions.forget_old(conn) + idempotency.forget_old(conn)
        return forgotten + store.signin.forget_old(conn, clock.now())


COUNTED = (facts.Subject("contacts", store.contacts.count),)


def count_months(db: Database) -> int:
    """Tell the numbers of each month that has closed, and forget of which families they were (R20)."""
    return facts.count_due(db, COUNTED)


def write_find_keys(db: Database) -> int:
    """Write the keys of persons that are not found yet, or only as an older version of Brug found them."""
    with db.transaction(worker_of("intake")) as conn:
        return store.finding.write_old_ones(conn)


TIMERS: tuple[Timer, ...] = (
    Timer("expire_akkoorden", 30, expire_akkoorden),
    Timer("tell_homes", 300, tell_homes),
    Timer("forget_old", 300, forget_old),
    Timer("count_months", 600, count_months),
    Timer("write_find_keys", 5, write_find_keys),
)
