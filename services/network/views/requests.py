"""Reads a person's own request. Private wishes are in none of these: no web process can read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.network.domain.permits import PERMITS
from shared.db import Database
from shared.permissions import demand
from shared.security import Actor


@dataclass(frozen=True)
class OwnRequest:
    """What the person asked, and how it stands: `match_id` is the proposal or match that there is now."""

    id: UUID
    status: str
    first_name: str
    languages: list[str]
    same_school: bool
    town: str
    neighbourhood: str
    times: list[str]
    child_school_years: list[str]
    wish: str
    about: dict[str, Any] | None
    asked_at: datetime
    version: int
    match_id: UUID | None
    match_status: str | None


@dataclass(frozen=True)
class Begin:
    """What the form offers to start from: the school that owns the file, and who will read the request."""

    owner_name: str
    town: str
    readers: list[str]


_OWN = (
    "SELECT r.id, r.status, r.first_name, r.languages, r.school IS NOT NULL AS same_school, r.town, r.neighbourhood,"
    " r.times, r.child_school_years, r.wish, r.about, r.asked_at, r.version, m.id AS match_id, m.status AS match_status"
    " FROM request r LEFT JOIN match m ON m.request_id = r.id AND m.status <> 'declined'"
)


def own_request(db: Database, actor: Actor, request_id: UUID | None = None) -> OwnRequest | None:
    """The person's open request, or the one with this id."""
    demand(PERMITS, actor, "request.make")
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(OwnRequest)) as cur:
        return cur.execute(
            _OWN + " WHERE r.person_id = %(person)s AND CASE WHEN %(id)s::uuid IS NULL THEN r.status = 'open'"
            " ELSE r.id = %(id)s END ORDER BY r.asked_at DESC LIMIT 1",
            {"person": actor.id, "id": request_id},
        ).fetchone()


def begin(db: Database, actor: Actor) -> Begin | None:
    """None while intake's word of this person has not arrived."""
    demand(PERMITS, actor, "request.make")
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT p.owner_organisation, coalesce(o.name, ''), coalesce(o.town, '') FROM seen.person p"
            " LEFT JOIN seen.organisation o ON o.id = p.owner_organisation WHERE p.person_id = %s",
            (actor.id,),
        ).fetchone()
        if row is None:
            return None
        owner, name, town = row
        readers = conn.execute(
            "SELECT DISTINCT o.name FROM seen.membership m JOIN seen.organisation o ON o.id = m.organisation_id"
            " WHERE m.role = 'coordinator' AND m.organisation_id = ANY (in_agreement_with(ARRAY[%s::uuid],"
            "  (now() AT TIME ZONE 'Europe/Brussels')::date)) ORDER BY o.name LIMIT 5",
            (owner,),
        ).fetchall()
    return Begin(name, town, [str(one[0]) for one in readers])
