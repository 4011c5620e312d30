"""SQL that reads what an organiser sees: numbers of everybody, names of who said yes. Opens what is sealed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.activities.domain.permits import PERMITS
from services.activities.domain.words import Text
from shared import akkoord, clock, sealing, trail
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


class Interpreter(NamedTuple):
    """One language that is asked for or booked; `booked` is a code of `interpreting`, empty while only asked (R11)."""

    language: str
    asked: int
    booked: str = ""


@dataclass(frozen=True)
class Numbers:
    """How many registered for one occurrence; who came is never counted here (R12)."""

    occurrence_id: UUID
    activity_id: UUID
    organiser: UUID
    title: Text
    starts: datetime
    ends: datetime
    starts_at: datetime
    hall: str
    town: str
    registration: str
    seats: int | None
    status: str
    version: int
    registered: int
    named: int
    children: int
    interpreters: tuple[Interpreter, ...] = ()

    @property
    def not_booked(self) -> tuple[Interpreter, ...]:
        """Asked for and not booked: to be seen before the day (R11)."""
        return tuple(one for one in self.interpreters if one.asked and not one.booked)


@dataclass(frozen=True)
class Guest:
    """A named registration. `name` is None while it cannot be shown: 'naam volgt'. `safety`: nobody is told of it."""

    registration_id: UUID
    children: int
    interpreter: str | None
    name: str | None = None
    languages: tuple[str, ...] = ()
    safety: bool = False


# Which occurrences first, then what is counted of them: an organiser may have thousands.
_NUMBERS = (
    "SELECT o.id AS occurrence_id, o.activity_id, o.organiser, a.title, o.starts, o.ends, o.starts_at,"
    " h.name AS hall, o.town, a.registration, a.seats, a.version, r.registered, r.named, r.children,"
    " CASE WHEN o.cancelled_at IS NULL THEN a.status ELSE 'cancelled' END AS status"
    " FROM (SELECT id, activity_id, organiser, hall_id, town, starts, ends, starts_at, cancelled_at"
    "  FROM occurrence AS o WHERE {which} ORDER BY o.starts_at, o.id LIMIT %(most)s) AS o"
    " JOIN activity AS a ON a.id = o.activity_id JOIN hall AS h ON h.id = o.hall_id"
    " CROSS JOIN LATERAL (SELECT count(*) AS registered, count(*) FILTER (WHERE way = 'named') AS named,"
    "  coalesce(sum(children), 0)::int AS children FROM registration"
    "  WHERE occurrence_id = o.id AND organiser = o.organiser AND status = 'registered') AS r"
    " ORDER BY o.starts_at, o.id"
)
# A name shows while the akkoord that belongs to this registration is live, and the organiser's agreement too (R1, R24).
_OPEN = (
    "SELECT r.id AS registration_id, r.person_id, r.family_id, r.owner_organisation, r.organiser, k.package"
    " FROM registration AS r JOIN seen.akkoord AS k ON k.reference = r.id AND k.purpose = 'registration'"
    "  AND k.person_id = r.person_id AND k.receiver_organisation = r.organiser AND seen.live(k, %(today)s)"
    " WHERE r.occurrence_id = %(occurrence)s AND r.status = 'registered' AND r.way = 'named'"
    " AND seen.agreed(r.owner_organisation, r.organiser, 'registration', %(today)s)"
)


class _Open(NamedTuple):
    registration_id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    organiser: UUID
    package: dict[str, Any]


def mine(db: Database, actor: Actor, after: tuple[datetime, UUID] | None = None, limit: int = 50) -> Page[Numbers]:
    """What the actor's organisations have planned and is not over, with numbers; the soonest first."""
    demand(PERMITS, actor, "numbers.list")
    own = [one.organisation_id for one in actor.memberships if one.role in ("organiser", "school_staff")]
    later = " AND (o.starts_at, o.id) > (%(at)s, %(id)s)" if after else ""
    told = {"own": own, "now": clock.now(), "most": limit + 1} | dict(zip(("at", "id"), after or (), strict=False))
    with db.transaction(actor) as conn:
        rows = _numbers(conn, f"o.organiser = ANY (%(own)s) AND o.ends_at > %(now)s{later}", told)
    return page_of(rows, limit, lambda row: (row.starts_at, row.occurrence_id))


