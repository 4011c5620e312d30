"""What happens in intake because time passed: akkoorden expire, codes and sessions are forgotten."""

from services.intake import store
from services.intake.commands import consent as consent_commands
from services.intake.domain.consent import Mover, Status
from shared import clock, idempotency, sessions
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


def forget_old(db: Database) -> int:
    """Remove sessions, keys of requests, wrong tries and codes whose time is over."""
    with db.transaction(worker_of("intake")) as conn:
        forgotten = sessions.forget_old(conn) + idempotency.forget_old(conn)
        return forgotten + store.signin.forget_old(conn, clock.now())


def write_find_keys(db: Database) -> int:
    """Write the keys of persons that are not found yet, or only as an older version of Brug found them."""
    with db.transaction(worker_of("intake")) as conn:
        return store.finding.write_old_ones(conn)


TIMERS: tuple[Timer, ...] = (
    Timer("expire_akkoorden", 30, expire_akkoorden),
    Timer("forget_old", 300, forget_old),
    Timer("write_find_keys", 5, write_find_keys),
)
