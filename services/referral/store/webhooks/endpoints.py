"""SQL that writes addresses and their secrets, which this process seals and cannot read back."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import kwargs_row

from services.referral.domain.webhooks import OVERLAP, Endpoint, EndpointState
from shared.db import Connection
from shared.refusals import Stale

COLUMNS = "id, organisation_id, url, types, made_at, state, failing_since, rests_until, disabled_at, version"


def insert(conn: Connection, one: Endpoint) -> None:
    names = COLUMNS.split(", ")
    values = ", ".join(f"%({name})s" for name in names)
    conn.execute(f"INSERT INTO webhook_endpoint ({COLUMNS}) VALUES ({values})", _row(one))  # noqa: S608


def count(conn: Connection, organisation_id: UUID) -> int:
    row = conn.execute(
        "SELECT count(*) FROM webhook_endpoint WHERE organisation_id = %s", (organisation_id,)
    ).fetchone()
    return int(row[0]) if row else 0


def find(conn: Connection, endpoint_id: UUID) -> Endpoint | None:
    return _one(conn, f"SELECT {COLUMNS} FROM webhook_endpoint WHERE id = %s", endpoint_id)  # noqa: S608


def lock(conn: Connection, endpoint_id: UUID) -> Endpoint | None:
    return _one(conn, f"SELECT {COLUMNS} FROM webhook_endpoint WHERE id = %s FOR UPDATE", endpoint_id)  # noqa: S608


def save(conn: Connection, changed: Endpoint, before: int) -> None:
    """Raises Stale where somebody else wrote it since `before`."""
    written = conn.execute(
        "UPDATE webhook_endpoint SET url = %(url)s, types = %(types)s, state = %(state)s,"
        " failing_since = %(failing_since)s, rests_until = %(rests_until)s, disabled_at = %(disabled_at)s,"
        " version = %(version)s WHERE id = %(id)s AND version = %(before)s",
        _row(changed) | {"before": before},
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def remove(conn: Connection, endpoint_id: UUID) -> None:
    """With its secrets and the log of what it was told."""
    conn.execute("DELETE FROM webhook_endpoint WHERE id = %s", (endpoint_id,))


def add_secret(conn: Connection, one: Endpoint, secret: str, now: datetime) -> None:
    """From now on the newest; the one before it signs along for a while, older ones no more."""
    if conn.keyring is None:
        raise RuntimeError("this process has no key to seal a secret with")
    conn.execute(
        "UPDATE webhook_secret SET ends_at = CASE WHEN ends_at IS NULL THEN %(later)s ELSE least(ends_at, %(now)s) END"
        " WHERE endpoint_id = %(endpoint)s",
        {"endpoint": one.id, "now": now, "later": now + OVERLAP},
    )
    conn.execute(
        "INSERT INTO webhook_secret (id, endpoint_id, organisation_id, sealed, made_at) VALUES (%s, %s, %s, %s, %s)",
        (uuid4(), one.id, one.organisation_id, conn.keyring.wrap(secret.encode()), now),
    )


def forget_old_secrets(conn: Connection, now: datetime) -> None:
    conn.execute("DELETE FROM webhook_secret WHERE ends_at <= %s", (now,))


def _row(one: Endpoint) -> dict[str, Any]:
    return vars(one) | {"types": list(one.types)}


def _endpoint(**row: Any) -> Endpoint:
    return Endpoint(**row | {"types": tuple(row["types"]), "state": EndpointState(row["state"])})


def _one(conn: Connection, query: str, endpoint_id: UUID) -> Endpoint | None:
    with conn.cursor(row_factory=kwargs_row(_endpoint)) as cur:
        return cur.execute(query, (endpoint_id,)).fetchone()
