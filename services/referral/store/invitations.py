"""SQL that writes invitations: added, taken by one worker at a time, and forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain.invitations import Invitation, Standing
from shared.db import Connection

_COLUMNS = "id, organisation_id, email, role, function, secrecy, invited_at, status, problem, staff_id"
_CLAIMED = timedelta(minutes=2)  # a worker that took one and died leaves it to the next after this
_ADDRESS_KEPT = timedelta(days=7)
_KEPT = timedelta(days=30)


def add(conn: Connection, one: Invitation) -> UUID:
    """Write it, unless the same one waits already; returns the id of the one that waits."""
    row = conn.execute(
        f"INSERT INTO invitation ({_COLUMNS}, next_try)"  # noqa: S608
        " VALUES (%(id)s, %(organisation_id)s, %(email)s, %(role)s, %(function)s, %(secrecy)s, %(invited_at)s,"
        "  %(status)s, %(problem)s, %(staff_id)s, %(invited_at)s)"
        " ON CONFLICT (organisation_id, role, email) WHERE status = 'waiting' DO NOTHING RETURNING id",
        vars(one),
    ).fetchone()
    row = (
        row
        or conn.execute(
            "SELECT id FROM invitation WHERE organisation_id = %s AND role = %s AND email = %s AND status = 'waiting'",
            (one.organisation_id, one.role, one.email),
        ).fetchone()
    )
    return UUID(str(row[0])) if row else one.id


def claim(conn: Connection, now: datetime, most: int) -> list[Invitation]:
    """Those whose turn it is, for this worker alone."""
    with conn.cursor(row_factory=class_row(Invitation)) as cur:
        return cur.execute(
            "UPDATE invitation SET next_try = %(until)s WHERE id IN (SELECT id FROM invitation"
            " WHERE status = 'waiting' AND next_try <= %(now)s ORDER BY next_try LIMIT %(most)s"
            " FOR UPDATE SKIP LOCKED) RETURNING id, organisation_id, email, role, function, secrecy, invited_at,"
            "  status, problem, staff_id",
            {"now": now, "until": now + _CLAIMED, "most": most},
        ).fetchall()


def is_waiting(conn: Connection, invitation_id: UUID) -> bool:
    """Whether nobody finished it meanwhile; holds it until the transaction ends."""
    row = conn.execute("SELECT status FROM invitation WHERE id = %s FOR UPDATE", (invitation_id,)).fetchone()
    return row is not None and row[0] == Standing.WAITING


def save(conn: Connection, changed: Invitation, next_try: datetime) -> None:
    conn.execute(
        "UPDATE invitation SET status = %s, problem = %s, staff_id = %s, email = %s, next_try = %s WHERE id = %s",
        (changed.status, changed.problem, changed.staff_id, changed.email, next_try, changed.id),
    )


def try_now(conn: Connection, now: datetime) -> None:
    """What waits for the provider of accounts, now that it answered."""
    conn.execute("UPDATE invitation SET next_try = %s WHERE status = 'waiting' AND problem = 'away'", (now,))


def forget_old(conn: Connection, now: datetime) -> None:
    """No address is kept longer than a week, no invitation longer than a month."""
    conn.execute(
        "UPDATE invitation SET email = '', status = CASE status WHEN 'waiting' THEN 'expired' ELSE status END"
        " WHERE email <> '' AND invited_at <= %s",
        (now - _ADDRESS_KEPT,),
    )
    conn.execute("DELETE FROM invitation WHERE invited_at <= %s", (now - _KEPT,))
