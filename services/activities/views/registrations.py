"""SQL that reads what a person sees of the own registrations."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from services.activities.domain.permits import PERMITS
from shared import clock, directory
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind


@dataclass(frozen=True)
class Seat:
    """A registration as its own holder sees it. `interpreter_booked`: the organiser has booked that language."""

    id: UUID
    occurrence_id: UUID
    way: str
    children: int
    interpreter: str | None
    interpreter_booked: bool
    status: str
    version: int


_SEAT = (
    "SELECT r.id, r.occurrence_id, r.way, r.children, r.interpreter, b.language IS NOT NULL AS interpreter_booked,"
    " r.status, r.version FROM registration AS r"
    " LEFT JOIN interpreter_booking AS b ON b.occurrence_id = r.occurrence_id AND b.language = r.interpreter"
)


def registration(db: Database, actor: Actor, registration_id: UUID) -> Seat:
    """The person's own, with a name or without; to everyone else it is not there."""
    demand(PERMITS, actor, "registration.see", person=actor.id)
    query = f"{_SEAT} WHERE r.id = %s AND r.holder = holder_of(r.occurrence_id, %s)"
    return _seat(db, actor, query, (registration_id, actor.id))


def drop_in(db: Database, actor: Actor, registration_id: UUID) -> Seat:
    """One who comes to a drop-in: nobody's, so it is there for who holds its id."""
    demand(PERMITS, actor, "drop_in.see")
    return _seat(db, actor, f"{_SEAT} WHERE r.id = %s AND r.way = 'drop_in'", (registration_id,))


def own_seats(db: Database, actor: Actor, occurrences: Iterable[UUID]) -> dict[UUID, UUID]:
    """By occurrence, the actor's live registration for it. Only a person has any."""
    if actor.kind != ActorKind.PERSON:
        return {}
    holders = [hashlib.sha256(f"{one}:{actor.id}".encode()).hexdigest() for one in occurrences]
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT occurrence_id, id FROM registration WHERE holder = ANY (%s) AND status = 'registered'", (holders,)
        ).fetchall()
    return dict(rows)


def may_be_named(db: Database, actor: Actor, organiser: UUID) -> bool | None:
    """Whether the person's school and the organiser agreed that names may go (R1); None: person not known yet."""
    demand(PERMITS, actor, "registration.make")
    with db.transaction(actor) as conn:
        row = conn.execute("SELECT owner_organisation FROM seen.person WHERE person_id = %s", (actor.id,)).fetchone()
        if row is None:
            return None
        return directory.may_share(conn, (UUID(str(row[0])), organiser), "registration", clock.today())


def _seat(db: Database, actor: Actor, query: str, told: tuple[UUID, ...]) -> Seat:
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Seat)) as cur:
        found = cur.execute(query, told).fetchone()
    if found is None:
        raise NotThere(str(told[0]))
    return found
