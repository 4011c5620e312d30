"""What the receiver reports after the first meeting, and whether it helped in the person's own view."""

from services.referral import events
from services.referral.commands import steps
from services.referral.commands.steps import Step, Target
from services.referral.domain import Action, Helped, Referral
from services.referral.store import referrals as store
from services.referral.store import said_yes
from shared import clock
from shared.db import Connection, Database
from shared.refusals import NotAllowed
from shared.security import Actor


def start_help(db: Database, actor: Actor, target: Target) -> Referral:
    step = Step(Action.START, lambda one: one.start(), steps.telling(events.HelpStartedV1))
    return steps.take(db, actor, target, step)


def pause_help(db: Database, actor: Actor, target: Target) -> Referral:
    step = Step(Action.PAUSE, lambda one: one.pause(), steps.telling(events.HelpPausedV1))
    return steps.take(db, actor, target, step)


def report_outcome(db: Database, actor: Actor, target: Target, code: str) -> Referral:
    """How it ended, as a code; said again it corrects itself. What the school is told follows the akkoord (R4)."""

    def tell(conn: Connection, one: Referral) -> None:
        content = events.OutcomeContent(outcome=code)
        store.tell(conn, one, events.OutcomeReportedV1, sealed=steps.sealed(conn, one, content))

    step = Step(Action.REPORT_OUTCOME, lambda one: one.report_outcome(code, clock.now()), tell)
    return steps.take(db, actor, target, step)


def say_helped(db: Database, actor: Actor, target: Target, said: Helped) -> Referral:
    """The person's own word, to be changed at any time; silence says nothing (R12).

    A parent says it for a child that did not say yes itself; raises NotAllowed for a child that did (R5).
    """
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.SAY_HELPED)
        if actor.id != found.person_id and not said_yes.speaks(conn, found.akkoord_id, actor.id):
            raise NotAllowed(str(target.id))
    step = Step(
        Action.SAY_HELPED, lambda one: one.say_helped(said._replace(by=actor.id), clock.now()), steps.telling_nobody
    )
    return steps.take(db, actor, target, step)
