"""Events that could not be handled: what an operator decides about them, and what the worker then does."""

from typing import NamedTuple

import psycopg
import structlog
from psycopg.rows import class_row

from shared import inbox, telemetry
from shared.db import Connection, Database
from shared.envelope import Envelope
from shared.security import worker_of

log = structlog.get_logger()


class DeadLetter(NamedTuple):
    id: int
    topic: str
    record_key: str
    partition: int
    record_offset: int
    body: str
    error: str
    decision: str | None


_COLUMNS = "id, topic, record_key, partition, record_offset, body, error, decision"


def listed(conn: Connection) -> list[DeadLetter]:
    """All of them, oldest first."""
    with conn.cursor(row_factory=class_row(DeadLetter)) as cur:
        return cur.execute(f"SELECT {_COLUMNS} FROM dead_letter ORDER BY id").fetchall()  # noqa: S608


def decide(conn: Connection, letter_id: int, decision: str) -> bool:
    """Mark one for 'retry' or 'drop'; the worker does it. False where there is no such letter."""
    return conn.execute("UPDATE dead_letter SET decision = %s WHERE id = %s", (decision, letter_id)).rowcount == 1


def carry_out(db: Database, known: inbox.Known, topics: frozenset[str]) -> int:
    """Do what was decided about letters of these topics, and let those go on whose turn it now is."""
    done = 0
    while _next_done(db, known, topics):
        done += 1
    with db.transaction(worker_of(db.service)) as conn:
        row = conn.execute("SELECT count(*) FROM dead_letter").fetchone()
        telemetry.PARKED.labels(db.service).set(row[0] if row else 0)
    return done


def _next_done(db: Database, known: inbox.Known, topics: frozenset[str]) -> bool:
    letter: DeadLetter | None = None
    try:
        with db.transaction(worker_of(db.service)) as conn:
            letter = _first_to_do(conn, topics)
            if letter is None:
                return False
            if letter.decision != "drop":
                inbox.receive(conn, Envelope.model_validate_json(letter.body), known)
            conn.execute("DELETE FROM dead_letter WHERE id = %s", (letter.id,))
        log.info("dead_letter_done", letter=letter.id, topic=letter.topic, decision=letter.decision)
        return True
    except psycopg.OperationalError:
        raise
    except Exception as fault:
        if letter is None:
            raise
        with db.transaction(worker_of(db.service)) as conn:
            conn.execute(
                "UPDATE dead_letter SET decision = NULL, error = %s WHERE id = %s",
                (type(fault).__name__, letter.id),
            )
        return True


def _first_to_do(conn: Connection, topics: frozenset[str]) -> DeadLetter | None:
    """The oldest of some key that was decided on, or that only waited behind one that is gone."""
    with conn.cursor(row_factory=class_row(DeadLetter)) as cur:
        return cur.execute(
            f"SELECT {_COLUMNS} FROM dead_letter AS d WHERE topic = ANY(%s)"  # noqa: S608
            " AND (decision IS NOT NULL OR error = 'follows a parked event')"
            " AND NOT EXISTS (SELECT 1 FROM dead_letter AS before"
            "  WHERE before.topic = d.topic AND before.record_key = d.record_key AND before.id < d.id)"
            " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
            (sorted(topics),),
        ).fetchone()
