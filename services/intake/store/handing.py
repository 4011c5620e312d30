"""Who follows a family, every hand-over of it, and what colleagues call each other."""

from datetime import date, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import events
from services.intake.domain.handing import FollowsAlready, HandOver
from shared import outbox
from shared.db import Connection
from shared.refusals import NotThere, Stale


def is_school_staff(conn: Connection, staff_id: UUID, organisation: UUID, today: date) -> bool:
    """Whether this staff member works there today in the role that follows families."""
    row = conn.execute(
        "SELECT 1 FROM seen.membership WHERE staff_id = %s AND organisation_id = %s AND role = 'school_staff'"
        " AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until) LIMIT 1",
        (staff_id, organisation, today, today),
    ).fetchone()
    return row is not None


def hand_over(conn: Connection, family_id: UUID, given: HandOver, at: datetime) -> int:
    """Write it and tell it. Returns the file's new version. Raises NotThere, Stale or FollowsAlready."""
    row = conn.execute(
        "SELECT owner_organisation, responsible, version FROM file WHERE id = %s FOR UPDATE", (family_id,)
    ).fetchone()
    if row is None:
        raise NotThere(str(family_id))
    owner, before, version = row
    if version != given.version:
        raise Stale(str(family_id))
    if before == given.to:
        raise FollowsAlready(str(family_id))
    conn.execute(
        "UPDATE file SET responsible = %s, version = %s, changed_at = %s WHERE id = %s",
        (given.to, version + 1, at, family_id),
    )
    conn.execute(
        "INSERT INTO hand_over (id, family_id, owner_organisation, from_staff, to_staff, note, handed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (uuid7(), family_id, owner, before, given.to, given.note, at),
    )
    event = events.FileHandedOverV1(family_id=family_id, from_staff=before, to_staff=given.to)
    outbox.publish(conn, event, outbox.About(family_id, family_id, version + 1, owner), ground="own_file")
    return int(version) + 1


def know_colleague(conn: Connection, staff_id: UUID, name: str, at: datetime) -> None:
    """Remember the name that the staff issuer gave at sign-in; without one, what was known stays."""
    if not name.strip():
        return
    conn.execute(
        "INSERT INTO colleague (staff_id, name, known_at) VALUES (%s, %s, %s) ON CONFLICT (staff_id) DO UPDATE"
        " SET name = excluded.name, known_at = excluded.known_at",
        (staff_id, name.strip()[:200], at),
    )
