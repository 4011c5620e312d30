"""What happens in referral because time passed."""

from services.referral import events
from services.referral.commands import plans
from services.referral.store import plans as plan_store
from services.referral.store import referrals as store
from shared import clock, idempotency, sessions
from shared.db import Database
from shared.security import worker_of
from shared.worker import Timer

_AT_ONCE = 200


def recall_expired(db: Database) -> int:
    """Take back what rests on an akkoord whose last day has passed; intake's own event may come later."""
    with db.transaction(worker_of(db.service)) as conn:
        expired = store.lock_expired(conn, clock.today(), _AT_ONCE)
        for referral in expired:
            recalled = referral.recall()
            store.save(conn, recalled)
            store.tell(conn, recalled, events.ReferralRecalledV1)
    return len(expired)


def end_plans(db: Database) -> int:
    """End plans whose last day has passed (R10): receivers read no more, the family goes on reading."""
    with db.transaction(worker_of(db.service)) as conn:
        over = plan_store.lock_over(conn, clock.today(), _AT_ONCE)
        for plan in over:
            plans.end(conn, plan)
    return len(over)


def forget_old(db: Database) -> None:
    """Let go of sessions that are over and of idempotency keys older than a day."""
    with db.transaction(worker_of(db.service)) as conn:
        sessions.forget_old(conn)
        idempotency.forget_old(conn)


TIMERS: tuple[Timer, ...] = (
    Timer("recall_expired", 30, recall_expired),
    Timer("end_plans", 300, end_plans),
    Timer("forget_old", 600, forget_old),
)
