"""SQL that reads the public calendar: activities, occurrences, halls; facts that anyone may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.activities.domain.activity import Hall
from services.activities.domain.permits import PERMITS
from services.activities.domain.words import PracticalHelp, Text
from shared import clock, directory
from shared.db import Connection, Database
from shared.paging import MOST, Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind

_NEARBY = timedelta(days=21)


@dataclass(frozen=True)
class Entry:
    """One occurrence with what the calendar says of its activity. `organiser_name` is empty until it is known."""

    occurrence_id: UUID
    activity_id: UUID
    organiser: UUID
    organiser_name: str
    title: Text
    kind: str
    hall: str
    address: str
    town: str
    starts: datetime
    ends: datetime
    zone: str
    ends_at: datetime
    practical_help: PracticalHelp
    companions: int | None
    registration: str
    seats: int | None
    taken: int
    status: str
    changed_at: datetime
    version: int

    @property
    def left(self) -> int | None:
        """Seats left; None where nobody counts them."""
        return None if self.seats is None else max(self.seats - self.taken, 0)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def is_open(self) -> bool:
        return self.status == "published" and not self.is_over


@dataclass(frozen=True)
class Activity:
    """An activity with its occurrences that are not over, at most some."""

    id: UUID
    organiser: UUID
    organiser_name: str
    title: Text
    description: Text | None
    kind: str
    hall: str
    address: str
    town: str
    practical_help: PracticalHelp
    companions: int | None
    languages: tuple[str, ...]
    registration: str
    seats: int | None
    rrule: str
    status: str
    version: int
    occurrences: tuple[Entry, ...] = ()


class Search(NamedTuple):
    """`since` and `until` are days on which something takes place; `until` is the last one."""

    town: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None


_ENTRY = (
    "SELECT o.id AS occurrence_id, o.activity_id, o.organiser, coalesce(g.name, '') AS organiser_name, a.title, a.kind,"
    " h.name AS hall, h.address, o.town, o.starts, o.ends, o.zone, o.ends_at, a.practical_help, a.companions,"
    " a.registration, a.seats, o.taken, CASE WHEN o.cancelled_at IS NULL THEN a.status ELSE 'cancelled' END AS status,"
    " a.changed_at, a.version"
    " FROM occurrence AS o JOIN activity AS a ON a.id = o.activity_id JOIN hall AS h ON h.id = o.hall_id"
    " LEFT JOIN seen.organisation AS g ON g.id = o.organiser"
)
_ACTIVITY = (
    "SELECT a.id, a.organiser, coalesce(g.name, '') AS organiser_name, a.title, a.description, a.kind,"
    " h.name AS hall, h.address, a.town, a.practical_help, a.companions, a.languages, a.registration, a.seats,"
    " a.rrule, a.status, a.version"
    " FROM activity AS a JOIN hall AS h ON h.id = a.hall_id LEFT JOIN seen.organisation AS g ON g.id = a.organiser"
)


def week(db: Database, actor: Actor, town: str, monday: date) -> list[Entry]:
    """What takes place in a town in the week that starts on `monday`, by time; cancelled ones too, so they are seen."""
    demand(PERMITS, actor, "calendar.see")
    return between(db, actor, town, (monday, monday + timedelta(days=7)))


def between(db: Database, actor: Actor, town: str, days: tuple[date, date], most: int = 500) -> list[Entry]:
    """What starts in the town from the first day on and before the second."""
    demand(PERMITS, actor, "calendar.see")
    with db.transaction(actor) as conn:
        return _entries(
            conn,
            f"{_ENTRY} WHERE o.town = %s AND o.starts_at >= %s AND o.starts_at < %s"
            " ORDER BY o.starts_at, o.id LIMIT %s",
            (town, *(datetime(day.year, day.month, day.day, tzinfo=clock.BRUSSELS) for day in days), most),
        )


def towns(db: Database, actor: Actor) -> list[str]:
    """Towns that have halls, in order of the alphabet."""
    demand(PERMITS, actor, "calendar.see")
    with db.transaction(actor) as conn:
        rows = conn.execute("SELECT DISTINCT town FROM hall ORDER BY town LIMIT 1000").fetchall()
    return [str(row[0]) for row in rows]


def own_town(db: Database, actor: Actor) -> str | None:
    """The town of the actor's organisation, or of the school that a person comes from."""
    with db.transaction(actor) as conn:
        if actor.kind == ActorKind.PERSON:
            row = conn.execute(
                "SELECT g.town FROM seen.person AS p JOIN seen.organisation AS g ON g.id = p.owner_organisation"
                " WHERE p.person_id = %s",
                (actor.id,),
            ).fetchone()
            return str(row[0]) if row else None
        for one in sorted(actor.organisations):
            found = directory.organisation(conn, one)
            if found:
                return found.town
    return None


def organisation_names(db: Database, actor: Actor, organisations: Iterable[UUID]) -> dict[UUID, str]:
    """In order of their names; the id itself while the directory has not told the name."""
    wanted = list(organisations)
    with db.transaction(actor) as conn:
        rows = conn.execute("SELECT id, name FROM seen.organisation WHERE id = ANY (%s) ORDER BY name", (wanted,))
        known = {UUID(str(row[0])): str(row[1]) for row in rows}
    return known | {one: str(one) for one in wanted if one not in known}


