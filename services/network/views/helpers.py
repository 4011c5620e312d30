"""Reads helpers' cards: the own one whole, others' as far as a coordinator may."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row

from services.network.domain.helper import HelperCard
from services.network.domain.permits import COORDINATOR, HELPER, PERMITS
from services.network.store.helpers import card_of
from shared import clock
from shared.db import Connection, Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class OwnCard:
    """A card with its number: for the helper, and for the coordinator of the organisation."""

    id: UUID
    staff_id: UUID
    organisation: UUID
    organisation_name: str
    card: HelperCard
    version: int


@dataclass(frozen=True)
class Listed:
    """A line of the list of helpers. `taken`: how many families of our organisations."""

    id: UUID
    organisation: UUID
    organisation_name: str
    first_name: str
    role: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    capacity: int
    taken: int
    active: bool
    signed_up_at: datetime


class WithoutCard(NamedTuple):
    """An account with the role of helper that has no card yet. The directory holds no names."""

    staff_id: UUID
    organisation: UUID
    organisation_name: str
    function: str
    since: date


class Choice(NamedTuple):
    id: UUID
    name: str


class Part(NamedTuple):
    """Part of a list, after this moment and id."""

    after: tuple[datetime, UUID] | None = None
    limit: int = 50


_CARD = (
    "SELECT h.id, h.staff_id, h.owner_organisation, coalesce(o.name, '') AS organisation_name, h.first_name, h.role,"
    " h.languages, h.school, h.town, h.neighbourhood, h.times, h.child_school_years, h.gender, h.capacity, h.about,"
    " h.active, h.version, r.phone"
    " FROM helper h JOIN helper_reach r ON r.helper_id = h.id"
    " LEFT JOIN seen.organisation o ON o.id = h.owner_organisation"
)


def own_cards(db: Database, actor: Actor) -> list[OwnCard]:
    """The cards of who is signed in: one for each organisation that they help under."""
    demand(PERMITS, actor, "helper.own")
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(_CARD + " WHERE h.staff_id = %s ORDER BY h.signed_up_at, h.id", (actor.id,)).fetchall()
    return [_own(row) for row in rows]


def card(db: Database, actor: Actor, helper_id: UUID) -> OwnCard:
    """One card with its number. Raises NotThere for whoever may not change it."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_CARD + " WHERE h.id = %s", (helper_id,)).fetchone()
    if row is None:
        raise NotThere(str(helper_id))
    demand(PERMITS, actor, "helper.keep", owner=row["owner_organisation"])
    return _own(row)


def helpers(db: Database, actor: Actor, part: Part) -> Page[Listed]:
    """Helpers of the coordinator's organisation and of those it is in agreement with; for a helper, the own cards."""
    demand(PERMITS, actor, "helper.list")
    at, last = part.after or (None, None)
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            "SELECT h.id, h.owner_organisation AS organisation, coalesce(o.name, '') AS organisation_name,"
            " h.first_name, h.role, h.languages, h.town, h.neighbourhood, h.times, h.capacity, h.active,"
            " h.signed_up_at, (SELECT count(*) FROM match m WHERE m.helper_id = h.id"
            "  AND m.status IN ('proposed', 'made')) AS taken"
            " FROM helper h LEFT JOIN seen.organisation o ON o.id = h.owner_organisation"
            " WHERE %(at)s::timestamptz IS NULL OR (h.signed_up_at, h.id) > (%(at)s, %(last)s)"
            " ORDER BY h.signed_up_at, h.id LIMIT %(limit)s",
            {"at": at, "last": last, "limit": part.limit + 1},
        ).fetchall()
    return page_of([Listed(**row) for row in rows], part.limit, lambda one: (one.signed_up_at.isoformat(), one.id))


def without_card(db: Database, actor: Actor) -> list[WithoutCard]:
    """Whom a coordinator may make a card for: helpers of the own organisation who have none."""
    demand(PERMITS, actor, "helper.add_another")
    today = clock.today()
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT m.staff_id, m.organisation_id, coalesce(o.name, ''), m.function, m.valid_from"
            " FROM seen.membership m"
            " LEFT JOIN seen.organisation o ON o.id = m.organisation_id"
            " WHERE m.role = %(role)s AND m.organisation_id = ANY (%(own)s) AND m.valid_from <= %(today)s"
            " AND (m.valid_until IS NULL OR %(today)s < m.valid_until)"
            " AND NOT EXISTS (SELECT 1 FROM helper h WHERE h.staff_id = m.staff_id"
            "  AND h.owner_organisation = m.organisation_id) ORDER BY m.valid_from, m.staff_id LIMIT 50",
            {"role": HELPER, "own": list(actor.organisations_as(COORDINATOR)), "today": today},
        ).fetchall()
    return [WithoutCard(*row) for row in rows]


def schools(db: Database, actor: Actor) -> list[Choice]:
    """Schools among the actor's organisations and those in agreement with them: where a helper's children may go."""
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT id, name FROM seen.organisation WHERE kind = 'school'"
            " AND id = ANY ((SELECT in_agreement_with(%s, %s))::uuid[]) ORDER BY name, id LIMIT 200",
            (list(actor.organisations), clock.today()),
        ).fetchall()
    return [Choice(*row) for row in rows]


def organisation_names(conn: Connection, ids: frozenset[UUID]) -> list[Choice]:
    rows = conn.execute("SELECT id, name FROM seen.organisation WHERE id = ANY (%s) ORDER BY name, id", (list(ids),))
    return [Choice(*row) for row in rows]


def names_of(db: Database, actor: Actor, role: str) -> list[Choice]:
    """The actor's organisations in that role, by name; one that the directory did not tell of yet by its id."""
    mine = actor.organisations_as(role)
    with db.transaction(actor) as conn:
        known = organisation_names(conn, mine)
    return known + [Choice(one, str(one)) for one in sorted(mine - {choice.id for choice in known})]


def _own(row: dict[str, Any]) -> OwnCard:
    return OwnCard(
        row["id"], row["staff_id"], row["owner_organisation"], row["organisation_name"], card_of(row), row["version"]
    )
