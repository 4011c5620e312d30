"""A request that comes twice with one Idempotency-Key makes one thing; used in the command's transaction."""

from datetime import timedelta
from uuid import UUID

from shared import clock
from shared.db import Connection

KEPT = timedelta(hours=24)


def made_before(conn: Connection, key: str | None, route: str) -> UUID | None:
    """What this actor already made on this route with this key. A second one waits for the first to end."""
    if not key:
        return None
    who = (conn.actor.id, key, route)
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ("|".join(map(str, who)),))
    row = conn.execute(
        "SELECT made_id FROM idempotency WHERE actor_id = %s AND key = %s AND route = %s", who
    ).fetchone()
    return row[0] if row else None


def remember(conn: Connection, key: str | None, route: str, made_id: UUID) -> None:
    """Only the id is kept, for 24 hours: an answer could hold what has been erased since."""
    if key:
        conn.execute(
            "INSERT INTO idempotency (actor_id, key, route, made_id, created_at) VALUES (%s, %s, %s, %s, %s)",
            (conn.actor.id, key, route, made_id, clock.now()),
        )


def forget_old(conn: Connection) -> int:
    """Remove keys older than 24 hours; for a worker's timer."""
    return conn.execute("DELETE FROM idempotency WHERE created_at < %s", (clock.now() - KEPT,)).rowcount
