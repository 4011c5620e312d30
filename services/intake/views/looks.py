"""Who has looked at what is kept about a person: organisation and function, when, on what ground (R18)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.permits import PERMITS
from shared.db import Database
from shared.paging import Page, after, page_of
from shared.permissions import demand
from shared.security import Actor


class LookRow(NamedTuple):
    """No name of staff: that goes through the data protection officer."""

    id: UUID
    organisation: str
    function: str
    what: str
    ground: str
    at: datetime


def looks(db: Database, actor: Actor, person_id: UUID, cursor: str | None, limit: int = 50) -> Page[LookRow]:
    """Newest first. Raises NotThere."""
    start = after(cursor, datetime.fromisoformat, UUID)
    with db.transaction(actor) as conn:
        _, owner = store.family.family_of(conn, person_id)
        demand(PERMITS, actor, "looks.see", owner=owner, person=person_id)
        with conn.cursor(row_factory=class_row(LookRow)) as cur:
            rows = cur.execute(
                "SELECT l.look_id AS id, coalesce(o.name, '') AS organisation, l.function, l.what, l.ground,"
                " l.looked_at AS at FROM seen.look AS l"
                " LEFT JOIN seen.organisation AS o ON o.id = l.organisation_id"
                " WHERE l.person_id = %(person)s"
                " AND (%(at)s::timestamptz IS NULL OR (l.looked_at, l.look_id) < (%(at)s, %(id)s::uuid))"
                " ORDER BY l.looked_at DESC, l.look_id DESC LIMIT %(limit)s",
                {
                    "person": person_id,
                    "at": start[0] if start else None,
                    "id": start[1] if start else None,
                    "limit": limit + 1,
                },
            ).fetchall()
    return page_of(rows, limit, lambda row: (row.at.isoformat(), row.id))
