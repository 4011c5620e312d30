"""Transactional outbox: events commit with the change that caused them, then get relayed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import class_row

from shared import telemetry
from shared.db import Connection
from shared.envelope import Envelope, Event

LARGEST_BODY = 512 * 1024  # bytes; a broker refuses more than 1 MB, and a refused row would hold up all that follow


class About(NamedTuple):
    """Which thing an event is about. `key` orders it on its topic: the family's id unless the topic says else."""

    key: UUID
    aggregate: UUID
    version: int
    owner_organisation: UUID


class Waiting(NamedTuple):
    position: int
    topic: str
    key: str
    body: str | None


class TooLarge(Exception):
    """The event would not fit into the broker."""


LastOffsets = Mapping[tuple[str, int], int]
SendAll = Callable[[Sequence[Waiting]], LastOffsets]  # returns once the broker has every one of them


def publish(conn: Connection, event: Event, about: About, *, ground: str = "") -> None:
    """Append `event` to the outbox, in the transaction of the change that it tells of.

    A caused event's id follows from its cause, so that a cause handled twice cannot tell twice.
    """
    cause = conn.cause
    envelope = Envelope.model_validate(
        {
            "type": event.TYPE,
            "source": conn.service,
            "subject": str(about.key),
            "aggregate": about.aggregate,
            "version": about.version,
            "owner_organisation": about.owner_organisation,
            "actor_id": conn.actor.id,
            "causation_id": cause.id if cause else None,
            "traceparent": telemetry.traceparent(),
            "ground": ground,
            "dataschema": f"{event.TYPE}.json",
            "data": event.model_dump(mode="json"),
        }
        | ({"id": uuid5(cause.id, f"{event.TYPE}:{about.aggregate}")} if cause else {})
    )
    append(conn, event.TOPIC.format(service=conn.service), str(about.key), envelope)


def append(conn: psycopg.Connection[tuple[object, ...]], topic: str, key: str, envelope: Envelope) -> None:
    """Write one envelope to the outbox and wake the relay when the transaction commits."""
    body = envelope.model_dump_json()
    if len(body.encode()) > LARGEST_BODY:
        raise TooLarge(envelope.type)
    conn.execute(
        "INSERT INTO outbox (event_id, topic, key, body) VALUES (%s, %s, %s, %s)",
        (envelope.id, topic, key, body),
    )
    conn.execute("NOTIFY outbox")


def become_the_relay(conn: psycopg.Connection[tuple[object, ...]], service: str) -> bool:
    """Whether this connection is now the service's one relay, for as long as it lives."""
    row = conn.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (f"relay of {service}",)).fetchone()
    return bool(row and row[0])


def relay_once(conn: psycopg.Connection[tuple[object, ...]], send_all: SendAll, batch: int = 500) -> int:
    """Publish the oldest waiting events and return how many there were.

    `conn` is in autocommit and is the relay: no transaction stays open while the broker answers.
    A crash after `send_all` publishes them again: consumers must be idempotent.
    """
    # Never `position > last`: a lower position may commit later than a higher one.
    with conn.cursor(row_factory=class_row(Waiting)) as cur:
        waiting = cur.execute(
            "SELECT position, topic, key, body FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT %s",
            (batch,),
        ).fetchall()
    if waiting:
        offsets = send_all(waiting)
        with conn.transaction():
            conn.execute(
                "UPDATE outbox SET published_at = clock_timestamp() WHERE position = ANY(%s)",
                ([event.position for event in waiting],),
            )
            remember_offsets(conn, offsets)
    return len(waiting)


def remember_offsets(conn: psycopg.Connection[tuple[object, ...]], offsets: LastOffsets) -> None:
    """Keep what the broker acknowledged last; a broker that was refilled starts at nought again."""
    for (topic, partition), offset in offsets.items():
        conn.execute(
            "INSERT INTO relayed (topic, partition, last_offset) VALUES (%s, %s, %s)"
            " ON CONFLICT (topic, partition) DO UPDATE SET last_offset = excluded.last_offset",
            (topic, partition, offset),
        )


def last_offsets(conn: psycopg.Connection[tuple[object, ...]], topic: str) -> dict[int, int]:
    """By partition, the last offset that the broker acknowledged."""
    rows = conn.execute("SELECT partition, last_offset FROM relayed WHERE topic = %s", (topic,)).fetchall()
    return {int(str(partition)): int(str(offset)) for partition, offset in rows}


def state(conn: psycopg.Connection[tuple[object, ...]]) -> tuple[int, float]:
    """How many events wait, and the age of the oldest in seconds."""
    row = conn.execute(
        "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(appended_at)), 0)"
        " FROM outbox WHERE published_at IS NULL"
    ).fetchone()
    assert row  # noqa: S101 - an aggregate always has one row
    return int(str(row[0])), float(str(row[1]))


def waiting_since(conn: psycopg.Connection[tuple[object, ...]]) -> datetime | None:
    """Since when the event waits that is next to be published; None where none waits. A web process may ask this."""
    row = conn.execute("SELECT appended_at FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT 1").fetchone()
    return row[0] if row and isinstance(row[0], datetime) else None


def republish(conn: psycopg.Connection[tuple[object, ...]]) -> int:
    """Let the relay send the whole history again, into a broker that has lost it. Returns how many events.

    What was known of the lost broker's offsets is forgotten with it. Workers must be down.
    """
    with conn.transaction():
        count = conn.execute("UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL").rowcount
        conn.execute("DELETE FROM relayed")
        conn.execute("DELETE FROM seen.handled")
        conn.execute("DELETE FROM seen.freshness")
    return count
