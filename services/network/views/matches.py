"""Reads proposals and matches: each side sees what the other chose to share, and a number only when both said yes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row

from services.network.domain.match import NoLongerYours, Party, Status, seen_version
from services.network.domain.permits import PERMITS
from services.network.store.matches import read
from services.network.views.helpers import Part
from shared import akkoord, clock, sealing, trail
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotFresh, NotThere
from shared.sealing import Unopened
from shared.security import Actor, ActorKind

SPEAKS = "speaks:"
LOOK_AT, GROUND_ASKED, GROUND_AKKOORD = "match", "asked", "akkoord"


class Closed(StrEnum):
    """Why there is no number to show."""

    UNTIL_BOTH = "until_both"  # not before two yeses
    FOLLOWS = "follows"  # the akkoord or its key is on its way
    NOT_SURE = "not_sure"  # what we know of akkoorden is too old to rely on
    ERASED = "erased"


class Contact(NamedTuple):
    """How to reach the parent, as the akkoord's package has it."""

    name: str
    phone: str
    channel: str
    when: list[str]
    languages: list[str]


@dataclass(frozen=True)
class Listed:
    """A line of either side's list: nothing of the other but that somebody is there."""

    id: UUID
    status: Status
    answer: str
    version: int
    reasons: list[str]
    proposed_at: datetime


@dataclass(frozen=True)
class PersonSees:
    """The parent's side. Where it is over, nothing of the helper is left."""

    id: UUID
    status: Status
    answer: str
    version: int
    reasons: list[str]
    first_name: str = ""
    role: str = ""
    languages: tuple[str, ...] = ()
    about: dict[str, Any] | None = None
    organisation_name: str = ""
    owner_name: str = ""
    phone: str | None = None


@dataclass(frozen=True)
class HelperSees:
    """The helper's side: never a referral, never a plan. `contact` opens by the person's akkoord alone.

    Of a person with a safety flag (R22) a volunteer reads no town and no hour, and why they fit by language alone.
    """

    id: UUID
    status: Status
    answer: str
    version: int
    reasons: list[str]
    first_name: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    about: dict[str, Any] | None
    contact: Contact | Closed


def party_of(actor: Actor) -> Party:
    return Party.PERSON if actor.kind == ActorKind.PERSON else Party.HELPER


def matches(db: Database, actor: Actor, part: Part) -> Page[Listed]:
    """The actor's own, newest last; what is over is not listed to a helper (R24). No content, so no look."""
    demand(PERMITS, actor, "match.list")
    party = party_of(actor)
    at, last = part.after or (None, None)
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            "SELECT id, status, helper_answer, parent_answer, reasons, proposed_at, seen.flagged(person_id) AS quiet"
            " FROM match WHERE CASE WHEN %(person)s THEN person_id = %(me)s"
            "  ELSE helper_staff = %(me)s AND status IN ('proposed', 'made') END"
            " AND (%(at)s::timestamptz IS NULL OR (proposed_at, id) > (%(at)s, %(last)s))"
            " ORDER BY proposed_at, id LIMIT %(limit)s",
            {"person": party == Party.PERSON, "me": actor.id, "at": at, "last": last, "limit": part.limit + 1},
        ).fetchall()
    listed = [_listed(row, party) for row in rows]
    return page_of(listed, part.limit, lambda one: (one.proposed_at.isoformat(), one.id))


def listed_one(db: Database, actor: Actor, match_id: UUID) -> Listed:
    """How it stands, as far as this side may know; no content, so no look."""
    party = party_of(actor)
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(
            "SELECT id, status, helper_answer, parent_answer, reasons, proposed_at, person_id, helper_staff,"
            " helper_organisation, seen.flagged(person_id) AS quiet FROM match WHERE id = %s",
            (match_id,),
        ).fetchone()
    if row is None or actor.id not in (row["person_id"], row["helper_staff"]):
        raise NotThere(str(match_id))
    demand(PERMITS, actor, "match.see", person=row["person_id"], receiver=row["helper_organisation"])
    return _listed(row, party)


def as_person(db: Database, actor: Actor, match_id: UUID) -> PersonSees:
    """The parent's own match. The helper's card is read through the policy that a live match opens."""
    with db.transaction(actor) as conn:
        match = read(conn, match_id)
        if match is None:
            raise NotThere(str(match_id))
        demand(PERMITS, actor, "match.see", person=match.person_id)
        base = PersonSees(
            match.id, match.status, match.parent_answer, match.seen_version(Party.PERSON), list(match.reasons)
        )
        if match.status not in (Status.PROPOSED, Status.MADE):
            return base
        row = conn.execute(
            "SELECT h.first_name, h.role, h.languages, h.about, coalesce(o.name, ''), coalesce(w.name, ''), r.phone"
            " FROM helper h LEFT JOIN helper_reach r ON r.helper_id = h.id"
            " LEFT JOIN seen.organisation o ON o.id = h.owner_organisation"
            " LEFT JOIN seen.organisation w ON w.id = %s WHERE h.id = %s",
            (match.owner_organisation, match.helper_id),
        ).fetchone()
    if row is None:
        raise NotThere(str(match_id))
    first_name, role, languages, about, organisation, owner, phone = row
    return PersonSees(
        base.id,
        base.status,
        base.answer,
        base.version,
        base.reasons,
        first_name,
        role,
        tuple(languages),
        about,
        organisation,
        owner,
        phone if match.status == Status.MADE else None,
    )


