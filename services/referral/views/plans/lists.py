"""SQL that lists plans, begins one and tells their versions; a list shows no content of a plan, so it is no look."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from services.referral.domain.plan import Content, PlanStatus, Version
from services.referral.store import plans as store
from services.referral.store.plans import Relative
from services.referral.views.directory import names_of
from shared import clock
from shared.db import Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Listed:
    """A line of a list: whose plan, until when, and when it is looked at again. A receiver reads no name."""

    id: UUID
    family_id: UUID
    owner_organisation: UUID
    school: str
    names: list[str]
    status: str
    started_on: date
    review_on: date
    ends_on: date
    agreed: bool
    beside: int
    version: int

    def is_due(self, today: date) -> bool:
        return self.status == PlanStatus.RUNNING and self.review_on <= today


class Begin(NamedTuple):
    """Who would be in a new plan; `runs` is the plan that the family has already."""

    family_id: UUID
    owner_organisation: UUID
    relatives: list[Relative]
    runs: UUID | None


class Written(NamedTuple):
    """One version of a section with the one it was written after; `organisation` is the writer's, where staff wrote."""

    version: Version
    before: Version | None
    organisation: str


_NAMES = (
    "coalesce((SELECT array_agg(n.called ORDER BY n.position) FROM plan_person AS n"
    " WHERE n.plan_id = p.id AND n.kind = 'family' AND n.role = 'caregiver'), '{}')"
)
_LISTED = (
    "SELECT p.id, p.family_id, p.owner_organisation, o.name AS school, {names} AS names, p.status, p.started_on,"
    " p.review_on, p.ends_on, p.version,"
    " EXISTS (SELECT 1 FROM plan_yes AS y WHERE y.plan_id = p.id AND y.edition = p.edition) AS agreed,"
    " (SELECT count(*) FROM plan_section AS s WHERE s.plan_id = p.id AND s.state = 'beside') AS beside"
    " FROM plan AS p JOIN organisation AS o ON o.id = p.owner_organisation"
)
_OPENED = (
    " WHERE p.status = 'running' AND NOT p.owner_organisation = ANY (%(own)s)"
    " AND EXISTS (SELECT 1 FROM seen.akkoord AS a WHERE a.family_id = p.family_id"
    "  AND a.owner_organisation = p.owner_organisation AND a.level = 'plan_parts' AND a.purpose = 'referral'"
    "  AND a.receiver_organisation = ANY (%(receivers)s) AND seen.live(a, %(today)s))"
)


def of_school(db: Database, actor: Actor, after: UUID | None = None, limit: int = 50) -> Page[Listed]:
    """The plans of the actor's schools, newest first."""
    demand(PERMITS, actor, "plan.list")
    query = _LISTED.format(names=_NAMES) + " WHERE p.owner_organisation = ANY (%(own)s)"
    return _page(db, actor, query, {"own": list(actor.organisations_as("school_staff"))}, after, limit)


def opened_to(db: Database, actor: Actor, after: UUID | None = None, limit: int = 50) -> Page[Listed]:
    """The plans of which an akkoord opens parts to the actor's organisations: from which school, no name."""
    demand(PERMITS, actor, "plan.list")
    query = _LISTED.format(names="'{}'::text[]") + _OPENED
    bounds = {
        "own": list(actor.organisations_as("school_staff")),
        "receivers": list(actor.organisations_as("partner_worker")),
        "today": clock.today(),
    }
    return _page(db, actor, query, bounds, after, limit)


def begin(db: Database, actor: Actor, family_id: UUID) -> Begin:
    """Ids and kinds only: no look. Raises NotThere where the family is not the actor's, or has not arrived yet."""
    with db.transaction(actor) as conn:
        relatives = store.family(conn, family_id)
        owner = store.owner_of_family(conn, family_id)
        if owner is None:
            raise NotThere(str(family_id))
        demand(PERMITS, actor, "plan.start", owner=owner)
        return Begin(family_id, owner, relatives, store.running(conn, family_id, owner))


def plan_of(db: Database, actor: Actor, family_id: UUID) -> UUID | None:
    """The plan of a family that the actor may see, which runs or ran last."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT id FROM plan WHERE family_id = %s ORDER BY status = 'running' DESC, id DESC LIMIT 1", (family_id,)
        ).fetchone()
    return row[0] if row else None


def beside_referral(db: Database, actor: Actor, referral_id: UUID) -> UUID | None:
    """The running plan of this referral's family at the school that sent it, where the actor may see any of it."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT p.id FROM plan AS p JOIN referral AS r ON r.family_id = p.family_id"
            " AND r.owner_organisation = p.owner_organisation WHERE r.id = %s AND p.status = 'running'",
            (referral_id,),
        ).fetchone()
    return row[0] if row else None


def written_then(db: Database, actor: Actor, plan_id: UUID, section: str, number: int) -> Content:
    """The section as it was at this version, to change one thing of it; empty where nobody wrote yet.

    It is for the command that follows, and shown to nobody: no look.
    """
    with db.transaction(actor) as conn:
        found = store.versions(conn, plan_id, section)
    return next((one.content for one in found if one.number == number), Content())


def history(db: Database, actor: Actor, plan_id: UUID, limit: int = 200) -> list[Written]:
    """Every version that the actor may see, newest first (R10). Open the plan before it: that is the look."""
    with db.transaction(actor) as conn:
        apart = store.kept_apart(conn, plan_id)
        found = [apart.version(one) for one in store.versions(conn, plan_id)]
        names = names_of(conn, [one.writer.organisation for one in found if one.writer.organisation])
    told = []
    for _, group in groupby(sorted(found, key=_place), key=_series):
        by_number: dict[int, Version] = {}
        for one in group:
            organisation = names.get(one.writer.organisation, "") if one.writer.organisation else ""
            before = by_number.get(one.based_on)
            by_number[one.number] = one
            if not apart.is_all_of(before, one):
                told.append(Written(one, before, organisation))
    return sorted(told, key=lambda one: one.version.written_at, reverse=True)[:limit]


def partners_of(db: Database, actor: Actor, owner_organisation: UUID) -> list[tuple[UUID, str]]:
    """Who can be in a plan by function: the school itself, then each organisation that it agreed with to refer (R1)."""
    demand(PERMITS, actor, "plan.arrange", owner=owner_organisation)
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT o.id, o.name FROM organisation AS o WHERE o.id = %(own)s OR EXISTS (SELECT 1 FROM agreement AS g"
            "  WHERE g.purpose = 'referral' AND g.valid_from <= %(today)s"
            "  AND (g.valid_until IS NULL OR %(today)s < g.valid_until)"
            "  AND ((g.organisation_a, g.organisation_b) IN ((o.id, %(own)s), (%(own)s, o.id))))"
            " ORDER BY o.id <> %(own)s, o.name, o.id LIMIT 200",
            {"own": owner_organisation, "today": clock.today()},
        ).fetchall()
    return [(row[0], row[1]) for row in rows]


def _series(one: Version) -> tuple[str, str]:
    return one.section, str(one.only_for or "")


def _place(one: Version) -> tuple[str, str, int]:
    return (*_series(one), one.number)


def _page(
    db: Database, actor: Actor, query: str, bounds: dict[str, Any], after: UUID | None, limit: int
) -> Page[Listed]:
    further = " AND p.id < %(after)s" if after else ""
    values = bounds | {"after": after, "most": limit + 1}
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Listed)) as cur:
        rows = cur.execute(f"{query}{further} ORDER BY p.id DESC LIMIT %(most)s", values).fetchall()
    return page_of(rows, limit, lambda row: (row.id,))