def activity(db: Database, actor: Actor, activity_id: UUID) -> Activity:
    """One activity with what is still to come of it."""
    demand(PERMITS, actor, "activity.see")
    with db.transaction(actor) as conn:
        found = _activities(conn, f"{_ACTIVITY} WHERE a.id = %(id)s", {"id": activity_id}, most_times=30)
    if not found:
        raise NotThere(str(activity_id))
    return found[0]


def occurrence(db: Database, actor: Actor, occurrence_id: UUID) -> Entry:
    demand(PERMITS, actor, "activity.see")
    with db.transaction(actor) as conn:
        found = _entries(conn, f"{_ENTRY} WHERE o.id = %s", (occurrence_id,))
    if not found:
        raise NotThere(str(occurrence_id))
    return found[0]


def activities(
    db: Database, actor: Actor, search: Search, after: UUID | None = None, limit: int = MOST
) -> Page[Activity]:
    """Activities in order of their making, each with its next times."""
    demand(PERMITS, actor, "activity.see")
    told: dict[str, object] = {"town": search.town, "kind": search.kind, "after": after, "most": limit + 1}
    told |= {"since": search.since, "until": search.until + timedelta(days=1) if search.until else None}
    conditions = [
        *(["a.town = %(town)s"] if search.town else []),
        *(["a.kind = %(kind)s"] if search.kind else []),
        *(["a.id > %(after)s"] if after else []),
        *([_TAKES_PLACE] if search.since or search.until else []),
    ]
    where = " WHERE " + " AND ".join(conditions) if conditions else ""
    with db.transaction(actor) as conn:
        found = _activities(conn, f"{_ACTIVITY}{where} ORDER BY a.id LIMIT %(most)s", told, most_times=10)
    return page_of(found, limit, lambda row: (row.id,))


_TAKES_PLACE = (
    "EXISTS (SELECT 1 FROM occurrence AS t WHERE t.activity_id = a.id"
    " AND t.starts >= coalesce(%(since)s::date, '-infinity') AND t.starts < coalesce(%(until)s::date, 'infinity'))"
)


def alternatives(db: Database, actor: Actor, entry: Entry, most: int = 4) -> list[Entry]:
    """What still has room in the same town in the coming weeks: the same kind first, then the nearest in time."""
    demand(PERMITS, actor, "activity.see")
    now = clock.now()
    with db.transaction(actor) as conn:
        return _entries(
            conn,
            f"{_ENTRY} WHERE o.town = %s AND o.starts_at > %s AND o.starts_at < %s AND o.id <> %s"
            " AND a.status = 'published' AND o.cancelled_at IS NULL AND (a.seats IS NULL OR o.taken < a.seats)"
            " ORDER BY a.kind <> %s, abs(extract(epoch FROM o.starts_at - %s)), o.id LIMIT %s",
            (entry.town, now, now + _NEARBY, entry.occurrence_id, entry.kind, entry.ends_at, most),
        )


def halls(db: Database, actor: Actor, town: str | None = None) -> list[Hall]:
    """Halls of a town, or those of the actor's organisations and their towns; whoever names one may use it."""
    demand(PERMITS, actor, "hall.list")
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Hall)) as cur:
        return cur.execute(
            "SELECT id, organisation_id, name, address, town FROM hall WHERE town = %(town)s"
            " OR (%(town)s::text IS NULL AND (organisation_id = ANY (%(own)s) OR town IN"
            "  (SELECT town FROM seen.organisation WHERE id = ANY (%(own)s))))"
            " ORDER BY town, name, id LIMIT 500",
            {"town": town, "own": list(actor.organisations)},
        ).fetchall()


def hall(db: Database, actor: Actor, hall_id: UUID) -> Hall:
    demand(PERMITS, actor, "hall.list")
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Hall)) as cur:
        found = cur.execute(
            "SELECT id, organisation_id, name, address, town FROM hall WHERE id = %s", (hall_id,)
        ).fetchone()
    if found is None:
        raise NotThere(str(hall_id))
    return found


def _activities(conn: Connection, query: str, told: dict[str, Any], *, most_times: int) -> list[Activity]:
    with conn.cursor(row_factory=kwargs_row(lambda **row: row)) as cur:
        rows = cur.execute(query, told).fetchall()
    times: dict[UUID, list[Entry]] = {row["id"]: [] for row in rows}
    for entry in _entries(
        conn,
        _NEXT_TIMES,
        (list(times), clock.now(), most_times),
    ):
        times[entry.activity_id].append(entry)
    return [
        Activity(**_read(row) | {"languages": tuple(row["languages"]), "occurrences": tuple(times[row["id"]])})
        for row in rows
    ]


_NEXT = ", ".join(f"next.{name}" for name in Entry.__dataclass_fields__)
_NEXT_TIMES = (
    f"SELECT {_NEXT} FROM unnest(%s::uuid[]) AS asked (id) CROSS JOIN LATERAL ({_ENTRY}"  # noqa: S608
    "  WHERE o.activity_id = asked.id AND o.ends_at > %s ORDER BY o.starts_at LIMIT %s) AS next"
    " ORDER BY next.starts, next.occurrence_id"
)


def _entries(conn: Connection, query: str, told: tuple[Any, ...]) -> list[Entry]:
    with conn.cursor(row_factory=kwargs_row(lambda **row: Entry(**_read(row)))) as cur:
        return cur.execute(query, told).fetchall()


def _read(row: dict[str, Any]) -> dict[str, Any]:
    texts = {name: Text.model_validate(row[name]) for name in ("title", "description") if row.get(name)}
    return row | texts | {"practical_help": PracticalHelp.model_validate(row["practical_help"])}
