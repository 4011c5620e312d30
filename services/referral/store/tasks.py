"""SQL that writes tasks: they come and go with a referral, or wait for somebody's word."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import RULES, Kind, Referral, Task, TaskState, wanted
from shared import clock
from shared.db import Connection
from shared.refusals import Stale
from shared.security import ActorKind

_FIELDS = tuple(field.name for field in fields(Task))
COLUMNS = ", ".join(_FIELDS)
_OF_REFERRALS = sorted({rule.kind for rule in RULES})


def follow(conn: Connection, referral: Referral, today: date) -> None:
    """Open what the referral calls for today, and let lapse what it no longer does; twice changes nothing."""
    called_for = wanted(referral, today)
    _lapse(conn, referral.id, [one.id for one in called_for])
    for one in called_for:
        open_task(conn, Task.about(referral, one, clock.now()))


def open_task(conn: Connection, task: Task) -> None:
    """Once for the same reason: one that is open or done stays as it is, one that lapsed opens again."""
    names = (*_FIELDS, "role")
    conn.execute(
        f"INSERT INTO task ({', '.join(names)}) VALUES ({', '.join(map(_value_of, names))})"  # noqa: S608
        " ON CONFLICT (id) DO UPDATE SET state = 'open', due_on = excluded.due_on, opened_at = excluded.opened_at,"
        "  shown_from = NULL, done_at = NULL, done_by = NULL, version = task.version + 1 WHERE task.state = 'lapsed'",
        vars(task) | {"role": task.role},
    )


def _value_of(name: str) -> str:
    """A school's task that would be for a former follower of the family is for who follows it now."""
    if name != "for_staff":
        return f"%({name})s"
    return (
        "coalesce((SELECT f.staff_id FROM seen.follower AS f WHERE %(role)s = 'school_staff'"
        " AND f.family_id = %(family_id)s AND %(for_staff)s = ANY (f.before)), %(for_staff)s)"
    )


def follow_the_family(conn: Connection, family_id: UUID) -> None:
    """What waits at the school for a former follower of this family waits for who follows it now."""
    conn.execute(
        "UPDATE task SET for_staff = f.staff_id FROM seen.follower AS f WHERE f.family_id = task.family_id"
        " AND task.family_id = %s AND task.role = 'school_staff' AND task.state = 'open'"
        " AND task.for_staff = ANY (f.before) AND task.for_staff <> f.staff_id",
        (family_id,),
    )


def _lapse(conn: Connection, referral_id: UUID, kept: list[UUID]) -> None:
    """Somebody did what they were for, or it is asked no more; who did it is kept where that was staff."""
    by = conn.actor.id if conn.actor.kind == ActorKind.STAFF else None
    conn.execute(
        "UPDATE task SET state = 'lapsed', done_at = %s, done_by = %s, version = version + 1"
        " WHERE referral_id = %s AND state = 'open' AND kind = ANY (%s) AND id <> ALL (%s::uuid[])",
        (clock.now(), by, referral_id, _OF_REFERRALS, kept),
    )


def lapse(conn: Connection, one: UUID) -> None:
    """It is not asked any more; where nobody ever asked it, nothing changes."""
    conn.execute(
        "UPDATE task SET state = 'lapsed', done_at = %s, version = version + 1 WHERE id = %s AND state = 'open'",
        (clock.now(), one),
    )


def lock(conn: Connection, task_id: UUID) -> Task | None:
    return _one(conn, f"SELECT {COLUMNS} FROM task WHERE id = %s FOR UPDATE", (task_id,))  # noqa: S608


def lock_open(conn: Connection, referral_id: UUID, kind: Kind) -> list[Task]:
    with conn.cursor(row_factory=kwargs_row(_task)) as cur:
        return cur.execute(
            f"SELECT {COLUMNS} FROM task WHERE referral_id = %s AND kind = %s AND state = 'open'"  # noqa: S608
            " ORDER BY id FOR UPDATE",
            (referral_id, kind),
        ).fetchall()


def is_done(conn: Connection, referral_id: UUID, kind: Kind) -> bool:
    """Whether somebody did such a task of this referral."""
    row = conn.execute(
        "SELECT 1 FROM task WHERE referral_id = %s AND kind = %s AND state = 'done' LIMIT 1", (referral_id, kind)
    ).fetchone()
    return row is not None


def save(conn: Connection, changed: Task) -> None:
    """Write the next version. Raises Stale where somebody else wrote it first."""
    written = conn.execute(
        "UPDATE task SET state = %(state)s, shown_from = %(shown_from)s, result = %(result)s, done_by = %(done_by)s,"
        " done_at = %(done_at)s, version = %(version)s WHERE id = %(id)s AND version = %(version)s - 1",
        vars(changed),
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def _task(**row: Any) -> Task:
    return Task(**row | {"kind": Kind(row["kind"]), "state": TaskState(row["state"])})


def _one(conn: Connection, query: str, values: tuple[Any, ...]) -> Task | None:
    with conn.cursor(row_factory=kwargs_row(_task)) as cur:
        return cur.execute(query, values).fetchone()
