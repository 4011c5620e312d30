"""SQL that shows who works at an organisation, and who is invited; never a name, which the directory does not know."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Place:
    """The organisation that people are invited to."""

    id: UUID
    kind: str
    name: str
    town: str


@dataclass(frozen=True)
class Working:
    """Somebody who works there, in a role and function, since a day."""

    id: UUID
    staff_id: UUID
    role: str
    function: str
    secrecy: str
    since: date

    @property
    def mark(self) -> str:
        """Four signs by which colleagues can tell each other apart: Brug knows no names."""
        return self.staff_id.hex[-4:].upper()


@dataclass(frozen=True)
class Invited:
    """`email` is empty once it is not needed any more."""

    email: str
    role: str
    function: str
    invited_at: datetime
    status: str
    problem: str


def place(db: Database, actor: Actor, organisation_id: UUID) -> Place:
    """Raises `NotThere`."""
    demand(PERMITS, actor, "staff.invite", owner=organisation_id)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Place)) as cur:
        found = cur.execute(
            "SELECT id, kind, name, town FROM organisation WHERE id = %s", (organisation_id,)
        ).fetchone()
    if found is None:
        raise NotThere(str(organisation_id))
    return found


def working(db: Database, actor: Actor, organisation_id: UUID) -> list[Working]:
    """Each of them; two in the same function are told apart by the day since and by their mark."""
    demand(PERMITS, actor, "staff.invite", owner=organisation_id)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Working)) as cur:
        return cur.execute(
            "SELECT id, staff_id, role, function, secrecy, valid_from AS since FROM membership"
            " WHERE organisation_id = %(place)s AND valid_from <= %(today)s"
            " AND (valid_until IS NULL OR %(today)s < valid_until)"
            " ORDER BY role, function, valid_from, id LIMIT 500",
            {"place": organisation_id, "today": clock.today()},
        ).fetchall()


def invited(db: Database, actor: Actor, organisation_id: UUID) -> list[Invited]:
    """The newest first, those of the last month."""
    demand(PERMITS, actor, "staff.invite", owner=organisation_id)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Invited)) as cur:
        return cur.execute(
            "SELECT email, role, function, invited_at, status, problem FROM invitation"
            " WHERE organisation_id = %s ORDER BY invited_at DESC, id LIMIT 50",
            (organisation_id,),
        ).fetchall()
