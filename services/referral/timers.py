"""What happens in referral because time passed."""

from collections.abc import Collection
from typing import NamedTuple

import structlog

from services.referral.commands import endings, guests, invitations, plans
from services.referral.domain import is_expired
from services.referral.domain.invitations import Invitation, Problem
from services.referral.store import facts as fact_store
from services.referral.store import guests as guest_store
from services.referral.store import invitations as invitation_store
from services.referral.store import plans as plan_store
from services.referral.store import referrals as store
from services.referral.store.webhooks import endpoints as webhook_endpoints
from services.referral.store.webhooks import events as webhook_events
from shared import clock, facts, idempotency, mail, sessions
from shared.accounts import AccountRefused, Accounts, AccountsAway, Invited, MailAway
from shared.db import Database
from shared.security import worker_of
from shared.worker import Timer

log = structlog.get_logger()

_AT_ONCE = 200
_INVITED_AT_ONCE = 10
_LETTERS_AT_ONCE = 20


def recall_expired(db: Database) -> int:
    """Take back what rests on an akkoord whose last day has passed; intake's own event may come later."""
    with db.transaction(worker_of(db.service)) as conn:
        over = store.lock_without_akkoord(conn, clock.today(), _AT_ONCE)
        for referral in over:
            endings.recall(conn, referral)
    return len(over)


def recall_unagreed(db: Database) -> int:
    """Take back what rests on an agreement that is over: it opened for nobody from that moment on (R1, R7)."""
    with db.transaction(worker_of(db.service)) as conn:
        over = store.lock_without_agreement(conn, clock.today(), _AT_ONCE)
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
                guests.remind(conn, referral)
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
        guest_store.forget_old(conn, clock.now())
        webhook_events.forget_old(conn, clock.now())
        webhook_endpoints.forget_old_secrets(conn, clock.now())


COUNTED = (
    facts.Subject("referrals_sent", fact_store.referrals_sent),
    facts.Subject("referrals_followed", fact_store.referrals_followed, settles_days=fact_store.FOLLOWED_DAYS),
    facts.Subject("capacity", fact_store.capacity),
)


def count_months(db: Database) -> int:
    """Tell the numbers of each month that has closed (R20)."""
    return facts.count_due(db, COUNTED)


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


class Post(NamedTuple):
    """Where mail goes out, what makes links and codes, and where people reach our pages."""

    server: mail.Server
    desk: guests.Desk
    public_url: str

    def url_of(self, token: str) -> str:
        return f"{self.public_url.rstrip('/')}/referral/guest/{token}"


def send_letters(db: Database, post: Post) -> int:
    """Mail what waits, outside any transaction. While the server is away all of it waits, and nothing is lost.

    A worker that dies between the server's yes and our note of it sends the same mail once more, under the same
    Message-ID.
    """
    worker = worker_of(db.service)
    claimed = guests.claim_letters(db, worker, _LETTERS_AT_ONCE)
    for place, letter in enumerate(claimed):
        ready = guests.make_ready(db, worker, letter, post.desk, post.url_of)
        if ready is None:
            continue
        try:
            post.server.send(mail.Mail(str(letter.id), ready.to, *ready.written))
        except mail.Refused as refused:
            log.warning("letter_refused", letter_id=str(letter.id), code=str(refused))
            guests.keep(db, worker, letter.refuse())
        except mail.Away as away:
            log.warning("mail_server_away", waiting=len(claimed) - place, why=str(away))
            for other in claimed[place:]:
                guests.keep(db, worker, other.later(clock.now()))
            break
        else:
            guests.keep(db, worker, letter.sent(clock.now()))
    return len(claimed)


def _asked(one: Invitation, strong_roles: Collection[str]) -> Invited:
    return Invited(one.email, one.start, second_factor=one.role in strong_roles)


TIMERS: tuple[Timer, ...] = (
    Timer("recall_expired", 30, recall_expired),
    Timer("recall_unagreed", 30, recall_unagreed),
    Timer("look_at_terms", 30, look_at_terms),
    Timer("end_plans", 300, end_plans),
    Timer("count_months", 600, count_months),
    Timer("forget_old", 600, forget_old),
)
