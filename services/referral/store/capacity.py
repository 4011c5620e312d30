"""SQL that writes room: what organisations said, and who asked; no word about any family (R8)."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from uuid_utils.compat import uuid7

from services.referral import events
from services.referral.domain import Asking, Capacity, State
from shared import outbox
from shared.db import Connection


def insert_asking(conn: Connection, asking: Asking, at: datetime) -> None:
    """One question for each organisation asked."""
    with conn.cursor() as cur:
        cur.executemany(
            "INSERT INTO capacity_question (id, asking_id, from_organisation, to_organisation, reason, asked_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(uuid7(), asking.id, asking.from_organisation, one, asking.reason, at) for one in asking.to_organisations],
        )


def lock_capacity(conn: Connection, organisation_id: UUID, reason: str) -> Capacity | None:
    """What it said last about this reason; two answers at once follow one another."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"capacity {organisation_id} {reason}",))
    row = conn.execute(
        "SELECT state, stated_on, expected_on, version FROM capacity WHERE organisation_id = %s AND reason = %s",
        (organisation_id, reason),
    ).fetchone()
    return Capacity(organisation_id, reason, State(row[0]), *row[1:]) if row else None


def put_capacity(conn: Connection, stated: Capacity) -> None:
    conn.execute(
        "INSERT INTO capacity (organisation_id, reason, state, expected_on, stated_on, version)"
        " VALUES (%(organisation_id)s, %(reason)s, %(state)s, %(expected_on)s, %(stated_on)s, %(version)s)"
        " ON CONFLICT (organisation_id, reason) DO UPDATE SET state = excluded.state,"
        " expected_on = excluded.expected_on, stated_on = excluded.stated_on, version = excluded.version",
        vars(stated),
    )


def mark_answered(conn: Connection, organisation_id: UUID, reason: str, at: datetime) -> int:
    """All who wait for this answer have it now. Returns how many that were."""
    return conn.execute(
        "UPDATE capacity_question SET answered_at = %s"
        " WHERE to_organisation = %s AND reason = %s AND answered_at IS NULL",
        (at, organisation_id, reason),
    ).rowcount


def question(conn: Connection, question_id: UUID) -> tuple[UUID, str] | None:
    """Whom it asks, and about what."""
    row = conn.execute("SELECT to_organisation, reason FROM capacity_question WHERE id = %s", (question_id,)).fetchone()
    return (row[0], row[1]) if row else None


def tell_capacity(conn: Connection, stated: Capacity) -> None:
    event = events.CapacityStatedV1(
        organisation_id=stated.organisation_id,
        reason=stated.reason,
        state=stated.state.value,
        stated_on=stated.stated_on,
    )
    aggregate = uuid5(NAMESPACE_URL, f"urn:brug:capacity:{stated.organisation_id}:{stated.reason}")
    about = outbox.About(stated.organisation_id, aggregate, stated.version, stated.organisation_id)
    outbox.publish(conn, event, about)