def as_helper(db: Database, actor: Actor, match_id: UUID, most_seconds: int) -> HelperSees:
    """What the parent shares with this helper, after the look is recorded (R18).

    Raises NoLongerYours where it is over (R24), NotThere for anyone else's.
    """
    with db.transaction(actor) as conn:
        match = read(conn, match_id)
        if match is None or match.helper_staff != actor.id:
            raise NotThere(str(match_id))
        demand(PERMITS, actor, "match.see", receiver=match.helper_organisation)
        if match.status not in (Status.PROPOSED, Status.MADE):
            raise NoLongerYours(str(match_id))
        opens = match.status == Status.MADE and _package_of(conn, match_id) is not None
    whom = (match.person_id, match.family_id, match.owner_organisation, match.helper_organisation)
    looks = [trail.Look(*whom, LOOK_AT, GROUND_ASKED)]
    if opens:
        looks.append(trail.Look(*whom, "package", GROUND_AKKOORD))
    trail.record(db, actor, *looks)
    with db.transaction(actor) as conn:
        return _shared_with_helper(conn, match_id, most_seconds, looked_inside=opens)


def _shared_with_helper(conn: Connection, match_id: UUID, most_seconds: int, *, looked_inside: bool) -> HelperSees:
    """All in the one query that asks whether the match still stands: it may have ended since the look."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(
            "SELECT m.id, m.status, m.helper_answer, m.parent_answer, m.reasons, m.person_id, r.first_name,"
            " r.languages, r.town, r.neighbourhood, r.times, r.about, seen.flagged(m.person_id) AS quiet"
            " FROM match m JOIN request r ON r.id = m.request_id"
            " WHERE m.id = %s AND m.status IN ('proposed', 'made')",
            (match_id,),
        ).fetchone()
    if row is None:
        raise NoLongerYours(str(match_id))
    listed = _listed(row | {"proposed_at": clock.now()}, Party.HELPER)
    contact = _contact(conn, row["person_id"], match_id, most_seconds) if looked_inside else _none_yet(listed.status)
    return HelperSees(
        id=listed.id,
        status=listed.status,
        answer=listed.answer,
        version=listed.version,
        reasons=listed.reasons,
        first_name=row["first_name"],
        languages=row["languages"],
        town="" if row["quiet"] else row["town"],
        neighbourhood="" if row["quiet"] else row["neighbourhood"],
        times=[] if row["quiet"] else row["times"],
        about=row["about"],
        contact=contact,
    )


def _none_yet(status: Status) -> Closed:
    return Closed.FOLLOWS if status == Status.MADE else Closed.UNTIL_BOTH


def _contact(conn: Connection, person_id: UUID, match_id: UUID, most_seconds: int) -> Contact | Closed:
    try:
        akkoord.demand_fresh(conn, most_seconds)
    except NotFresh:
        return Closed.NOT_SURE
    sealed = _package_of(conn, match_id)
    if sealed is None:
        return Closed.FOLLOWS
    package = sealing.open_or_say(conn, sealed, person_id, Package)
    if isinstance(package, Unopened):
        return Closed.FOLLOWS if package == Unopened.NOT_YET else Closed.ERASED
    reach = package.reach
    return Contact(
        package.name_to_call,
        reach.phone if reach else "",
        reach.channel if reach else "unknown",
        reach.when if reach else [],
        [one.tag for one in package.languages if one.speaks],
    )


def _package_of(conn: Connection, match_id: UUID) -> Sealed | None:
    """The package of the akkoord that this made match rests on, while it lives; read with the match in one query."""
    row = conn.execute(
        "SELECT a.package FROM match m JOIN seen.akkoord a ON a.reference = m.id AND a.purpose = 'match'"
        "  AND a.receiver_organisation = m.helper_organisation AND a.person_id = m.person_id"
        " WHERE m.id = %s AND m.status = 'made' AND seen.live(a, %s) ORDER BY a.akkoord_id DESC LIMIT 1",
        (match_id, clock.today()),
    ).fetchone()
    return Sealed.model_validate(row[0]) if row and row[0] else None


def _listed(row: dict[str, Any], party: Party) -> Listed:
    status = Status(row["status"])
    answer = str(row["parent_answer" if party == Party.PERSON else "helper_answer"])
    quiet = row["quiet"] and party == Party.HELPER
    reasons = [one for one in row["reasons"] if not quiet or one.startswith(SPEAKS)]
    return Listed(row["id"], status, answer, seen_version(status, answer), reasons, row["proposed_at"])
