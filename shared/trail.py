"""Who looked at whose data, where from and on what ground: written before anything is shown, then chained (R18)."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from uuid_utils.compat import uuid7

from shared import clock, outbox
from shared.db import Connection, Database
from shared.envelope import Event
from shared.security import Actor, worker_of


class LookTakenV1(Event):
    """Somebody of an organisation opened what is kept about a person."""

    TYPE: ClassVar[str] = "be.brug.look.taken.v1"
    TOPIC: ClassVar[str] = "{service}.trail"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "look_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b01",
        "person_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b02",
        "family_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b03",
        "organisation_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b04",
        "function": "maatschappelijk werker",
        "what": "referral",
        "ground": "akkoord",
        "at": "2026-09-01T10:00:00Z",
        "akkoord_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b05",
    }

    look_id: UUID
    person_id: UUID
    family_id: UUID
    organisation_id: UUID
    function: str
    what: str
    ground: str
    at: datetime
    akkoord_id: UUID | None = None


class Look(NamedTuple):
    """`what` was opened (vocabulary list `looked_at`), on which `ground` (`look_grounds`), for which organisation."""

    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    organisation_id: UUID
    what: str
    ground: str
    akkoord_id: UUID | None = None  # the yes that it rests on, where it rests on one


def record(db: Database, actor: Actor, *looks: Look) -> None:
    """Commit the looks. Call it before content is opened: where this fails, nothing opens."""
    with db.transaction(actor) as conn:
        for look in looks:
            _write(conn, actor, look)


def _write(conn: Connection, actor: Actor, look: Look) -> None:
    look_id, at = uuid7(), clock.now()
    function = actor.function_at(look.organisation_id)
    conn.execute(
        "INSERT INTO look (id, person_id, family_id, owner_organisation, actor_id, organisation_id, function,"
        " what, ground, looked_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            look_id,
            look.person_id,
            look.family_id,
            look.owner_organisation,
            actor.id,
            look.organisation_id,
            function,
            look.what,
            look.ground,
            at,
        ),
    )
    event = LookTakenV1(
        look_id=look_id,
        person_id=look.person_id,
        family_id=look.family_id,
        organisation_id=look.organisation_id,
        function=function,
        what=look.what,
        ground=look.ground,
        at=at,
        akkoord_id=look.akkoord_id,
    )
    outbox.publish(conn, event, outbox.About(look.family_id, look_id, 1, look.owner_organisation), ground=look.ground)


class _Row(NamedTuple):
    position: int
    id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    actor_id: UUID
    organisation_id: UUID
    function: str
    what: str
    ground: str
    looked_at: datetime


_HASHED = (
    "position, id, person_id, family_id, owner_organisation, actor_id, organisation_id, function, what, ground,"
    " looked_at"
)


def chain(db: Database) -> int:
    """Give committed looks their place in the chain; a look that is changed or taken out later breaks it."""
    with db.transaction(worker_of(db.service)) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('chain of looks'))")
        link, digest = _end_of_chain(conn)
        with conn.cursor(row_factory=class_row(_Row)) as cur:
            rows = cur.execute(
                f"SELECT {_HASHED} FROM look WHERE chain IS NULL ORDER BY position LIMIT 1000"  # noqa: S608
            ).fetchall()
        for row in rows:
            link, digest = link + 1, _digest(digest, row)
            conn.execute("UPDATE look SET chain = %s, digest = %s WHERE id = %s", (link, digest, row.id))
    return len(rows)


def broken_at(conn: Connection) -> int | None:
    """The first link that does not follow from the one before it; None where the chain is whole."""
    digest = ""
    with conn.cursor(row_factory=class_row(_Row)) as cur:
        rows = cur.execute(f"SELECT {_HASHED} FROM look WHERE chain IS NOT NULL ORDER BY chain").fetchall()  # noqa: S608
    kept = conn.execute("SELECT chain, digest FROM look WHERE chain IS NOT NULL ORDER BY chain").fetchall()
    for expected, (row, (link, found)) in enumerate(zip(rows, kept, strict=True), start=1):
        digest = _digest(digest, row)
        if link != expected or found != digest:
            return expected
    return None


def _end_of_chain(conn: Connection) -> tuple[int, str]:
    row = conn.execute("SELECT chain, digest FROM look WHERE chain IS NOT NULL ORDER BY chain DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, "")


def _digest(before: str, row: _Row) -> str:
    told = "|".join([before, *(str(value) for value in row[:-1]), str(row.looked_at.timestamp())])
    return hashlib.sha256(told.encode()).hexdigest()
