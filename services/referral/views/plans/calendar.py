"""SQL that reads the shared calendar as referral knows it: public titles, places and times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from shared import clock
from shared.db import Connection, Database
from shared.security import Actor

_MOST = 60


@dataclass(frozen=True)
class Occurrence:
    """One time of an activity; `starts` is local time with its zone."""

    id: UUID
    activity_id: UUID
    title: str
    lang: str
    venue: str
    address: str
    starts: datetime
    ends: datetime
    cancelled: bool

    @property
    def is_over(self) -> bool:
        return self.ends < clock.now()


def coming(db: Database, actor: Actor, town: str) -> list[Occurrence]:
    """What the calendar has in this town in the coming weeks, soonest first."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            "SELECT activity_id, title, venue, address, occurrences, cancelled FROM seen.activity"
            " WHERE lower(town) = lower(%s) AND NOT cancelled ORDER BY activity_id LIMIT 500",
            (town,),
        ).fetchall()
    found = [one for row in rows for one in _occurrences(row) if one.starts > clock.now() and not one.cancelled]
    return sorted(found, key=lambda one: one.starts)[:_MOST]


def occurrences_of(conn: Connection, activities: Iterable[UUID]) -> dict[UUID, Occurrence]:
    """All times of these activities that are known, by the id of the time."""
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            "SELECT activity_id, title, venue, address, occurrences, cancelled FROM seen.activity"
            " WHERE activity_id = ANY (%s)",
            (list(activities),),
        ).fetchall()
    return {one.id: one for row in rows for one in _occurrences(row)}


def _occurrences(row: dict[str, Any]) -> list[Occurrence]:
    return [
        Occurrence(
            id=UUID(one["occurrence_id"]),
            activity_id=row["activity_id"],
            title=row["title"].get("text", ""),
            lang=row["title"].get("lang", "nl"),
            venue=row["venue"],
            address=row["address"],
            starts=_local(one, "starts"),
            ends=_local(one, "ends"),
            cancelled=row["cancelled"] or bool(one.get("cancelled")),
        )
        for one in row["occurrences"]
    ]


def _local(told: dict[str, str], name: str) -> datetime:
    return datetime.fromisoformat(told[name]).replace(tzinfo=ZoneInfo(told["zone"]))
