"""SQL that writes referrals, with their version, and tells of them."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import OPEN, Referral, Status
from shared import outbox
from shared.db import Connection
from shared.envelope import Event
from shared.refusals import Stale

COLUMNS = (
    "id, akkoord_id, person_id, family_id, owner_organisation, to_organisation, reason, goes_along, status,"
    " contact, meets_at, place, decline_code, sent_by_function, sent_at, seen_at, answered_at, seen_due, answer_due,"
    " version"
)
_FIXED = (
    "id",
    "akkoord_id",
    "person_id",
    "family_id",
    "owner_organisation",
    "to_organisation",
    "reason",
)
_CHANGED = tuple(name for name in COLUMNS.split(", ") if name not in _FIXED)


def insert(conn: Connection, referral: Referral) -> bool:
    """False where its akkoord already carries an open referral."""
    values = ", ".join(f"%({name})s" for name in COLUMNS.split(", "))
    row = conn.execute(
        f"INSERT INTO referral ({COLUMNS}) VALUES ({values})"  # noqa: S608
        " ON CONFLICT (akkoord_id) WHERE status NOT IN ('declined', 'recalled') DO NOTHING RETURNING id",
        vars(referral),
    ).fetchone()
    return row is not None


def open_of_akkoord(conn: Connection, akkoord_id: UUID) -> UUID | None:
    row = conn.execute(
        "SELECT id FROM referral WHERE akkoord_id = %s AND status = ANY (%s)", (akkoord_id, list(OPEN))
    ).fetchone()
    return row[0] if row else None


def find(conn: Connection, referral_id: UUID) -> Referral | None:
    """As row-level security lets the actor see it; unlocked, so only to learn what to lock first."""
    return _one(conn, f"SELECT {COLUMNS} FROM referral WHERE id = %s", (referral_id,))  # noqa: S608


def lock(conn: Connection, referral_id: UUID) -> Referral | None:
    """Lock order: its akkoord before it, the outbox after it."""
    return _one(conn, f"SELECT {COLUMNS} FROM referral WHERE id = %s FOR UPDATE", (referral_id,))  # noqa: S608


def lock_open_of_akkoord(conn: Connection, akkoord_id: UUID) -> list[Referral]:
    """What still rests on this akkoord, locked."""
    return _all(
        conn,
        f"SELECT {COLUMNS} FROM referral WHERE akkoord_id = %s AND status = ANY (%s) ORDER BY id FOR UPDATE",  # noqa: S608
        (akkoord_id, list(OPEN)),
    )


def lock_expired(conn: Connection, today: date, most: int) -> list[Referral]:
    """Open referrals whose akkoord's last day has passed; those that somebody else handles are skipped."""
    return _all(
        conn,
        f"SELECT {COLUMNS} FROM referral WHERE status = ANY (%s) AND akkoord_id IN"  # noqa: S608
        " (SELECT akkoord_id FROM seen.akkoord WHERE status = 'granted' AND expires_on < %s)"
        " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        (list(OPEN), today, most),
    )


def save(conn: Connection, changed: Referral) -> None:
    """Write the next version. Raises Stale where somebody else wrote it first."""
    values = ", ".join(f"{name} = %({name})s" for name in _CHANGED)
    written = conn.execute(
        f"UPDATE referral SET {values} WHERE id = %(id)s AND version = %(version)s - 1",  # noqa: S608
        vars(changed),
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def tell(conn: Connection, referral: Referral, shape: type[Event], **more: Any) -> None:
    """Publish one fact about a referral, in the transaction that made it true."""
    event = shape.model_validate(
        {
            "referral_id": referral.id,
            "akkoord_id": referral.akkoord_id,
            "person_id": referral.person_id,
            "to_organisation": referral.to_organisation,
            **more,
        }
    )
    about = outbox.About(referral.family_id, referral.id, referral.version, referral.owner_organisation)
    outbox.publish(conn, event, about, ground="akkoord")


def _referral(**row: Any) -> Referral:
    return Referral(**row | {"status": Status(row["status"])})


def _one(conn: Connection, query: str, values: tuple[Any, ...]) -> Referral | None:
    with conn.cursor(row_factory=kwargs_row(_referral)) as cur:
        return cur.execute(query, values).fetchone()


def _all(conn: Connection, query: str, values: tuple[Any, ...]) -> list[Referral]:
    with conn.cursor(row_factory=kwargs_row(_referral)) as cur:
        return cur.execute(query, values).fetchall()
