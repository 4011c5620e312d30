"""What persons say is not right, and the school's answers; with the events that tell of them by id only."""

from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.intake import events
from services.intake.domain.correction import Correction
from shared import outbox
from shared.db import Connection
from shared.refusals import NotThere, Stale

COLUMNS = (
    "id, family_id, owner_organisation, asked_by, about, thing, item, held, choice, words, lang, asked_at, due_on,"
    " status, answered_at, answered_by, answer, version"
)
_VALUES = ", ".join(f"%({name.strip()})s" for name in COLUMNS.split(","))


def insert(conn: Connection, asked: Correction) -> None:
    values: dict[str, Any] = vars(asked) | {"held": Jsonb(asked.held)}
    conn.execute(f"INSERT INTO correction ({COLUMNS}) VALUES ({_VALUES})", values)  # noqa: S608
    event = events.CorrectionAskedV1(
        correction_id=asked.id, person_id=asked.asked_by, family_id=asked.family_id, due_on=asked.due_on
    )
    outbox.publish(conn, event, _about(asked), ground="own_file")


def lock(conn: Connection, correction_id: UUID) -> Correction:
    """Raises NotThere."""
    with conn.cursor(row_factory=class_row(Correction)) as cur:
        found = cur.execute(
            f"SELECT {COLUMNS} FROM correction WHERE id = %s FOR UPDATE",  # noqa: S608
            (correction_id,),
        ).fetchone()
    if found is None:
        raise NotThere(str(correction_id))
    return found


def end(conn: Connection, ended: Correction) -> None:
    """Answered or withdrawn: nobody waits for an answer any more, which is all that the event tells."""
    written = conn.execute(
        "UPDATE correction SET status = %s, answered_at = %s, answered_by = %s, answer = %s, version = %s"
        " WHERE id = %s AND version = %s",
        (
            ended.status,
            ended.answered_at,
            ended.answered_by,
            ended.answer,
            ended.version,
            ended.id,
            ended.version - 1,
        ),
    )
    if written.rowcount != 1:
        raise Stale(str(ended.id))
    event = events.CorrectionAnsweredV1(correction_id=ended.id, person_id=ended.asked_by, family_id=ended.family_id)
    outbox.publish(conn, event, _about(ended), ground="own_file")


def count_open(conn: Connection, person_id: UUID) -> int:
    row = conn.execute(
        "SELECT count(*) FROM correction WHERE asked_by = %s AND status = 'asked'", (person_id,)
    ).fetchone()
    return int(row[0]) if row else 0


def _about(correction: Correction) -> outbox.About:
    return outbox.About(correction.family_id, correction.id, correction.version, correction.owner_organisation)
