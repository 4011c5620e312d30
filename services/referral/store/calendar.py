"""What referral keeps of the shared calendar, so that an action can point to it; public, so in clear."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.db import Connection


def put(conn: Connection, told: dict[str, Any], version: int) -> None:
    """`told` are the event's own fields."""
    conn.execute(
        "INSERT INTO seen.activity AS known (activity_id, organiser, kind, title, town, venue, address, occurrences,"
        "  cancelled, version)"
        " VALUES (%(activity_id)s, %(organiser)s, %(kind)s, %(title)s, %(town)s, %(venue)s, %(address)s,"
        "  %(occurrences)s, false, %(version)s)"
        " ON CONFLICT (activity_id) DO UPDATE SET organiser = excluded.organiser, kind = excluded.kind,"
        "  title = excluded.title, town = excluded.town, venue = excluded.venue, address = excluded.address,"
        "  occurrences = excluded.occurrences, cancelled = false, version = excluded.version"
        " WHERE known.version < excluded.version",
        told | {"title": Jsonb(told["title"]), "occurrences": Jsonb(told["occurrences"]), "version": version},
    )


def cancel(conn: Connection, activity_id: UUID, organiser: UUID, version: int) -> None:
    """Its title and place stay, so that a plan that points to it can say what does not take place."""
    conn.execute(
        "INSERT INTO seen.activity AS known (activity_id, organiser, kind, title, town, venue, address, occurrences,"
        "  cancelled, version) VALUES (%s, %s, 'other', '{}', '', '', '', '[]', true, %s)"
        " ON CONFLICT (activity_id) DO UPDATE SET cancelled = true, version = excluded.version"
        " WHERE known.version < excluded.version",
        (activity_id, organiser, version),
    )
