"""Who has looked at what is kept about a person: organisation and function, when, on what ground (R18)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.permits import PERMITS
from shared.db import Connection, Database
from shared.paging import Page, after, page_of
from shared.permissions import demand
from shared.security import Actor


class LookRow(NamedTuple):
    """No name of staff: that goes through the data protection officer. `about` is what the person is called."""

    id: UUID
    organisation: str
    function: str
    what: str
    ground: str
    at: datetime
    person_id: UUID
    about: str


class Which(NamedTuple):
    """Whose looks, and whose eyes: with `family` those at the children cared for too, as far as they are not theirs
    alone; row-level security leaves out those, and a filter by organisation the others."""

    person_id: UUID
    family: bool = False
    organisation: UUID | None = None


def looks(db: Database, actor: Actor, which: Which, cursor: str | None, limit: int = 50) -> Page[LookRow]:
    """Newest first. Raises NotThere."""
    start = after(cursor, datetime.fromisoformat, UUID)
    with db.transaction(actor) as conn:
        _, owner = store.family.family_of(conn, which.person_id)
        demand(PERMITS, actor, "looks.see", owner=owner, person=which.person_id)
        with conn.cursor(row_factory=class_row(LookRow)) as cur:
            rows = cur.execute(
                "SELECT l.look_id AS id, coalesce(o.name, '') AS organisation, l.function, l.what, l.ground,"
                " l.looked_at AS at, l.person_id, coalesce(p.name_to_call, '') AS about FROM seen.look AS l"
                " LEFT JOIN seen.organisation AS o ON o.id = l.organisation_id"
                " LEFT JOIN person AS p ON p.id = l.person_id"
                " WHERE l.person_id = ANY (%(persons)s)"
                " AND (%(organisation)s::uuid IS NULL OR l.organisation_id = %(organisation)s)"
                " AND (%(at)s::timestamptz IS NULL OR (l.looked_at, l.look_id) < (%(at)s, %(id)s::uuid))"
                " ORDER BY l.looked_at DESC, l.look_id DESC LIMIT %(limit)s",
                {
                    "persons": _persons(conn, which),
                    "organisation": which.organisation,
                    "at": start[0] if start else None,
                    "id": start[1] if start else None,
                    "limit": limit + 1,
                },
            ).fetchall()
    return page_of(rows, limit, lambda row: (row.at.isoformat(), row.id))


def lookers(db: Database, actor: Actor, which: Which) -> list[tuple[UUID, str]]:
    """The organisations among them, by name, to choose from."""
    with db.transaction(actor) as conn:
        _, owner = store.family.family_of(conn, which.person_id)
        demand(PERMITS, actor, "looks.see", owner=owner, person=which.person_id)
        rows = conn.execute(
            "SELECT o.id, o.name FROM seen.organisation AS o WHERE o.id IN"
            " (SELECT l.organisation_id FROM seen.look AS l WHERE l.person_id = ANY (%s)) ORDER BY o.name, o.id",
            (_persons(conn, which),),
        ).fetchall()
    return [(row[0], row[1]) for row in rows]


def _persons(conn: Connection, which: Which) -> list[UUID]:
    if not which.family:
        return [which.person_id]
    rows = conn.execute(
        "SELECT id FROM person WHERE id = %(id)s OR %(id)s = ANY (cared_for_by)", {"id": which.person_id}
    ).fetchall()
    return [row[0] for row in rows]
