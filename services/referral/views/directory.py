"""SQL that finds organisations, with the room that they said to have; nothing about any family."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS, REFERRAL, SCHOOL, Referral
from shared import clock
from shared.db import Connection, Database
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.security import Actor


class Search(NamedTuple):
    """What somebody looks for; empty is everything. `after` is the name and the id of the last one shown."""

    words: str = ""
    kind: str = ""
    town: str = ""
    language: str = ""
    schools: bool = True
    after: tuple[str, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True)
class Room:
    """What an organisation last said, and on which day: old words are shown with their age."""

    reason: str
    state: str
    expected_on: date | None
    stated_on: date


@dataclass(frozen=True)
class Team:
    """What is public of a team that something can go to."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Found:
    """`agreed`: one of the actor's own organisations can refer to it today."""

    id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]
    agreed: bool
    rooms: tuple[Room, ...] = ()
    teams: tuple[Team, ...] = ()

    def room_for(self, reason: str) -> Room | None:
        """None where it never said: not known yet, which is not no (R13)."""
        return next((room for room in self.rooms if room.reason == reason), None)


_AGREED = (
    "EXISTS (SELECT 1 FROM agreement AS g WHERE g.purpose = %(purpose)s AND g.valid_from <= %(today)s"
    " AND (g.valid_until IS NULL OR %(today)s < g.valid_until)"
    " AND ((g.organisation_a = o.id AND g.organisation_b = ANY (%(own)s))"
    "  OR (g.organisation_b = o.id AND g.organisation_a = ANY (%(own)s))))"
)


def organisations(db: Database, actor: Actor, search: Search) -> Page[Found]:
    """One page of the directory, by name."""
    demand(PERMITS, actor, "organisation.search")
    name, last = search.after or ("", None)
    values = search._asdict() | {
        "like": "%" + search.words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%",
        "name": name,
        "last": last,
        "most": search.limit + 1,
        "own": list(actor.organisations),
        "today": clock.today(),
        "purpose": REFERRAL,
        "school": SCHOOL,
    }
    conditions = [
        condition
        for wanted, condition in (
            (search.words, "o.name ILIKE %(like)s"),
            (search.kind, "o.kind = %(kind)s"),
            (search.town, "lower(o.town) = lower(%(town)s)"),
            (search.language, "o.languages @> ARRAY[%(language)s]"),
            (not search.schools, "o.kind <> %(school)s"),
            (last, "(o.name, o.id) > (%(name)s, %(last)s)"),
        )
        if wanted
    ]
    where = " AND ".join(["true", *conditions])
    with db.transaction(actor) as conn:
        rows = _found(
            conn,
            f"SELECT o.id, o.kind, o.name, o.town, o.languages, {_AGREED} AS agreed FROM organisation AS o"  # noqa: S608
            f" WHERE {where} ORDER BY o.name, o.id LIMIT %(most)s",
            values,
        )
    return page_of(rows, search.limit, lambda row: (row.name, row.id))


def alternatives(db: Database, actor: Actor, instead_of: Referral, most: int = 6) -> list[Found]:
    """Others to whom this school can refer for the same reason: those with room first, then of the same kind and town.

    Only with an agreement (R1). Who already said no for this akkoord's family is left out.
    """
    demand(PERMITS, actor, "referral.draft", owner=instead_of.owner_organisation)
    values = {
        "own": [instead_of.owner_organisation],
        "declined": instead_of.to_organisation,
        "family": instead_of.family_id,
        "reason": instead_of.reason,
        "today": clock.today(),
        "purpose": REFERRAL,
        "school": SCHOOL,
        "most": most,
    }
    with db.transaction(actor) as conn:
        return _found(
            conn,
            f"SELECT o.id, o.kind, o.name, o.town, o.languages, {_AGREED} AS agreed"  # noqa: S608
            " FROM organisation AS o JOIN organisation AS before ON before.id = %(declined)s"
            " JOIN organisation AS school ON school.id = ANY (%(own)s)"
            " LEFT JOIN capacity AS c ON c.organisation_id = o.id AND c.reason = %(reason)s"
            f" WHERE o.kind <> %(school)s AND {_AGREED}"
            " AND (o.kind = before.kind OR c.state IN ('room', 'waiting_list'))"
            " AND o.id <> before.id AND NOT EXISTS (SELECT 1 FROM referral AS r"
            "  WHERE r.family_id = %(family)s AND r.to_organisation = o.id AND r.status = 'declined')"
            " ORDER BY array_position(ARRAY['room', 'waiting_list', 'unknown', 'full'], coalesce(c.state, 'unknown')),"
            "  o.kind <> before.kind, o.town <> school.town, NOT o.languages && before.languages, o.name, o.id"
            " LIMIT %(most)s",
            values,
        )


def towns(db: Database, actor: Actor) -> list[str]:
    """The towns that have an organisation, for a list to choose from."""
    demand(PERMITS, actor, "organisation.search")
    with db.transaction(actor) as conn:
        rows = conn.execute("SELECT DISTINCT town FROM organisation WHERE kind <> %s ORDER BY town", (SCHOOL,))
        return [row[0] for row in rows]


def names_of(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = conn.execute("SELECT id, name FROM organisation WHERE id = ANY (%s)", (list(ids),))
    return {row[0]: row[1] for row in rows}


def own_names(db: Database, actor: Actor) -> dict[UUID, str]:
    """The actor's own organisations by name, for the page's header and for choosing between two."""
    with db.transaction(actor) as conn:
        return names_of(conn, list(actor.organisations))


def _found(conn: Connection, query: str, values: dict[str, Any]) -> list[Found]:
    """The rows with their room and teams, in three queries however many there are."""
    with conn.cursor(row_factory=class_row(Found)) as cur:
        rows = cur.execute(query, values).fetchall()
    said = _rooms(conn, [row.id for row in rows])
    named = teams_of(conn, [row.id for row in rows])
    return [
        Found(**vars(row) | {"rooms": tuple(said.get(row.id, ())), "teams": tuple(named.get(row.id, ()))})
        for row in rows
    ]


def _rooms(conn: Connection, ids: list[UUID]) -> dict[UUID, list[Room]]:
    rows = conn.execute(
        "SELECT organisation_id, reason, state, expected_on, stated_on FROM capacity"
        " WHERE organisation_id = ANY (%s) ORDER BY organisation_id, reason",
        (ids,),
    )
    said: dict[UUID, list[Room]] = {}
    for organisation_id, *room in rows:
        said.setdefault(organisation_id, []).append(Room(*room))
    return said


def teams_of(conn: Connection, ids: list[UUID]) -> dict[UUID, list[Team]]:
    """By name; those that ended are left out."""
    rows = conn.execute(
        "SELECT organisation_id, id, name FROM team WHERE organisation_id = ANY (%s) AND ended_at IS NULL"
        " ORDER BY organisation_id, name, id",
        (ids,),
    )
    named: dict[UUID, list[Team]] = {}
    for organisation_id, *team in rows:
        named.setdefault(organisation_id, []).append(Team(*team))
    return named
