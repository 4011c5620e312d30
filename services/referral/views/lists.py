"""SQL that lists referrals, for a school and for a receiver: no content of a person, so no look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import PERMITS, Status
from services.referral.domain.guests import GUEST
from shared import clock
from shared.db import Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.security import Actor


class Teams(NamedTuple):
    """Those with one of these teams of a receiver; or, where not `inside`, all others."""

    ids: tuple[UUID, ...]
    inside: bool = True

    def condition(self, column: str) -> str:
        if self.inside:
            return f" AND {column} = ANY (%(teams)s)"
        return f" AND ({column} IS NULL OR {column} <> ALL (%(teams)s))"


class Which(NamedTuple):
    """Part of a list: in these statuses, after this one; oldest first where somebody waits for an answer."""

    statuses: tuple[Status, ...]
    after: UUID | None = None
    oldest_first: bool = False
    limit: int = 50
    teams: Teams | None = None


@dataclass(frozen=True)
class Listed:
    """A line of a list: from which to which, why and since when; nothing of the person.

    For the school `status` is what it is told, and the team the one that it named (R4).
    """

    id: UUID
    status: Status
    reason: str
    owner_organisation: UUID
    from_name: str
    from_town: str
    to_organisation: UUID
    to_name: str
    family_id: UUID
    warm: bool
    contact: str | None
    meets_at: datetime | None
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    team_id: UUID | None
    team_name: str | None
    version: int

    def is_late(self, today: date) -> bool:
        """Not seen, or not answered, within its term (R8)."""
        due = {Status.SENT: self.seen_due, Status.SEEN: self.answer_due}.get(self.status)
        return due is not None and due < today


def _listed_as(status: str, version: str, team: str) -> str:
    """The columns that this side may know."""
    return (
        f"SELECT r.id, {status} AS status, r.reason, r.owner_organisation, school.name AS from_name,"  # noqa: S608
        " school.town AS from_town, r.to_organisation, receiver.name AS to_name, r.family_id,"
        " r.meets_at IS NOT NULL AND r.goes_along <> '' AS warm, r.contact, r.meets_at, r.sent_at, r.seen_at,"
        f" r.answered_at, r.seen_due, r.answer_due, {version} AS version, {team} AS team_id, team.name AS team_name"
        " FROM referral AS r JOIN organisation AS school ON school.id = r.owner_organisation"
        " JOIN organisation AS receiver ON receiver.id = r.to_organisation"
        f" LEFT JOIN team ON team.id = {team}"
    )


RECEIVING = ("partner_worker", GUEST)  # the roles in which somebody reads as its receiver

# For its receiver a referral exists while the akkoord lives and the agreement is valid, read in the same query.
AKKOORD_LIVES = " JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id"
OPEN_TO_RECEIVER = (
    " r.to_organisation = ANY (%(own)s) AND r.status = ANY (%(statuses)s) AND seen.live(a, %(today)s)"
    " AND EXISTS (SELECT 1 FROM agreement AS g WHERE g.purpose = 'referral' AND g.valid_from <= %(today)s"
    "  AND (g.valid_until IS NULL OR %(today)s < g.valid_until)"
    "  AND ((g.organisation_a = r.owner_organisation AND g.organisation_b = r.to_organisation)"
    "   OR (g.organisation_b = r.owner_organisation AND g.organisation_a = r.to_organisation)))"
)


def bounds(actor: Actor, roles: Iterable[str], statuses: tuple[Status, ...]) -> dict[str, Any]:
    own = frozenset().union(*(actor.organisations_as(role) for role in roles))
    return {"own": list(own), "statuses": list(statuses), "today": clock.today()}


def overview(db: Database, actor: Actor, which: Which) -> Page[Listed]:
    """The school's referrals, as far as it is told of them (R4)."""
    demand(PERMITS, actor, "referral.list")
    where = " WHERE r.owner_organisation = ANY (%(own)s) AND r.told = ANY (%(statuses)s)"
    return _page(db, actor, _listed_as("r.told", "r.school_version", "r.named_team") + where, which, "school_staff")


def worklist(db: Database, actor: Actor, which: Which) -> Page[Listed]:
    """What a receiver has to do."""
    demand(PERMITS, actor, "referral.list")
    listed = _listed_as("r.status", "r.receiver_version", "r.team_id")
    query = f"{listed}{AKKOORD_LIVES} WHERE{OPEN_TO_RECEIVER}"
    if which.teams:
        query += which.teams.condition("r.team_id")
    return _page(db, actor, query, which, "partner_worker")


def tally(db: Database, actor: Actor) -> dict[Status, int]:
    """How many referrals of the school are in each status that it is told."""
    demand(PERMITS, actor, "referral.list")
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT told, count(*) FROM referral WHERE owner_organisation = ANY (%s) GROUP BY told",
            (list(actor.organisations_as("school_staff")),),
        )
        return {Status(told): number for told, number in rows}


def _page(db: Database, actor: Actor, query: str, which: Which, role: str) -> Page[Listed]:
    beyond, order = (">", "ASC") if which.oldest_first else ("<", "DESC")
    further = f" AND r.id {beyond} %(after)s" if which.after else ""
    values = bounds(actor, [role], which.statuses) | {
        "after": which.after,
        "most": which.limit + 1,
        "teams": list(which.teams.ids) if which.teams else [],
    }
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_listed)) as cur:
        rows = cur.execute(f"{query}{further} ORDER BY r.id {order} LIMIT %(most)s", values).fetchall()
    return page_of(rows, which.limit, lambda row: (row.id,))


def _listed(**row: Any) -> Listed:
    return Listed(**row | {"status": Status(row["status"])})
