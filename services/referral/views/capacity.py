"""SQL that reads questions for room and their answers; codes, organisations and dates, no family (R8)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from shared.db import Connection, Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Question:
    """One organisation asked by another. While it has not answered the state is unknown (R13)."""

    id: UUID
    asking_id: UUID
    from_organisation: UUID
    from_name: str
    to_organisation: UUID
    to_name: str
    reason: str
    asked_at: datetime
    answered_at: datetime | None
    state: str
    expected_on: date | None
    stated_on: date | None


@dataclass(frozen=True)
class Waiting:
    """Who waits for one organisation's answer about one reason."""

    organisation_id: UUID
    organisation_name: str
    reason: str
    asked_by: list[str]
    since: datetime


@dataclass(frozen=True)
class Stated:
    organisation_id: UUID
    organisation_name: str
    reason: str
    state: str
    expected_on: date | None
    stated_on: date


_QUESTION = (
    "SELECT q.id, q.asking_id, q.from_organisation, asker.name AS from_name, q.to_organisation,"
    " asked.name AS to_name, q.reason, q.asked_at, q.answered_at,"
    " CASE WHEN q.answered_at IS NULL THEN 'unknown' ELSE coalesce(c.state, 'unknown') END AS state,"
    " CASE WHEN q.answered_at IS NOT NULL THEN c.expected_on END AS expected_on,"
    " CASE WHEN q.answered_at IS NOT NULL THEN c.stated_on END AS stated_on"
    " FROM capacity_question AS q JOIN organisation AS asker ON asker.id = q.from_organisation"
    " JOIN organisation AS asked ON asked.id = q.to_organisation"
    " LEFT JOIN capacity AS c ON c.organisation_id = q.to_organisation AND c.reason = q.reason"
)
_OURS = "(q.from_organisation = ANY (%(asks)s) OR q.to_organisation = ANY (%(answers)s))"


def questions(db: Database, actor: Actor, after: UUID | None = None, limit: int = 50) -> Page[Question]:
    """Those that the actor's organisations asked or were asked, newest first."""
    demand(PERMITS, actor, "capacity.list")
    earlier = " AND q.id < %(after)s" if after else ""
    with db.transaction(actor) as conn:
        rows = _questions(
            conn,
            f"{_QUESTION} WHERE {_OURS}{earlier} ORDER BY q.id DESC LIMIT %(most)s",
            _sides(actor) | {"after": after, "most": limit + 1},
        )
    return page_of(rows, limit, lambda row: (row.id,))


def of_asking(db: Database, actor: Actor, asking_id: UUID) -> list[Question]:
    """The questions that were asked together."""
    demand(PERMITS, actor, "capacity.list")
    with db.transaction(actor) as conn:
        return _questions(
            conn, f"{_QUESTION} WHERE q.asking_id = %(asking)s AND {_OURS} ORDER BY q.id",
            _sides(actor) | {"asking": asking_id},
        )  # fmt: skip


def question(db: Database, actor: Actor, question_id: UUID) -> Question:
    demand(PERMITS, actor, "capacity.list")
    with db.transaction(actor) as conn:
        rows = _questions(conn, f"{_QUESTION} WHERE q.id = %(id)s AND {_OURS}", _sides(actor) | {"id": question_id})
    if not rows:
        raise NotThere(str(question_id))
    return rows[0]


def waiting(db: Database, actor: Actor) -> list[Waiting]:
    """What the actor's organisations are asked and have not answered, longest waiting first."""
    demand(PERMITS, actor, "capacity.list")
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Waiting)) as cur:
        return cur.execute(
            "SELECT q.to_organisation AS organisation_id, asked.name AS organisation_name, q.reason,"
            " array_agg(DISTINCT asker.name ORDER BY asker.name) AS asked_by, min(q.asked_at) AS since"
            " FROM capacity_question AS q JOIN organisation AS asker ON asker.id = q.from_organisation"
            " JOIN organisation AS asked ON asked.id = q.to_organisation"
            " WHERE q.to_organisation = ANY (%(answers)s) AND q.answered_at IS NULL"
            " GROUP BY q.to_organisation, asked.name, q.reason ORDER BY min(q.asked_at) LIMIT 100",
            _sides(actor),
        ).fetchall()


def stated(db: Database, actor: Actor) -> list[Stated]:
    """What the actor's organisations said about their room."""
    demand(PERMITS, actor, "capacity.list")
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Stated)) as cur:
        return cur.execute(
            "SELECT c.organisation_id, o.name AS organisation_name, c.reason, c.state, c.expected_on, c.stated_on"
            " FROM capacity AS c JOIN organisation AS o ON o.id = c.organisation_id"
            " WHERE c.organisation_id = ANY (%(answers)s) ORDER BY o.name, c.reason",
            _sides(actor),
        ).fetchall()


def _sides(actor: Actor) -> dict[str, Any]:
    return {
        "asks": list(actor.organisations_as("school_staff")),
        "answers": list(actor.organisations_as("partner_worker")),
    }


def _questions(conn: Connection, query: str, values: dict[str, Any]) -> list[Question]:
    with conn.cursor(row_factory=class_row(Question)) as cur:
        return cur.execute(query, values).fetchall()
