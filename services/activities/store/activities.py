"""SQL that writes halls, activities and occurrences, and tells of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, kwargs_row
from psycopg.types.json import Jsonb

from services.activities import events
from services.activities.domain.activity import Activity, Clash, Hall, Occurrence, Registering, Status, Times
from services.activities.domain.words import PracticalHelp, Text
from shared import outbox
from shared.db import Connection
from shared.refusals import Stale

_ACTIVITY = (
    "id, organiser, kind, title, description, hall_id, town, practical_help, companions, languages, registration,"
    " seats, starts, ends, zone, rrule, expanded_until, status, version"
)
_MOST_TOLD = 200  # occurrences in one event


def keep_hall(conn: Connection, hall: Hall) -> UUID:
    """The id of the hall; of the one that was there where this organisation already named it so."""
    row = conn.execute(
        "WITH made AS (INSERT INTO hall (id, organisation_id, name, address, town) VALUES (%s, %s, %s, %s, %s)"
        "  ON CONFLICT (organisation_id, name, town) DO NOTHING RETURNING id)"
        " SELECT id FROM made UNION ALL"
        " SELECT id FROM hall WHERE organisation_id = %s AND name = %s AND town = %s LIMIT 1",
        (*hall, hall.organisation_id, hall.name, hall.town),
    ).fetchone()
    assert row  # noqa: S101 - made now or before
    return UUID(str(row[0]))


def hall(conn: Connection, hall_id: UUID) -> Hall | None:
    return _hall(conn, "SELECT id, organisation_id, name, address, town FROM hall WHERE id = %s", hall_id)


def lock_hall(conn: Connection, hall_id: UUID) -> Hall | None:
    """Two who plan in one hall see each other's plans: the second waits for the first."""
    return _hall(conn, "SELECT id, organisation_id, name, address, town FROM hall WHERE id = %s FOR UPDATE", hall_id)


def _hall(conn: Connection, query: str, hall_id: UUID) -> Hall | None:
    with conn.cursor(row_factory=class_row(Hall)) as cur:
        return cur.execute(query, (hall_id,)).fetchone()


def insert(conn: Connection, activity: Activity, at: datetime) -> None:
    times = activity.times
    conn.execute(
        f"INSERT INTO activity ({_ACTIVITY}, changed_at) VALUES (%(id)s, %(organiser)s, %(kind)s, %(title)s,"  # noqa: S608
        " %(description)s, %(hall_id)s, %(town)s, %(practical_help)s, %(companions)s, %(languages)s,"
        " %(registration)s, %(seats)s, %(starts)s, %(ends)s, %(zone)s, %(rrule)s, %(expanded_until)s, %(status)s,"
        " %(version)s, %(at)s)",
        vars(activity)
        | {
            "title": Jsonb(activity.title.model_dump()),
            "description": Jsonb(activity.description.model_dump()) if activity.description else None,
            "practical_help": Jsonb(activity.practical_help.model_dump()),
            "languages": list(activity.languages),
            "starts": times.starts,
            "ends": times.ends,
            "zone": times.zone,
            "rrule": times.rrule,
            "at": at,
        },
    )


def add_occurrences(conn: Connection, activity: Activity, occurrences: Sequence[Occurrence]) -> int:
    """Those that are there already stay as they are. Returns how many were new."""
    made = conn.execute(
        "INSERT INTO occurrence (id, activity_id, organiser, town, hall_id, starts, ends, zone, starts_at, ends_at)"
        " SELECT new.id, %s, %s, %s, %s, new.starts, new.ends, %s, new.starts_at, new.ends_at"
        " FROM unnest(%s::uuid[], %s::timestamp[], %s::timestamp[], %s::timestamptz[], %s::timestamptz[])"
        "  AS new (id, starts, ends, starts_at, ends_at) ON CONFLICT DO NOTHING",
        (
            activity.id,
            activity.organiser,
            activity.town,
            activity.hall_id,
            activity.times.zone,
            [one.id for one in occurrences],
            [one.starts for one in occurrences],
            [one.ends for one in occurrences],
            [one.starts_at for one in occurrences],
            [one.ends_at for one in occurrences],
        ),
    )
    return made.rowcount


def lock(conn: Connection, activity_id: UUID) -> Activity | None:
    with conn.cursor(row_factory=kwargs_row(_activity)) as cur:
        return cur.execute(f"SELECT {_ACTIVITY} FROM activity WHERE id = %s FOR UPDATE", (activity_id,)).fetchone()  # noqa: S608


def lock_of_occurrence(conn: Connection, occurrence_id: UUID) -> Activity | None:
    """In one question: how many are asked does not tell a stranger whether there is such a time."""
    with conn.cursor(row_factory=kwargs_row(_activity)) as cur:
        return cur.execute(
            f"SELECT {_ACTIVITY} FROM activity"  # noqa: S608
            " WHERE id = (SELECT activity_id FROM occurrence WHERE id = %s) FOR UPDATE",
            (occurrence_id,),
        ).fetchone()


def lock_to_extend(conn: Connection, until: date, most: int) -> list[Activity]:
    """Recurring activities whose occurrences are not known up to `until`; those that are being handled are skipped."""
    with conn.cursor(row_factory=kwargs_row(_activity)) as cur:
        return cur.execute(
            f"SELECT {_ACTIVITY} FROM activity WHERE rrule <> '' AND status = 'published' AND expanded_until < %s"  # noqa: S608
            " ORDER BY expanded_until, id LIMIT %s FOR UPDATE SKIP LOCKED",
            (until, most),
        ).fetchall()


def note_extended(conn: Connection, activity: Activity) -> None:
    """How far its occurrences are known, where that brought no new one: nothing to tell."""
    conn.execute("UPDATE activity SET expanded_until = %s WHERE id = %s", (activity.expanded_until, activity.id))


