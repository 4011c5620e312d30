"""What staff do with a task: it is done, or it can wait."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.referral.domain import PERMITS, Task
from services.referral.store import tasks as store
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor

_LONGEST = timedelta(days=60)


class TaskTarget(NamedTuple):
    """A task, the version of it that somebody acts on, and the key of a request that may come twice."""

    id: UUID
    version: int
    key: str | None = None


def finish_task(db: Database, actor: Actor, target: TaskTarget, result: str) -> Task:
    """Somebody did it; `result` is a code of `task_results`. Raises WrongStatus where the step itself ends it."""
    route = f"tasks/{target.id}/done"
    with db.transaction(actor) as conn:
        found = _locked(conn, actor, target)
        if idempotency.made_before(conn, target.key, route):
            return found
        done = _fresh(found, target).finish(result, actor.id, clock.now())
        store.save(conn, done)
        idempotency.remember(conn, target.key, route, done.id)
    return done


def put_off_task(db: Database, actor: Actor, target: TaskTarget, to: date) -> Task:
    """Out of sight until a day within two months."""
    if not clock.today() < to <= clock.today() + _LONGEST:
        raise Invalid({"to": "Kies een dag die nog komt, binnen twee maanden."})
    route = f"tasks/{target.id}/put-off"
    with db.transaction(actor) as conn:
        found = _locked(conn, actor, target)
        if idempotency.made_before(conn, target.key, route):
            return found
        waiting = _fresh(found, target).put_off(to)
        store.save(conn, waiting)
        idempotency.remember(conn, target.key, route, waiting.id)
    return waiting


def _locked(conn: Connection, actor: Actor, target: TaskTarget) -> Task:
    task = store.lock(conn, target.id)
    if task is None:
        raise NotThere(str(target.id))
    side = "receiver" if task.role == "partner_worker" else "owner"
    demand(PERMITS, actor, "task.do", **{side: task.organisation_id})
    return task


def _fresh(task: Task, target: TaskTarget) -> Task:
    if task.version != target.version:
        raise Stale(str(task.id))
    return task
