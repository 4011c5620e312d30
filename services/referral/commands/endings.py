"""How a referral ends: round, or before that; access ends in the same transaction (R24), and a talk follows (R7)."""

from uuid import UUID

from services.referral import events
from services.referral.commands import steps
from services.referral.commands.steps import Step, Target
from services.referral.domain import Action, Kind, Referral, TalkFirst, Task, Wanted, task_id
from services.referral.store import referrals as store
from services.referral.store import tasks
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.security import Actor, ActorKind

TALKED = "talked"


def decline_referral(db: Database, actor: Actor, target: Target, code: str) -> Referral:
    """Say no, with a code of which the school is told what R4 allows."""
    step = Step(Action.DECLINE, lambda one: one.decline(code, clock.now()), steps.telling(events.ReferralDeclinedV1))
    return steps.take(db, actor, target, step)


def withdraw_referral(db: Database, actor: Actor, target: Target) -> Referral:
    """The school takes it back: the receiver can open nothing of it any more."""
    step = Step(Action.WITHDRAW, lambda one: one.withdraw(clock.now()), steps.telling(events.ReferralWithdrawnV1))
    return steps.take(db, actor, target, step)


def call_error(db: Database, actor: Actor, target: Target) -> Referral:
    """It should not have gone there."""
    step = Step(Action.CALL_ERROR, lambda one: one.call_error(clock.now()), steps.telling(events.ReferralSentInErrorV1))
    return steps.take(db, actor, target, step)


def end_by_family(db: Database, actor: Actor, target: Target) -> Referral:
    """The family does not want it any more: by its own tap, or because it told the school, which then talked."""

    def tell(conn: Connection, ended: Referral) -> None:
        store.tell(conn, ended, events.ReferralEndedByFamilyV1)
        if actor.kind == ActorKind.STAFF:
            _finish_talk(conn, ended, TALKED)

    return steps.take(db, actor, target, Step(Action.END_BY_FAMILY, lambda one: one.end_by_family(clock.now()), tell))


def close_referral(db: Database, actor: Actor, target: Target, talk: str | None = None) -> Referral:
    """It came round. `talk`: how the talk with the parent ended, where nobody said so before. Raises TalkFirst."""
    route = f"referrals/{target.id}/{Action.CLOSE}"
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.CLOSE)
        if idempotency.made_before(conn, target.key, route):
            return found
        referral = steps.locked(conn, target)
        closed = referral.close(clock.now())
        if talk:
            _finish_talk(conn, referral, talk)
        waits = tasks.lock_open(conn, referral.id, Kind.TALK_WITH_PARENT)
        if waits or not tasks.is_done(conn, referral.id, Kind.TALK_WITH_PARENT):
            raise TalkFirst(str(referral.id))
        closed = store.save(conn, closed)
        store.tell(conn, closed, events.ReferralClosedV1)
        idempotency.remember(conn, target.key, route, closed.id)
    return closed


def recall_of_akkoord(conn: Connection, akkoord_id: UUID) -> None:
    """The person's yes is over: all that rested on it is taken back, in the caller's transaction."""
    for referral in store.lock_open_of_akkoord(conn, akkoord_id):
        recall(conn, referral)


def recall(conn: Connection, referral: Referral) -> None:
    recalled = referral.recall(clock.now())
    recalled = store.save(conn, recalled)
    store.tell(conn, recalled, events.ReferralRecalledV1)


def expire(conn: Connection, referral: Referral) -> None:
    """Nobody answered (R8)."""
    expired = referral.expire(clock.now())
    expired = store.save(conn, expired)
    store.tell(conn, expired, events.ReferralExpiredV1)


def _finish_talk(conn: Connection, referral: Referral, result: str) -> None:
    """Also where nothing had called for the talk yet: then it is written down as done."""
    today = clock.today()
    kind = Kind.TALK_WITH_PARENT
    if not tasks.lock_open(conn, referral.id, kind):
        one = Wanted(task_id(kind, referral.id, f"version {referral.school_version}"), kind, today)
        tasks.open_task(conn, Task.about(referral, one, clock.now()))
    for task in tasks.lock_open(conn, referral.id, kind):
        tasks.save(conn, task.finish(result, conn.actor.id, clock.now()))
