"""What an operator does by hand: replay, and parked events. The workers carry it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from psycopg import sql

from deploy.environment import Environment
from deploy.local.home import Failure
from shared import dead_letters, inbox
from shared.db import Connection, Database
from shared.envelope import Envelope
from shared.kafka import Broker, beginning_of
from shared.security import worker_of


def replay(environment: Environment, service: str) -> int:
    """Clear what the service knows of the others and read all topics again, projections only, in one transaction.

    What comes in meanwhile waits for the lock, and is newer. Events that are parked stay out.
    """
    projections = import_module(f"services.{service}.projections").PROJECTIONS
    subscribed = import_module(f"services.{service}.worker").TOPICS
    count = 0
    with _database(environment, service) as db, db.transaction(worker_of(service)) as conn:
        _clear(conn)
        parked = {(letter.topic, letter.record_key) for letter in dead_letters.listed(conn)}

        def read(arrived: inbox.Arrived) -> None:
            if (arrived.topic, arrived.key) not in parked:
                inbox.project(conn, Envelope.model_validate_json(arrived.body), projections)

        for topic in sorted({topic for group in subscribed.values() for topic in group}):
            count += beginning_of(_broker(environment), topic, read)
    return count


def _clear(conn: Connection) -> None:
    """Positions stay: they say what the worker has handled, and what is read again lies before them."""
    tables = conn.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'seen' AND tablename NOT IN ('handled', 'freshness')"
    ).fetchall()
    if tables:
        names = sql.SQL(", ").join(sql.Identifier("seen", name) for (name,) in tables)
        conn.execute(sql.SQL("TRUNCATE {}").format(names))


def letters(environment: Environment, service: str) -> list[str]:
    """One line for each parked event; never what is in it."""
    with _database(environment, service) as db, db.transaction(worker_of(service)) as conn:
        found = dead_letters.listed(conn)
    return [
        f"{one.id:6}  {one.topic:26} {one.partition}/{one.record_offset:<8} {one.error}"
        + (f"  [{one.decision}]" if one.decision else "")
        for one in found
    ] or ["no parked events"]


def decide(environment: Environment, service: str, letter: int, decision: str) -> None:
    """Mark one parked event for 'retry' or 'drop'."""
    with _database(environment, service) as db, db.transaction(worker_of(service)) as conn:
        if not dead_letters.decide(conn, letter, decision):
            raise Failure(f"{service} has no parked event {letter}. See `brug dead-letters list {service}`.")


@contextmanager
def _database(environment: Environment, service: str) -> Iterator[Database]:
    """The service's database as its worker has it."""
    db = Database(environment.dsn(service, "worker"), service=service, max_size=2)
    db.open()
    try:
        yield db
    finally:
        db.close()


def _broker(environment: Environment) -> Broker:
    return Broker.of(environment.broker_settings)
