"""What happens in referral because time passed."""

from collections.abc import Collection

from services.referral.commands import endings, invitations, plans
from services.referral.domain import is_expired
from services.referral.domain.invitations import Invitation, Problem
from services.referral.store import invitations as invitation_store
from services.referral.store import plans as plan_store
from services.referral.store import referrals as store
from services.referral.store.webhooks import endpoints as webhook_endpoints
from services.referral.store.webhooks import events as webhook_events
from shared import clock, idempotency, sessions
from shared.accounts import AccountRefused, Accounts, AccountsAway, Invited, MailAway
from shared.db import Database
from shared.security import worker_of
from shared.worker import Timer

_AT_ONCE = 200
_INVITED_AT_ONCE = 10


def recall_expired(db: Database) -> int:
    """Take back what rests on an akkoord whose last day has passed; intake's own event may come later."""
    with db.transaction(worker_of(db.service)) as conn:
        over = store.lock_without_akkoord(conn, clock.today(), _AT_ONCE)
        for referral in over:
            endings.recall(conn, referral)
    return len(over)


def look_at_terms(db: Database) -> int:
    """For each referral whose day has come: the tasks that it calls for now, or its end where nobody answered (R8)."""
    today = clock.today()
    with db.transaction(worker_of(db.service)) as conn:
        due = store.lock_to_look_at(conn, today, _AT_ONCE)
        for referral in due:
            if is_expired(referral, today):
                endings.expire(conn, referral)
            else:
                store.look_again(conn, referral, today)
    return len(due)


def end_plans(db: Database) -> int:
    """End plans whose last day has passed (R10): receivers read no more, the family goes on reading."""
    with db.transaction(worker_of(db.service)) as conn:
        over = plan_store.lock_over(conn, clock.today(), _AT_ONCE)
        for plan in over:
            plans.end(conn, plan)
    return len(over)


def forget_old(db: Database) -> None:
    """Let go of sessions that are over, idempotency keys older than a day, what webhooks told a month ago."""
    with db.transaction(worker_of(db.service)) as conn:
        sessions.forget_old(conn)
        idempotency.forget_old(conn)
        invitation_store.forget_old(conn, clock.now())
        webhook_events.forget_old(conn, clock.now())
        webhook_endpoints.forget_old_secrets(conn, clock.now())


def make_accounts(db: Database, accounts: Accounts, strong_roles: Collection[str]) -> int:
    """For everybody whose turn it is: an account, then the membership. While Keycloak is silent they wait."""
    worker = worker_of(db.service)
    with db.transaction(worker) as conn:
        claimed = invitation_store.claim(conn, clock.now(), _INVITED_AT_ONCE)
    for one in claimed:
        try:
            invitations.take_in(db, worker, one, accounts.invite(_asked(one, strong_roles)))
        except AccountsAway:
            for other in claimed[claimed.index(one) :]:
                invitations.put_off(db, worker, other, Problem.AWAY)
            break
        except MailAway:
            invitations.put_off(db, worker, one, Problem.MAIL)
        except AccountRefused as refused:
            invitations.give_up(db, worker, one, Problem(str(refused)))
    return len(claimed)


def _asked(one: Invitation, strong_roles: Collection[str]) -> Invited:
    return Invited(one.email, one.start, second_factor=one.role in strong_roles)


TIMERS: tuple[Timer, ...] = (
    Timer("recall_expired", 30, recall_expired),
    Timer("look_at_terms", 30, look_at_terms),
    Timer("end_plans", 300, end_plans),
    Timer("forget_old", 600, forget_old),
)
