"""Who has looked at what is kept about a person: organisation and function, when, on what ground (R18)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.permits import PERMITS
from shared import trail
from shared.db import Connection, Database
from shared.paging import Page, after, page_of
from shared.permissions import demand
from shared.refusals import NotThere
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


class NamedRow(NamedTuple):
    """A look as the data protection officer reads it.

    `name` is empty for staff of other organisations, and for a colleague who never signed in here; `staff_id` is what
    another organisation's officer finds the name by.
    """

    id: UUID
    organisation: str
    function: str
    name: str
    staff_id: UUID | None
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


def named(db: Database, actor: Actor, about: UUID, cursor: str | None, limit: int = 50) -> Page[NamedRow]:
    """Who looked at one person, or at any person of one family, by name where that is known; newest first.

    Reading it is a look itself, on record before anything is returned. Raises NotThere.
    """
    start = after(cursor, datetime.fromisoformat, UUID)
    with db.transaction(actor) as conn:
        whom = conn.execute(
            "SELECT id, family_id, owner_organisation FROM person WHERE id = %(id)s OR family_id = %(id)s"
            " ORDER BY position",
            {"id": about},
        ).fetchall()
    if not whom:
        raise NotThere(str(about))
    for _, _, owner in whom:
        demand(PERMITS, actor, "looks.name", owner=owner)
    trail.record(
        db, actor, *(trail.Look(one, family, owner, owner, "looks", "oversight") for one, family, owner in whom)
    )
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(NamedRow)) as cur:
        rows = cur.execute(
            "SELECT l.look_id AS id, coalesce(o.name, '') AS organisation, l.function, coalesce(c.name, '') AS name,"
            " l.actor_id AS staff_id, l.what, l.ground, l.looked_at AS at, l.person_id,"
            " coalesce(p.name_to_call, '') AS about FROM seen.look AS l"
            " LEFT JOIN seen.organisation AS o ON o.id = l.organisation_id LEFT JOIN person AS p ON p.id = l.person_id"
            " LEFT JOIN colleague AS c ON c.staff_id = l.actor_id"
            " WHERE l.person_id = ANY (%(persons)s)"
            " AND (%(at)s::timestamptz IS NULL OR (l.looked_at, l.look_id) < (%(at)s, %(id)s::uuid))"
            " ORDER BY l.looked_at DESC, l.look_id DESC LIMIT %(limit)s",
            {
                "persons": [row[0] for row in whom],
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
