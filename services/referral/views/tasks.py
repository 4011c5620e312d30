"""SQL that lists tasks for who must do them: kinds, organisations, reasons and dates; no name of a family."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import PERMITS, WITH_RECEIVER, Kind, Status, TaskState
from services.referral.views.lists import AKKOORD_LIVES, OPEN_TO_RECEIVER, Teams, bounds
from shared import clock
from shared.db import Connection, Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


class Which(NamedTuple):
    """`waiting`: those that were put off to a later day. Within `teams` of a receiver there are no school's."""

    after: tuple[date, UUID] | None = None
    waiting: bool = False
    limit: int = 50
    teams: Teams | None = None


@dataclass(frozen=True)
class Listed:
    """One task. `reason`, `status` and `other_name` (the other side) are those of its referral, where it has one."""

    id: UUID
    kind: Kind
    state: TaskState
    role: str
    organisation_id: UUID
    due_on: date
    shown_from: date | None
    opened_at: datetime
    result: str | None
    is_mine: bool
    person_id: UUID | None
    family_id: UUID | None
    reference: UUID | None
    referral_id: UUID | None
    reason: str | None
    status: Status | None
    other_name: str | None
    version: int

    def is_late(self, today: date) -> bool:
        return self.due_on < today


# A receiver has no ids of the family, and a task of its own only while the referral is its own (R24).
_TASK = (
    "SELECT t.id, t.kind, t.state, t.role, t.organisation_id, t.due_on, t.shown_from, t.opened_at, t.result,"
    " t.for_staff = %(me)s AS is_mine,"
    " CASE WHEN t.role = 'school_staff' THEN t.person_id END AS person_id,"
    " CASE WHEN t.role = 'school_staff' THEN t.family_id END AS family_id, t.reference, t.referral_id, r.reason,"
    " CASE WHEN t.role = 'school_staff' THEN r.told ELSE r.status END AS status,"
    " CASE WHEN t.role = 'school_staff' THEN receiver.name ELSE school.name END AS other_name, t.version"
    " FROM task AS t LEFT JOIN referral AS r ON r.id = t.referral_id"
    " LEFT JOIN organisation AS school ON school.id = r.owner_organisation"
    " LEFT JOIN organisation AS receiver ON receiver.id = r.to_organisation"
)
_FOR_ME = (
    f" WHERE ((t.role = 'school_staff' AND t.organisation_id = ANY (%(schools)s))"  # noqa: S608
    f"  OR (t.role = 'partner_worker' AND t.organisation_id = ANY (%(own)s)"
    f"   AND EXISTS (SELECT 1 FROM referral AS o{AKKOORD_LIVES.replace('r.', 'o.')}"
    f"    WHERE o.id = t.referral_id AND{OPEN_TO_RECEIVER.replace('r.', 'o.')})))"
)

_WAITS = "t.state = 'open' AND coalesce(t.shown_from, %(today)s) {later} %(today)s{further}"
_IS_OPEN = (
    " CROSS JOIN LATERAL (SELECT 1 FROM referral AS o"  # noqa: S608
    f"{AKKOORD_LIVES.replace('r.', 'o.')} WHERE o.id = t.referral_id AND{OPEN_TO_RECEIVER.replace('r.', 'o.')}"
    "{team} LIMIT 1) AS is_open"
)
_SIDES = {"school_staff": "", "partner_worker": _IS_OPEN}


def tasks(db: Database, actor: Actor, which: Which) -> Page[Listed]:
    """What waits for the actor and the actor's team, soonest first."""
    demand(PERMITS, actor, "task.list")
    first, values = _first(actor, which)
    if not first:
        return page_of([], which.limit, lambda row: (row.due_on, row.id))
    query = f"WITH first AS MATERIALIZED ({first}){_TASK} WHERE t.id IN (SELECT id FROM first) ORDER BY t.due_on, t.id"  # noqa: S608
    with db.transaction(actor) as conn:
        rows = _listed(conn, query, values)
    return page_of(rows, which.limit, lambda row: (row.due_on, row.id))


def _first(actor: Actor, which: Which) -> tuple[str, dict[str, Any]]:
    """The ids to show: of each side in the order of its index, from where the reading stops at a page.

    Only those are joined to what they are about. Joining all that waits at a large organisation, to sort it then, took
    most of the page's time. Each side is a query of its own, so that PostgreSQL knows how much waits there.
    """
    day, last = which.after or (None, None)
    values = _values(actor) | {"day": day, "last": last, "most": which.limit + 1}
    values["teams"] = list(which.teams.ids) if which.teams else []
    team = which.teams.condition("o.team_id") if which.teams else ""
    later, further = (">" if which.waiting else "<="), (" AND (t.due_on, t.id) > (%(day)s, %(last)s)" if last else "")
    waits = _WAITS.format(later=later, further=further)
    roles = ["partner_worker"] if which.teams and which.teams.inside else list(_SIDES)
    sides = [(role, place) for role in roles for place in sorted(actor.organisations_as(role))]
    parts = []
    for number, (role, place) in enumerate(sides):
        values |= {f"role_{number}": role, f"place_{number}": place}
        parts.append(
            "(SELECT t.id, t.due_on FROM (SELECT t.id, t.due_on, t.referral_id FROM task AS t"  # noqa: S608
            f" WHERE t.organisation_id = %(place_{number})s AND t.role = %(role_{number})s AND {waits}"
            f" ORDER BY t.due_on, t.id OFFSET 0) AS t{_SIDES[role].format(team=team)}"
            " ORDER BY t.due_on, t.id LIMIT %(most)s)"
        )
    of_all = f"SELECT id FROM ({' UNION ALL '.join(parts)}) AS one ORDER BY due_on, id LIMIT %(most)s"  # noqa: S608
    return of_all if parts else "", values


def of_referral(db: Database, actor: Actor, referral_id: UUID) -> list[Listed]:
    """The actor's own open tasks of one referral."""
    query = f"{_TASK}{_FOR_ME} AND t.state = 'open' AND t.referral_id = %(id)s ORDER BY t.due_on, t.id LIMIT 20"
    with db.transaction(actor) as conn:
        return _listed(conn, query, _values(actor) | {"id": referral_id})


def task(db: Database, actor: Actor, task_id: UUID) -> Listed:
    demand(PERMITS, actor, "task.list")
    with db.transaction(actor) as conn:
        rows = _listed(conn, f"{_TASK}{_FOR_ME} AND t.id = %(id)s", _values(actor) | {"id": task_id})
    if not rows:
        raise NotThere(str(task_id))
    return rows[0]


def _values(actor: Actor) -> dict[str, Any]:
    return bounds(actor, ["partner_worker"], WITH_RECEIVER) | {
        "schools": list(actor.organisations_as("school_staff")),
        "me": actor.id,
        "today": clock.today(),
    }


def _listed(conn: Connection, query: str, values: dict[str, Any]) -> list[Listed]:
    with conn.cursor(row_factory=kwargs_row(_row)) as cur:
        return cur.execute(query, values).fetchall()


def _row(**row: Any) -> Listed:
    status = Status(row["status"]) if row["status"] else None
    more = {"kind": Kind(row["kind"]), "state": TaskState(row["state"]), "status": status}
    return Listed(**row | more | {"is_mine": bool(row["is_mine"])})
