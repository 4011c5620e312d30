"""What persons said is not right: a person's own, those of a family, and those that wait for an answer."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.correction import Status, Thing
from services.intake.domain.permits import PERMITS
from shared import trail
from shared.db import Connection, Database
from shared.paging import Page, after, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind


class CorrectionRow(NamedTuple):
    """As its person and the school read it; `name` is whom it is about, `safety` whether that person has a flag (R22).

    Who asked it about somebody else with a flag reads their own words and how it ended, and nothing of what is held.
    """

    id: UUID
    family_id: UUID
    owner_organisation: UUID
    asked_by: UUID
    about: UUID
    name: str
    asker: str
    thing: str
    item: UUID | None
    held: Any
    choice: str
    words: str
    lang: str
    asked_at: datetime
    due_on: date
    status: str
    answered_at: datetime | None
    answer: str
    version: int
    safety: bool

    @property
    def is_open(self) -> bool:
        return self.status == Status.ASKED

    @property
    def what(self) -> Thing:
        return Thing(self.thing, self.about, self.item)


class WaitingRow(NamedTuple):
    """One that waits, in a list: no content, so no look."""

    id: UUID
    family_id: UUID
    asker: str
    thing: str
    asked_at: datetime
    due_on: date


_SELECT = (
    "SELECT c.id, c.family_id, c.owner_organisation, c.asked_by, c.about, coalesce(p.name_to_call, '') AS name,"
    " coalesce(a.name_to_call, '') AS asker, c.thing, c.item, c.held, c.choice, c.words, c.lang, c.asked_at, c.due_on,"
    " c.status, c.answered_at, c.answer, c.version, seen.flagged(c.about) AS safety FROM correction AS c"
    " LEFT JOIN person AS p ON p.id = c.about LEFT JOIN person AS a ON a.id = c.asked_by"
)


def of_family(conn: Connection, family_id: UUID) -> list[CorrectionRow]:
    """Those of a family, what waits first; the caller has recorded the look."""
    return _rows(
        conn,
        f"{_SELECT} WHERE c.family_id = %(id)s ORDER BY c.status <> 'asked', c.asked_at DESC LIMIT 100",
        {"id": family_id},
    )


def asked_by(conn: Connection, person_id: UUID) -> list[CorrectionRow]:
    """A person's own, newest first."""
    return _rows(conn, f"{_SELECT} WHERE c.asked_by = %(id)s ORDER BY c.asked_at DESC LIMIT 200", {"id": person_id})


def of_person(db: Database, actor: Actor, person_id: UUID) -> list[CorrectionRow]:
    """What this person asked; for staff it is a look. Raises NotThere."""
    with db.transaction(actor) as conn:
        family_id, owner = store.family.family_of(conn, person_id)
    demand(PERMITS, actor, "corrections.see", owner=owner, person=person_id)
    if actor.kind == ActorKind.STAFF:
        trail.record(db, actor, trail.Look(person_id, family_id, owner, owner, "file", "own_file"))
    with db.transaction(actor) as conn:
        return asked_by(conn, person_id)


def one(conn: Connection, correction_id: UUID) -> CorrectionRow:
    """Raises NotThere."""
    rows = _rows(conn, f"{_SELECT} WHERE c.id = %(id)s", {"id": correction_id})
    if not rows:
        raise NotThere(str(correction_id))
    return rows[0]


def waiting(db: Database, actor: Actor, cursor: str | None, limit: int = 50) -> Page[WaitingRow]:
    """Those of the organisations where the actor is school staff, the first due first."""
    start = after(cursor, date.fromisoformat, UUID)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(WaitingRow)) as cur:
        rows = cur.execute(
            "SELECT c.id, c.family_id, coalesce(a.name_to_call, '') AS asker, c.thing, c.asked_at, c.due_on"
            " FROM correction AS c LEFT JOIN person AS a ON a.id = c.asked_by"
            " WHERE c.owner_organisation = ANY (%(own)s) AND c.status = 'asked'"
            " AND (%(on)s::date IS NULL OR (c.due_on, c.id) > (%(on)s, %(id)s::uuid))"
            " ORDER BY c.due_on, c.id LIMIT %(limit)s",
            {
                "own": sorted(actor.organisations_as("school_staff")),
                "on": start[0] if start else None,
                "id": start[1] if start else None,
                "limit": limit + 1,
            },
        ).fetchall()
    return page_of(rows, limit, lambda row: (row.due_on.isoformat(), row.id))


def count_waiting(db: Database, actor: Actor) -> int:
    """How many wait at the actor's schools; a hundred and more are a hundred."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT count(*) FROM (SELECT 1 FROM correction WHERE owner_organisation = ANY (%s) AND status = 'asked'"
            " LIMIT 100) AS open",
            (sorted(actor.organisations_as("school_staff")),),
        ).fetchone()
    return int(row[0]) if row else 0


def _rows(conn: Connection, query: str, values: dict[str, Any]) -> list[CorrectionRow]:
    with conn.cursor(row_factory=class_row(CorrectionRow)) as cur:
        rows = cur.execute(query, values).fetchall()
    return [row._replace(held=None, answer="") if _is_hidden_from(conn.actor, row) else row for row in rows]


def _is_hidden_from(actor: Actor, row: CorrectionRow) -> bool:
    return row.safety and actor.kind == ActorKind.PERSON and row.about != actor.id
