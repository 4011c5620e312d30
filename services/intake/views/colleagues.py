"""Who follows a family, to whom it can be handed over, and how it went from one colleague to the other."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from shared import clock
from shared.db import Connection
from shared.refusals import NotThere

# A colleague's function at the organisation, also of one who left: the newest that was known.
_FUNCTION = (
    "coalesce((SELECT m.function FROM seen.membership AS m WHERE m.staff_id = {staff}"
    " AND m.organisation_id = {owner} AND m.role = 'school_staff' ORDER BY m.valid_from DESC LIMIT 1), '')"
)


class Colleague(NamedTuple):
    """`name` is empty where this one never signed in here yet."""

    staff_id: UUID
    name: str
    function: str


class HandOverRow(NamedTuple):
    """One time that the family went to another colleague; who gave it is empty where nobody followed it."""

    given_by: str
    given_to: str
    note: str
    at: datetime


class Handed(NamedTuple):
    """Who follows the family now, nobody where that is not known, and how it came there, the newest first."""

    follows: Colleague | None
    history: list[HandOverRow]


def handed(conn: Connection, family_id: UUID) -> Handed:
    """The caller has recorded the look."""
    with conn.cursor(row_factory=class_row(Colleague)) as cur:
        follows = cur.execute(
            "SELECT f.responsible AS staff_id, coalesce(c.name, '') AS name,"  # noqa: S608 - our own names
            f" {_FUNCTION.format(staff='f.responsible', owner='f.owner_organisation')} AS function"
            " FROM file AS f LEFT JOIN colleague AS c ON c.staff_id = f.responsible"
            " WHERE f.id = %s AND f.responsible IS NOT NULL",
            (family_id,),
        ).fetchone()
    with conn.cursor(row_factory=class_row(HandOverRow)) as cur:
        history = cur.execute(
            "SELECT coalesce(giver.name, '') AS given_by, coalesce(taker.name, '') AS given_to, h.note,"
            " h.handed_at AS at FROM hand_over AS h LEFT JOIN colleague AS giver ON giver.staff_id = h.from_staff"
            " LEFT JOIN colleague AS taker ON taker.staff_id = h.to_staff WHERE h.family_id = %s"
            " ORDER BY h.handed_at DESC, h.id DESC LIMIT 50",
            (family_id,),
        ).fetchall()
    return Handed(follows, history)


def who_may_follow(conn: Connection, family_id: UUID) -> list[Colleague]:
    """School staff of its organisation beside who follows it now, those with a name first. Raises NotThere."""
    row = conn.execute("SELECT owner_organisation, responsible FROM file WHERE id = %s", (family_id,)).fetchone()
    if row is None:
        raise NotThere(str(family_id))
    with conn.cursor(row_factory=class_row(Colleague)) as cur:
        return cur.execute(
            "SELECT m.staff_id, coalesce(c.name, '') AS name, min(m.function) AS function"
            " FROM seen.membership AS m LEFT JOIN colleague AS c ON c.staff_id = m.staff_id"
            " WHERE m.organisation_id = %(owner)s AND m.role = 'school_staff' AND m.valid_from <= %(today)s"
            " AND (m.valid_until IS NULL OR %(today)s < m.valid_until) AND m.staff_id IS DISTINCT FROM %(now)s"
            " GROUP BY m.staff_id, c.name ORDER BY c.name IS NULL, c.name, m.staff_id",
            {"owner": row[0], "now": row[1], "today": clock.today()},
        ).fetchall()
