"""Akkoorden: written once, ended once, never deleted (R2); what was shown; signatures under texts (R26)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.intake import events
from services.intake.domain.consent import Akkoord
from shared import outbox
from shared.db import Connection
from shared.envelope import Sealed
from shared.package import Package
from shared.refusals import NotThere, Stale

COLUMNS = (
    "id, person_id, family_id, owner_organisation, receiver_organisation, purpose, level, ask_id, kinds, plan_parts,"
    " way_back, expires_on, reference, said_yes_by, whose_yes, explained_in, explained_by, explained_function,"
    " interpreting, interpreter_is_adult, said_back, agreement_id, granted_at, status, ended_at, version"
)
_VALUES = ", ".join(f"%({name.strip()})s" for name in COLUMNS.split(","))


class Shown(NamedTuple):
    """What the person saw or heard when saying yes, and what the receiver would see."""

    lang: str
    texts_digest: str
    cards: list[dict[str, str]]
    package: Package


def insert(conn: Connection, akkoord: Akkoord, shown: Shown) -> None:
    conn.execute(f"INSERT INTO akkoord ({COLUMNS}) VALUES ({_VALUES})", dict(vars(akkoord)))  # noqa: S608
    conn.execute(
        "INSERT INTO shown (akkoord_id, owner_organisation, lang, texts_digest, cards, package)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            akkoord.id,
            akkoord.owner_organisation,
            shown.lang,
            shown.texts_digest,
            Jsonb(shown.cards),
            Jsonb(shown.package.model_dump(mode="json")),
        ),
    )


def tell_granted(conn: Connection, akkoord: Akkoord, sealed: Sealed) -> None:
    event = events.AkkoordGrantedV1(
        akkoord_id=akkoord.id,
        person_id=akkoord.person_id,
        family_id=akkoord.family_id,
        receiver_organisation=akkoord.receiver_organisation,
        purpose=akkoord.purpose,
        level=akkoord.level,
        way_back=akkoord.way_back,
        expires_on=akkoord.expires_on,
        reference=akkoord.reference,
        said_yes_by=akkoord.said_yes_by,
        sealed=sealed,
    )
    outbox.publish(conn, event, _about(akkoord), ground="akkoord")


def lock(conn: Connection, akkoord_id: UUID) -> Akkoord:
    """The akkoord, held until the transaction ends: of two that end it, one finds it ended. Raises NotThere."""
    with conn.cursor(row_factory=class_row(Akkoord)) as cur:
        found = cur.execute(f"SELECT {COLUMNS} FROM akkoord WHERE id = %s FOR UPDATE", (akkoord_id,)).fetchone()  # noqa: S608
    if found is None:
        raise NotThere(str(akkoord_id))
    return found


def find_by_reference(conn: Connection, reference: UUID) -> UUID | None:
    row = conn.execute("SELECT id FROM akkoord WHERE reference = %s", (reference,)).fetchone()
    return row[0] if row else None


def end(conn: Connection, ended: Akkoord) -> None:
    """Write the end and tell it. The key is destroyed beside it, in the same transaction."""
    written = conn.execute(
        "UPDATE akkoord SET status = %s, ended_at = %s, version = %s WHERE id = %s AND version = %s",
        (ended.status, ended.ended_at, ended.version, ended.id, ended.version - 1),
    )
    if written.rowcount != 1:
        raise Stale(str(ended.id))
    event = events.AkkoordEndedV1(
        akkoord_id=ended.id,
        person_id=ended.person_id,
        family_id=ended.family_id,
        receiver_organisation=ended.receiver_organisation,
        purpose=ended.purpose,
        why=ended.status,
    )
    outbox.publish(conn, event, _about(ended), ground="akkoord")


def lock_expired(conn: Connection, today: date, most: int = 100) -> list[Akkoord]:
    """Akkoorden whose last day is over; another worker's are passed by."""
    with conn.cursor(row_factory=class_row(Akkoord)) as cur:
        return cur.execute(
            f"SELECT {COLUMNS} FROM akkoord WHERE status = 'granted' AND expires_on < %s"  # noqa: S608
            " ORDER BY expires_on LIMIT %s FOR UPDATE SKIP LOCKED",
            (today, most),
        ).fetchall()


def sign_texts(conn: Connection, lang: str, digest: str, signed_by: str, at: datetime) -> None:
    conn.execute(
        "INSERT INTO text_signature (lang, digest, signed_by, signed_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (lang, digest, signed_by, at),
    )


def signed_digests(conn: Connection, current: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of these languages with their present digests, the ones that somebody has signed."""
    known: list[tuple[Any, ...]] = conn.execute("SELECT lang, digest FROM text_signature").fetchall()
    return dict(set(current) & {(str(lang), str(digest)) for lang, digest in known})


def _about(akkoord: Akkoord) -> outbox.About:
    return outbox.About(akkoord.family_id, akkoord.id, akkoord.version, akkoord.owner_organisation)
