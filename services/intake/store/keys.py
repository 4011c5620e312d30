"""The key table: made with a file or an akkoord, destroyed with it, and what of it waits for the relay."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from shared.db import Connection
from shared.sealing import KeyNotYet, Scope


class KeyRow(NamedTuple):
    """A key as the relay reads it: `wrapped` is gone once it is destroyed."""

    key_id: UUID
    scope_kind: str
    scope_id: UUID
    family_id: UUID
    owner_organisation: UUID
    audience: list[str]
    wrapped: dict[str, str] | None
    version: int


class Belongs(NamedTuple):
    """Whose family and organisation a key belongs to."""

    family_id: UUID
    owner_organisation: UUID


def create(conn: Connection, scope: Scope, belongs: Belongs, at: datetime) -> UUID:
    """A new key of this scope, wrapped for its audience alone. Raises KeyNotYet where this process has no keyring."""
    if conn.keyring is None:
        raise KeyNotYet
    key_id = uuid7()
    conn.execute(
        "INSERT INTO key (key_id, scope_kind, scope_id, family_id, owner_organisation, audience, wrapped, created_at,"
        " version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1)",
        (
            key_id,
            scope.kind,
            scope.id,
            belongs.family_id,
            belongs.owner_organisation,
            sorted(scope.audience),
            Jsonb(conn.keyring.new_key_for(scope.audience)),
            at,
        ),
    )
    conn.execute("NOTIFY outbox")
    return key_id


def destroy(conn: Connection, kind: str, scope_id: UUID, at: datetime) -> None:
    """Nothing sealed under this scope opens any more, here from now on and elsewhere once they hear it."""
    conn.execute(
        "UPDATE key SET wrapped = NULL, destroyed_at = %s, published_at = NULL, version = version + 1"
        " WHERE scope_kind = %s AND scope_id = %s AND destroyed_at IS NULL",
        (at, kind, scope_id),
    )
    conn.execute("NOTIFY outbox")


def waiting(conn: Connection, most: int = 500) -> list[KeyRow]:
    """Keys whose last change the broker does not have yet."""
    with conn.cursor(row_factory=class_row(KeyRow)) as cur:
        return cur.execute(
            "SELECT key_id, scope_kind, scope_id, family_id, owner_organisation, audience, wrapped, version"
            " FROM key WHERE published_at IS NULL ORDER BY created_at, key_id LIMIT %s",
            (most,),
        ).fetchall()


def mark_published(conn: Connection, sent: list[KeyRow]) -> None:
    """Only at the version that was sent: a key that was destroyed meanwhile still waits."""
    conn.execute(
        "UPDATE key SET published_at = clock_timestamp()"
        " FROM unnest(%s::uuid[], %s::int[]) AS sent (key_id, version)"
        " WHERE key.key_id = sent.key_id AND key.version = sent.version",
        ([one.key_id for one in sent], [one.version for one in sent]),
    )


def republish_keys(conn: Connection) -> int:
    """Let the relay send every key again, into a broker that has lost them. Returns how many."""
    return conn.execute("UPDATE key SET published_at = NULL WHERE published_at IS NOT NULL").rowcount
