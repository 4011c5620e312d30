"""Who said yes to an akkoord: for a child a parent does, and reads what comes of it (R5)."""

from collections.abc import Iterable
from uuid import UUID

from shared.db import Connection


def put(conn: Connection, akkoord_id: UUID, whose: UUID, by: Iterable[UUID]) -> None:
    """`whose` data it is about. The same twice changes nothing."""
    said = frozenset(by)
    for person_id in sorted(said):
        conn.execute(
            "INSERT INTO seen.said_yes (akkoord_id, person_id, speaks) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (akkoord_id, person_id, person_id == whose or whose not in said),
        )


def speaks(conn: Connection, akkoord_id: UUID, person_id: UUID) -> bool | None:
    """Whether this person said yes and also speaks for whom it is about; None for who did not say yes."""
    row = conn.execute(
        "SELECT speaks FROM seen.said_yes WHERE akkoord_id = %s AND person_id = %s", (akkoord_id, person_id)
    ).fetchone()
    return bool(row[0]) if row else None
