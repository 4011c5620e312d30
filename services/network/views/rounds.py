"""Reads what a coordinator needs for a round: who waits, what was proposed and why; no answers, no private wish."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.network.domain.matching import Weights
from services.network.domain.permits import PERMITS
from services.network.store.rounds import weights_of
from services.network.views.helpers import Part
from services.network.views.matches import GROUND_ASKED, LOOK_AT
from shared import trail
from shared.db import Connection, Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Row:
    """A request as the coordinator sees it, with the proposal that stands. Who answered what is not theirs (R12)."""

    id: UUID
    first_name: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    wish: str
    asked_at: datetime
    owner_name: str
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    proposed_at: datetime | None
    reasons: list[str] | None
    helper_first_name: str | None
    helper_role: str | None


class RoundDone(NamedTuple):
    """`done_at` is None while the worker is at it."""

    id: UUID
    organisation_id: UUID
    asked_at: datetime
    done_at: datetime | None
    proposed: int
    without: int


class Numbers(NamedTuple):
    """How it stands: requests without and with a proposal, and helpers who have room."""

    waiting: int
    proposed: int
    helpers: int


# A match that was made is between two people; the coordinator's list is of those who still look.
_ROWS = (
    "SELECT r.id, r.first_name, r.languages, r.town, r.neighbourhood, r.times, r.wish, r.asked_at,"
    " coalesce(o.name, '') AS owner_name, r.person_id, r.family_id, r.owner_organisation, m.proposed_at, m.reasons,"
    " h.first_name AS helper_first_name, h.role AS helper_role"
    " FROM request r LEFT JOIN match m ON m.request_id = r.id AND m.status <> 'declined'"
    " LEFT JOIN helper h ON h.id = m.helper_id LEFT JOIN seen.organisation o ON o.id = r.owner_organisation"
    " WHERE r.status = 'open' AND coalesce(m.status, 'proposed') = 'proposed'"
    " AND (%(at)s::timestamptz IS NULL OR (r.asked_at, r.id) > (%(at)s, %(last)s))"
    " ORDER BY r.asked_at, r.id LIMIT %(limit)s"
)


def requests(db: Database, actor: Actor, organisation: UUID, part: Part) -> Page[Row]:
    """Who asked and is not matched, in the order of asking; each of them can read that they were looked at (R18)."""
    demand(PERMITS, actor, "round.see", owner=organisation)
    at, last = part.after or (None, None)
    with db.transaction(actor) as conn:
        page = _page(conn, {"at": at, "last": last, "limit": part.limit + 1}, part.limit)
    looks = [
        trail.Look(row.person_id, row.family_id, row.owner_organisation, organisation, LOOK_AT, GROUND_ASKED)
        for row in page.items
    ]
    trail.record(db, actor, *looks)
    return page


def _page(conn: Connection, values: dict[str, object], limit: int) -> Page[Row]:
    with conn.cursor(row_factory=kwargs_row(Row)) as cur:
        rows = cur.execute(_ROWS, values).fetchall()
    return page_of(rows, limit, lambda row: (row.asked_at.isoformat(), row.id))


def last_round(db: Database, actor: Actor, organisation: UUID, round_id: UUID | None = None) -> RoundDone | None:
    """The newest round of the organisation, or the one with this id."""
    demand(PERMITS, actor, "round.see", owner=organisation)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(RoundDone)) as cur:
        return cur.execute(
            "SELECT id, organisation_id, asked_at, done_at, proposed, without FROM round"
            " WHERE organisation_id = %(of)s AND (%(id)s::uuid IS NULL OR id = %(id)s)"
            " ORDER BY asked_at DESC LIMIT 1",
            {"of": organisation, "id": round_id},
        ).fetchone()


def one_round(db: Database, actor: Actor, round_id: UUID) -> RoundDone:
    """Raises NotThere for a round of another organisation."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(RoundDone)) as cur:
        found = cur.execute(
            "SELECT id, organisation_id, asked_at, done_at, proposed, without FROM round WHERE id = %s", (round_id,)
        ).fetchone()
    if found is None:
        raise NotThere(str(round_id))
    demand(PERMITS, actor, "round.see", owner=found.organisation_id)
    return found


def numbers(db: Database, actor: Actor, organisation: UUID) -> Numbers:
    demand(PERMITS, actor, "round.see", owner=organisation)
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT count(*) FILTER (WHERE m.id IS NULL), count(*) FILTER (WHERE m.status = 'proposed')"
            " FROM request r LEFT JOIN match m ON m.request_id = r.id AND m.status <> 'declined'"
            " WHERE r.status = 'open'"
        ).fetchone()
        helpers = conn.execute(
            "SELECT count(*) FROM helper h WHERE h.active AND h.capacity > (SELECT count(*) FROM match m"
            " WHERE m.helper_id = h.id AND m.status IN ('proposed', 'made'))"
        ).fetchone()
    waiting, proposed = row or (0, 0)
    return Numbers(waiting, proposed, helpers[0] if helpers else 0)


def weights(db: Database, actor: Actor, organisation: UUID) -> tuple[Weights, int]:
    """The organisation's weights and their version; 0 where the usual ones count."""
    demand(PERMITS, actor, "round.see", owner=organisation)
    with db.transaction(actor) as conn:
        return weights_of(conn, organisation)
