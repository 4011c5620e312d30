"""Who follows a family at its school now, and who did before, as intake tells it."""

from uuid import UUID

from shared.db import Connection


def put(conn: Connection, family_id: UUID, change: tuple[UUID | None, UUID], version: int) -> None:
    """`change` is from whom to whom; who handed it over stays among those before."""
    given_by, given_to = change
    before = [given_by] if given_by else []
    conn.execute(
        "INSERT INTO seen.follower AS known (family_id, staff_id, before, version) VALUES (%s, %s, %s::uuid[], %s)"
        " ON CONFLICT (family_id) DO UPDATE SET staff_id = excluded.staff_id, version = excluded.version,"
        "  before = known.before || excluded.before WHERE known.version < excluded.version",
        (family_id, given_to, before, version),
    )