def save(conn: Connection, activity: Activity, at: datetime) -> None:
    """Write the next version. Raises Stale where somebody else wrote it first."""
    written = conn.execute(
        "UPDATE activity SET status = %s, changed_at = %s, version = %s WHERE id = %s AND version = %s - 1",
        (activity.status, at, activity.version, activity.id, activity.version),
    )
    if written.rowcount != 1:
        raise Stale(str(activity.id))


def save_changed(conn: Connection, activity: Activity, at: datetime) -> None:
    """Write the next version with what it says now. Raises Stale where somebody else wrote it first."""
    save(conn, activity, at)
    conn.execute(
        "UPDATE activity SET title = %s, description = %s, practical_help = %s, companions = %s, languages = %s,"
        " seats = %s WHERE id = %s",
        (
            Jsonb(activity.title.model_dump()),
            Jsonb(activity.description.model_dump()) if activity.description else None,
            Jsonb(activity.practical_help.model_dump()),
            activity.companions,
            list(activity.languages),
            activity.seats,
            activity.id,
        ),
    )


def cancel_occurrence(conn: Connection, occurrence_id: UUID, at: datetime) -> None:
    conn.execute("UPDATE occurrence SET cancelled_at = %s WHERE id = %s", (at, occurrence_id))


def lock_most_taken(conn: Connection, activity_id: UUID, now: datetime) -> int:
    """How many seats are taken at the fullest time to come; nobody takes one more until this is committed."""
    rows = conn.execute(
        "SELECT taken FROM occurrence WHERE activity_id = %s AND ends_at > %s AND cancelled_at IS NULL"
        " ORDER BY id FOR UPDATE",
        (activity_id, now),
    ).fetchall()
    return max((int(row[0]) for row in rows), default=0)


def clashes(conn: Connection, activity: Activity, occurrences: Sequence[Occurrence], most: int = 6) -> list[Clash]:
    """What others have at the same time in the same hall, then the same kind in the same town and week (R17)."""
    shown = "a.title, coalesce(g.name, '') AS organisation, h.name AS hall, o.starts, o.ends"
    joined = (
        " JOIN activity AS a ON a.id = o.activity_id AND a.status = 'published' AND o.cancelled_at IS NULL"
        " JOIN hall AS h ON h.id = o.hall_id"
        " LEFT JOIN seen.organisation AS g ON g.id = o.organiser"
    )
    with conn.cursor(row_factory=kwargs_row(_clash)) as cur:
        return cur.execute(
            "WITH new AS (SELECT s, e FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS n (s, e)),"  # noqa: S608
            f" hall_taken AS (SELECT DISTINCT o.id, 'hall' AS sort, {shown} FROM new"
            f"  JOIN occurrence AS o ON o.hall_id = %(hall)s AND o.starts_at < e AND s < o.ends_at {joined}),"
            f" double AS (SELECT DISTINCT o.id, 'same_week' AS sort, {shown} FROM new"
            "  JOIN occurrence AS o ON o.town = %(town)s"
            "   AND o.starts_at >= date_trunc('week', s, 'Europe/Brussels')"
            "   AND o.starts_at < date_trunc('week', s, 'Europe/Brussels') + interval '7 days'"
            f"  {joined} WHERE a.kind = %(kind)s AND NOT EXISTS (SELECT 1 FROM hall_taken AS t WHERE t.id = o.id))"
            " SELECT sort, title, organisation, hall, starts, ends FROM hall_taken"
            " UNION ALL SELECT sort, title, organisation, hall, starts, ends FROM double"
            " ORDER BY sort, starts LIMIT %(most)s",
            {
                "starts": [one.starts_at for one in occurrences],
                "ends": [one.ends_at for one in occurrences],
                "hall": activity.hall_id,
                "town": activity.town,
                "kind": activity.kind,
                "most": most,
            },
        ).fetchall()


def tell_published(conn: Connection, activity: Activity, where: Hall, now: datetime) -> None:
    with conn.cursor(row_factory=class_row(events.Occurrence)) as cur:
        coming = cur.execute(
            "SELECT id AS occurrence_id, starts, ends, zone, cancelled_at IS NOT NULL AS cancelled FROM occurrence"
            " WHERE activity_id = %s AND ends_at > %s ORDER BY starts_at LIMIT %s",
            (activity.id, now, _MOST_TOLD),
        ).fetchall()
    event = events.ActivityPublishedV1(
        activity_id=activity.id,
        organiser=activity.organiser,
        kind=activity.kind,
        title=activity.title,
        town=activity.town,
        venue=where.name,
        address=where.address,
        practical_help=activity.practical_help,
        companions=activity.companions,
        occurrences=tuple(coming),
    )
    outbox.publish(conn, event, _about(activity))


def tell_cancelled(conn: Connection, activity: Activity) -> None:
    event = events.ActivityCancelledV1(activity_id=activity.id, organiser=activity.organiser)
    outbox.publish(conn, event, _about(activity))


def _about(activity: Activity) -> outbox.About:
    return outbox.About(activity.id, activity.id, activity.version, activity.organiser)


def _activity(**row: Any) -> Activity:
    times = Times(row.pop("starts"), row.pop("ends"), row.pop("rrule"), row.pop("zone"))
    return Activity(
        **row
        | {
            "times": times,
            "title": Text.model_validate(row["title"]),
            "description": Text.model_validate(row["description"]) if row["description"] else None,
            "practical_help": PracticalHelp.model_validate(row["practical_help"]),
            "languages": tuple(row["languages"]),
            "registration": Registering(row["registration"]),
            "status": Status(row["status"]),
        }
    )


def _clash(**row: Any) -> Clash:
    return Clash(**row | {"title": Text.model_validate(row["title"])})
