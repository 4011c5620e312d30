"""SQL that writes referrals, with their version, their tasks and what is told of them."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import OPEN, Referral, Status, counted, next_look
from services.referral.store import tasks
from services.referral.store.webhooks import events as webhook_events
from shared import clock, outbox
from shared.db import Connection
from shared.envelope import Event
from shared.refusals import Stale

_FIELDS = tuple(field.name for field in fields(Referral))
COLUMNS = ", ".join(_FIELDS)
_FIXED = frozenset({"id", "person_id", "family_id", "owner_organisation", "to_organisation", "reason", "named_team"})
# What follows from a referral and is kept beside it, for lists and timers.
_DERIVED = ("told", "look_on")
_WRITTEN = (*_FIELDS, *_DERIVED)


def insert(conn: Connection, referral: Referral) -> bool:
    """False where its akkoord already carries an open referral."""
    values = ", ".join(f"%({name})s" for name in _WRITTEN)
    row = conn.execute(
        f"INSERT INTO referral ({', '.join(_WRITTEN)}) VALUES ({values})"  # noqa: S608
        " ON CONFLICT (akkoord_id) WHERE status NOT IN ('closed', 'declined', 'withdrawn', 'ended_by_family',"
        "  'recalled', 'expired', 'sent_in_error') DO NOTHING RETURNING id",
        _row(referral),
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
    """Lock order: its akkoord before it, its tasks and the outbox after it."""
    return _one(conn, f"SELECT {COLUMNS} FROM referral WHERE id = %s FOR UPDATE", (referral_id,))  # noqa: S608


def lock_open_of_akkoord(conn: Connection, akkoord_id: UUID) -> list[Referral]:
    """What still rests on this akkoord, locked."""
    return _all(
        conn,
        f"SELECT {COLUMNS} FROM referral WHERE akkoord_id = %s AND status = ANY (%s) ORDER BY id FOR UPDATE",  # noqa: S608
        (akkoord_id, list(OPEN)),
    )


def lock_without_akkoord(conn: Connection, today: date, most: int) -> list[Referral]:
    """Open referrals whose akkoord's last day has passed; those that somebody else handles are skipped."""
    return _all(
        conn,
        f"SELECT {COLUMNS} FROM referral WHERE status = ANY (%s) AND akkoord_id IN"  # noqa: S608
        " (SELECT akkoord_id FROM seen.akkoord WHERE status = 'granted' AND expires_on < %s)"
        " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        (list(OPEN), today, most),
    )


def lock_without_agreement(conn: Connection, today: date, most: int) -> list[Referral]:
    """Open referrals between two who agreed once and do no more; those that somebody else handles are skipped."""
    return _all(
        conn,
        "WITH pair AS (SELECT organisation_a AS one, organisation_b AS other, valid_from, valid_until FROM agreement"  # noqa: S608
        "  WHERE purpose = 'referral' UNION ALL SELECT organisation_b, organisation_a, valid_from, valid_until"
        "  FROM agreement WHERE purpose = 'referral'),"
        " over AS (SELECT one, other FROM pair GROUP BY one, other"
        "  HAVING NOT bool_or(valid_from <= %s AND (valid_until IS NULL OR %s < valid_until)))"
        f" SELECT {COLUMNS} FROM referral WHERE status = ANY (%s)"
        " AND (owner_organisation, to_organisation) IN (SELECT one, other FROM over)"
        " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        (today, today, list(OPEN), most),
    )


def lock_to_look_at(conn: Connection, today: date, most: int) -> list[Referral]:
    """Those for which the day has come; those that somebody else handles are skipped."""
    return _all(
        conn,
        f"SELECT {COLUMNS} FROM referral WHERE look_on <= %s ORDER BY look_on, id LIMIT %s FOR UPDATE SKIP LOCKED",  # noqa: S608
        (today, most),
    )


def save(conn: Connection, changed: Referral) -> Referral:
    """Write the next version and bring its tasks along; returns it with what each side counts of it.

    Raises Stale where somebody else wrote it first.
    """
    before = find(conn, changed.id)
    if before is None or before.version != changed.version - 1:
        raise Stale(str(changed.id))
    kept = counted(before, changed)
    names = [name for name in _WRITTEN if name not in _FIXED]
    values = ", ".join(f"{name} = %({name})s" for name in names)
    written = conn.execute(
        f"UPDATE referral SET {values}, warm_at = coalesce(warm_at, %(warm_at)s)"  # noqa: S608
        " WHERE id = %(id)s AND version = %(before)s",
        _row(kept) | {"before": before.version, "warm_at": clock.now() if changed.warm else None},
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))
    tasks.follow(conn, kept, clock.today())
    return kept


def look_again(conn: Connection, locked: Referral, today: date) -> None:
    """Its tasks as this day has them; the referral itself stays as it was."""
    conn.execute("UPDATE referral SET look_on = %s WHERE id = %s", (next_look(locked, today), locked.id))
    tasks.follow(conn, locked, today)


def tell(conn: Connection, referral: Referral, shape: type[Event], **more: Any) -> None:
    """Publish one fact about a referral, in the transaction that made it true; for webhooks too."""
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
    webhook_events.record(conn, referral, shape)


def _row(referral: Referral) -> dict[str, Any]:
    return vars(referral) | {
        "way_back": list(referral.way_back),
        "told": referral.told,
        "look_on": next_look(referral, clock.today()),
    }


def _referral(**row: Any) -> Referral:
    return Referral(**row | {"status": Status(row["status"]), "way_back": tuple(row["way_back"])})


def _one(conn: Connection, query: str, values: tuple[Any, ...]) -> Referral | None:
    with conn.cursor(row_factory=kwargs_row(_referral)) as cur:
        return cur.execute(query, values).fetchone()


def _all(conn: Connection, query: str, values: tuple[Any, ...]) -> list[Referral]:
    with conn.cursor(row_factory=kwargs_row(_referral)) as cur:
        return cur.execute(query, values).fetchall()