def numbers(db: Database, actor: Actor, occurrence_id: UUID) -> Numbers:
    with db.transaction(actor) as conn:
        rows = _numbers(conn, "o.id = %(id)s", {"id": occurrence_id, "most": 1})
    if not rows:
        raise NotThere(str(occurrence_id))
    demand(PERMITS, actor, "numbers.see", owner=rows[0].organiser)
    return rows[0]


def guests(db: Database, actor: Actor, occurrence_id: UUID, freshness_seconds: int) -> list[Guest]:
    """Named registrations, with the names that may be known now; each name that opens is a look in the trail.

    Raises NotFresh where it is not known whether somebody stopped.
    """
    organiser = numbers(db, actor, occurrence_id).organiser
    demand(PERMITS, actor, "names.see", owner=organiser)
    with db.transaction(actor) as conn:
        akkoord.demand_fresh(conn, freshness_seconds)
        openable = _openable(conn, occurrence_id)
    looks = [
        trail.Look(one.person_id, one.family_id, one.owner_organisation, organiser, "registration", "akkoord")
        for one in openable
    ]
    if looks:
        trail.record(db, actor, *looks)
    with db.transaction(actor) as conn:
        recorded = {one.registration_id for one in openable}
        opened = {
            one.registration_id: sealing.open_or_say(conn, Sealed.model_validate(one.package), one.person_id, Package)
            for one in _openable(conn, occurrence_id)
            if one.registration_id in recorded
        }
        rows = _named(conn, occurrence_id)
    return [_guest(row, opened.get(row.registration_id)) for row in rows]


def _openable(conn: Connection, occurrence_id: UUID) -> Sequence[_Open]:
    with conn.cursor(row_factory=class_row(_Open)) as cur:
        return cur.execute(_OPEN, {"occurrence": occurrence_id, "today": clock.today()}).fetchall()


def _named(conn: Connection, occurrence_id: UUID) -> list[Guest]:
    with conn.cursor(row_factory=class_row(Guest)) as cur:
        return cur.execute(
            "SELECT id AS registration_id, children, interpreter, seen.flagged(person_id) AS safety FROM registration"
            " WHERE occurrence_id = %s AND status = 'registered' AND way = 'named' ORDER BY said_at, id LIMIT 500",
            (occurrence_id,),
        ).fetchall()


def _guest(row: Guest, opened: Package | sealing.Unopened | None) -> Guest:
    if not isinstance(opened, Package):
        return row
    languages = tuple(one.tag for one in opened.languages if one.speaks)
    return Guest(row.registration_id, row.children, row.interpreter, opened.name_to_call, languages, row.safety)


def _numbers(conn: Connection, which: str, told: dict[str, Any]) -> list[Numbers]:
    with conn.cursor(row_factory=kwargs_row(lambda **row: row)) as cur:
        rows = cur.execute(_NUMBERS.format(which=which), told).fetchall()
    asked = _interpreters(conn, [row["occurrence_id"] for row in rows])
    return [
        Numbers(
            **row
            | {
                "title": Text.model_validate(row["title"]),
                "interpreters": tuple(asked.get(row["occurrence_id"], ())),
            }
        )
        for row in rows
    ]


def _interpreters(conn: Connection, occurrences: Iterable[UUID]) -> dict[UUID, list[Interpreter]]:
    rows = conn.execute(
        "SELECT occurrence_id, language, coalesce(asked, 0), coalesce(interpreting, '') FROM"
        " (SELECT occurrence_id, interpreter AS language, count(*) AS asked FROM registration"
        "  WHERE occurrence_id = ANY (%(all)s) AND status = 'registered' AND interpreter IS NOT NULL"
        "  GROUP BY occurrence_id, interpreter) AS wanted"
        " FULL JOIN (SELECT occurrence_id, language, interpreting FROM interpreter_booking"
        "  WHERE occurrence_id = ANY (%(all)s)) AS booked USING (occurrence_id, language) ORDER BY language",
        {"all": list(occurrences)},
    ).fetchall()
    found: dict[UUID, list[Interpreter]] = {}
    for occurrence_id, language, asked, booked in rows:
        found.setdefault(occurrence_id, []).append(Interpreter(language, asked, booked))
    return found
