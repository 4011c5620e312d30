"""Files for staff: the list of an organisation's families, and one family's file, which is a look (R18)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.family import File, Person
from services.intake.domain.permits import PERMITS
from services.intake.views import colleagues, corrections
from services.intake.views.colleagues import Handed
from services.intake.views.consent import AkkoordRow, of_family
from services.intake.views.corrections import CorrectionRow
from shared import clock, trail
from shared.db import Connection, Database
from shared.paging import Page, after, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


class FileRow(NamedTuple):
    """A family in the list: what it is called and how far it has come; no content, so no look.

    `follows` is the name of who is responsible, where it is known here. `found` are those of its persons who were
    asked for, in a search.
    """

    id: UUID
    owner_organisation: UUID
    names: list[str]
    children: int
    live: int
    has_strengths: bool
    opened_at: datetime
    changed_at: datetime
    version: int
    responsible: UUID | None = None
    follows: str = ""
    found: list[str] = []  # noqa: RUF012 - never changed: a row of the database


LISTED = (
    "f.id, f.owner_organisation, f.opened_at, f.changed_at, f.version, f.responsible, coalesce(c.name, '') AS follows,"
    " coalesce((SELECT array_agg(p.name_to_call ORDER BY p.position) FROM person AS p"
    "  WHERE p.family_id = f.id AND p.kind = 'caregiver'), '{}') AS names,"
    " (SELECT count(*) FROM person AS p WHERE p.family_id = f.id AND p.kind = 'child') AS children,"
    " (SELECT count(*) FROM akkoord AS a WHERE a.family_id = f.id AND a.status = 'granted'"
    "  AND a.expires_on >= %(today)s) AS live,"
    " EXISTS (SELECT 1 FROM strength AS s WHERE s.family_id = f.id) AS has_strengths"
)
FILES = "file AS f LEFT JOIN colleague AS c ON c.staff_id = f.responsible"


class Which(NamedTuple):
    """`mine`: only those that the actor follows; `after` is a cursor."""

    mine: bool = False
    after: str | None = None
    limit: int = 50


LATEST = Which()


class FileSeen(NamedTuple):
    """A file with its akkoorden; `objections` are pairs of child and caregiver (R5)."""

    file: File
    akkoorden: list[AkkoordRow]
    objections: frozenset[tuple[UUID, UUID]]
    corrections: list[CorrectionRow]
    handed: Handed


def overview(db: Database, actor: Actor, which: Which = LATEST) -> Page[FileRow]:
    """The families of the organisations where the actor is school staff, changed last first."""
    start = after(which.after, datetime.fromisoformat, UUID)
    mine = " AND f.responsible = %(me)s" if which.mine else ""
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(FileRow)) as cur:
        rows = cur.execute(
            f"SELECT {LISTED} FROM {FILES} WHERE f.owner_organisation = ANY (%(own)s){mine}"  # noqa: S608
            " AND (%(at)s::timestamptz IS NULL OR (f.changed_at, f.id) < (%(at)s, %(id)s::uuid))"
            " ORDER BY f.changed_at DESC, f.id DESC LIMIT %(limit)s",
            {
                "own": sorted(actor.organisations_as("school_staff")),
                "me": actor.id,
                "today": clock.today(),
                "at": start[0] if start else None,
                "id": start[1] if start else None,
                "limit": which.limit + 1,
            },
        ).fetchall()
    return page_of(rows, which.limit, lambda row: (row.changed_at.isoformat(), row.id))


def file(db: Database, actor: Actor, family_id: UUID) -> FileSeen:
    """One family's file. The look is on record before anything of it is returned. Raises NotThere."""
    with db.transaction(actor) as conn:
        owner, persons = _persons_of(conn, family_id)
    demand(PERMITS, actor, "file.see", owner=owner)
    trail.record(db, actor, *(trail.Look(one, family_id, owner, owner, "file", "own_file") for one in persons))
    with db.transaction(actor) as conn:
        found = store.family.get(conn, family_id)
        rows = conn.execute(
            "SELECT child_id, caregiver_id FROM objection WHERE child_id = ANY (%s)", (persons,)
        ).fetchall()
        objected = frozenset((row[0], row[1]) for row in rows)
        asked = corrections.of_family(conn, family_id)
        return FileSeen(found, of_family(conn, family_id), objected, asked, colleagues.handed(conn, family_id))


def file_again(db: Database, actor: Actor, family_id: UUID) -> File:
    """The file for a form that goes on from a page whose opening is on record already. Raises NotThere."""
    with db.transaction(actor) as conn:
        found = store.family.get(conn, family_id)
    demand(PERMITS, actor, "file.see", owner=found.owner_organisation)
    return found


def family_of(conn: Connection, person_id: UUID) -> UUID:
    """The family that a person belongs to. Raises NotThere."""
    return store.family.family_of(conn, person_id)[0]


class Flag(NamedTuple):
    """Somebody of a family who has a safety flag (R22)."""

    id: UUID
    name_to_call: str


def flags(conn: Connection, family_id: UUID) -> list[Flag]:
    """Who of a family has a flag: names, as in a list of families, for the mark above a paper; so it is no look."""
    with conn.cursor(row_factory=class_row(Flag)) as cur:
        return cur.execute(
            "SELECT id, name_to_call FROM person WHERE family_id = %s AND safety ORDER BY position", (family_id,)
        ).fetchall()


def person(conn: Connection, person_id: UUID) -> Person:
    """One person, for what is not a look: the paper with the person's own code. Raises NotThere."""
    found = store.family.person(conn, person_id)
    if found is None:
        raise NotThere(str(person_id))
    return found


def _persons_of(conn: Connection, family_id: UUID) -> tuple[UUID, list[UUID]]:
    """Ids only: whose looks there will be."""
    owner = store.family.owner_of(conn, family_id)
    rows = conn.execute("SELECT id FROM person WHERE family_id = %s ORDER BY position", (family_id,)).fetchall()
    return owner, [row[0] for row in rows]
