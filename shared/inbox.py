"""What happens to an event that arrives: it is known again and again, acted on once, and parked if it cannot be."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
import structlog
from pydantic import ValidationError

from shared import telemetry
from shared.db import Connection, Database
from shared.envelope import Envelope
from shared.security import worker_of

Handler = Callable[[Connection, Envelope], None]
Handlers = Mapping[str, Handler]
MOST_ATTEMPTS = 5

log = structlog.get_logger()


class Arrived(NamedTuple):
    """One record as the broker gave it; topics without the prefix of a test run."""

    topic: str
    partition: int
    offset: int
    key: str
    body: str


class Known(NamedTuple):
    """What a service does with events: remember (may be replayed) and react (once, never replayed)."""

    projections: Handlers
    reactions: Handlers


def receive(conn: Connection, envelope: Envelope, known: Known) -> None:
    """Remember what the event tells, then react unless we did before; all in the caller's transaction."""
    conn.cause = envelope
    project(conn, envelope, known.projections)
    reaction = known.reactions.get(envelope.type)
    if reaction and _is_new(conn, envelope):
        reaction(conn, envelope)


def project(conn: Connection, envelope: Envelope, projections: Handlers) -> None:
    """Remember what the event tells. The only step of a replay: versions make it idempotent, no inbox does."""
    projection = projections.get(envelope.type)
    if projection:
        projection(conn, envelope)


def _is_new(conn: Connection, envelope: Envelope) -> bool:
    row = conn.execute(
        "INSERT INTO inbox (event_id, type) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1",
        (envelope.id, envelope.type),
    ).fetchone()
    return row is not None


def handle(db: Database, arrived: Arrived, known: Known) -> None:
    """Handle one record in one transaction, or park it after `MOST_ATTEMPTS`.

    What follows a parked record of the same key is parked behind it, in order; other keys go on.
    Faults of the database are raised: the caller waits and tries again.
    """
    while True:
        try:
            with db.transaction(worker_of(db.service)) as conn:
                if _is_parked(conn, arrived):
                    _park(conn, arrived, "follows a parked event")
                else:
                    _receive_record(conn, arrived, known)
                _remember_position(conn, arrived)
            return
        except psycopg.OperationalError:
            raise
        except Exception as fault:  # noqa: BLE001 - poison must not stop the others; it is parked, not lost
            if _fails_for_good(db, arrived, fault):
                return


def _receive_record(conn: Connection, arrived: Arrived, known: Known) -> None:
    envelope = Envelope.model_validate_json(arrived.body)
    telemetry.bind_trace(envelope.traceparent)
    try:
        receive(conn, envelope, known)
        if envelope.traceparent:  # what no act caused, such as a heartbeat, tells an operator nothing
            log.info("event_handled", type=envelope.type, event_id=str(envelope.id), topic=arrived.topic)
    finally:
        telemetry.forget_trace()
    telemetry.HANDLED.labels(conn.service, arrived.topic).inc()
    taken = (datetime.now(UTC) - envelope.time).total_seconds()
    telemetry.EFFECT.labels(conn.service, arrived.topic).observe(max(taken, 0))


def _fails_for_good(db: Database, arrived: Arrived, fault: Exception) -> bool:
    """Count the failure in its own transaction; at the last one, park the record."""
    with db.transaction(worker_of(db.service)) as conn:
        row = conn.execute(
            "INSERT INTO attempt AS a (event_id, failures) VALUES (%s, 1)"
            " ON CONFLICT (event_id) DO UPDATE SET failures = a.failures + 1 RETURNING failures",
            (_name(arrived),),
        ).fetchone()
        failures = int(row[0]) if row else 1
        log.warning("event_failed", topic=arrived.topic, offset=arrived.offset, failures=failures, fault=_say(fault))
        if failures < MOST_ATTEMPTS:
            return False
        _park(conn, arrived, _say(fault))
        _remember_position(conn, arrived)
        return True


def _say(fault: Exception) -> str:
    """The kind of fault, and which field; never the values, which may be a person's."""
    if isinstance(fault, ValidationError):
        where = ", ".join(".".join(map(str, error["loc"])) or error["type"] for error in fault.errors())
        return f"ValidationError: {where}"
    return type(fault).__name__


def _name(arrived: Arrived) -> str:
    return f"{arrived.topic}/{arrived.partition}/{arrived.offset}"


def _is_parked(conn: Connection, arrived: Arrived) -> bool:
    row = conn.execute(
        "SELECT 1 FROM dead_letter WHERE topic = %s AND record_key = %s LIMIT 1", (arrived.topic, arrived.key)
    ).fetchone()
    return row is not None


def _park(conn: Connection, arrived: Arrived, error: str) -> None:
    conn.execute(
        "INSERT INTO dead_letter (topic, record_key, partition, record_offset, body, error)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            arrived.topic,
            arrived.key,
            arrived.partition,
            arrived.offset,
            arrived.body.replace("\0", ""),
            error,
        ),
    )
    conn.execute("DELETE FROM attempt WHERE event_id = %s", (_name(arrived),))


def _remember_position(conn: Connection, arrived: Arrived) -> None:
    conn.execute(
        "INSERT INTO seen.handled (topic, partition, last_offset) VALUES (%s, %s, %s)"
        " ON CONFLICT (topic, partition) DO UPDATE SET last_offset = excluded.last_offset",
        (arrived.topic, arrived.partition, arrived.offset),
    )
