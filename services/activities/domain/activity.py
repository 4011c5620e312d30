"""Halls, activities and their occurrences: what they are, and what may happen to an activity."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.activities.domain.words import PracticalHelp, Text
from shared.refusals import Refusal

ZONE = "Europe/Brussels"
MOST_SEATS = 2000
AHEAD = timedelta(weeks=8)  # how far occurrences of a recurring activity are known
SCHOOL_STAFF, ORGANISER = "school_staff", "organiser"


class Registering(StrEnum):
    """`drop_in`: who comes, comes; nobody is named (R12). `named`: seats, and a name if the person says yes."""

    DROP_IN = "drop_in"
    NAMED = "named"


class Status(StrEnum):
    PUBLISHED = "published"
    CANCELLED = "cancelled"


MOVES: frozenset[tuple[Status, str, str, Status]] = frozenset(  # (from, move, who, to)
    {
        (Status.PUBLISHED, "extend", "worker", Status.PUBLISHED),
        (Status.PUBLISHED, "cancel", ORGANISER, Status.CANCELLED),
        (Status.PUBLISHED, "cancel", SCHOOL_STAFF, Status.CANCELLED),
        (Status.PUBLISHED, "cancel_one", ORGANISER, Status.PUBLISHED),
        (Status.PUBLISHED, "cancel_one", SCHOOL_STAFF, Status.PUBLISHED),
        (Status.PUBLISHED, "change", ORGANISER, Status.PUBLISHED),
        (Status.PUBLISHED, "change", SCHOOL_STAFF, Status.PUBLISHED),
    }
)


class ActivityOver(Refusal):
    """The activity is cancelled: nothing more can happen to it."""


class Hall(NamedTuple):
    id: UUID
    organisation_id: UUID
    name: str
    address: str
    town: str


@dataclass(frozen=True)
class Times:
    """When it takes place first, in local time of the zone; `rrule` (RFC 5545 3.3.10) says when again, empty: once."""

    starts: datetime
    ends: datetime
    rrule: str = ""
    zone: str = ZONE


@dataclass(frozen=True)
class Occurrence:
    """One time that an activity takes place; local times, correct over the change of the clock."""

    id: UUID
    starts: datetime
    ends: datetime
    zone: str = ZONE

    @property
    def starts_at(self) -> datetime:
        return self.starts.replace(tzinfo=ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        return self.ends.replace(tzinfo=ZoneInfo(self.zone))


def occurrence_of(activity_id: UUID, starts: datetime, ends: datetime, zone: str = ZONE) -> Occurrence:
    """Its id follows from activity and time, so that expanding twice makes it once."""
    return Occurrence(uuid5(activity_id, starts.isoformat()), starts, ends, zone)


class HallWish(NamedTuple):
    organisation_id: UUID
    name: str
    address: str
    town: str


class ActivityWish(NamedTuple):
    """`companions`: how many mothers and fathers come as a rule; None: not known yet (R13)."""

    organiser: UUID
    kind: str
    title: Text
    hall_id: UUID
    times: Times
    description: Text | None = None
    practical_help: PracticalHelp = PracticalHelp()
    companions: int | None = None
    languages: tuple[str, ...] = ()
    registration: Registering = Registering.DROP_IN
    seats: int | None = None


class ActivityChange(NamedTuple):
    """What can change once people know of it; for another hour or place it is another activity."""

    title: Text
    description: Text | None = None
    practical_help: PracticalHelp = PracticalHelp()
    companions: int | None = None
    languages: tuple[str, ...] = ()
    seats: int | None = None


@dataclass(frozen=True)
class Activity:
    id: UUID
    organiser: UUID
    kind: str
    title: Text
    hall_id: UUID
    town: str
    times: Times
    expanded_until: date
    description: Text | None = None
    practical_help: PracticalHelp = field(default_factory=PracticalHelp)
    companions: int | None = None
    languages: tuple[str, ...] = ()
    registration: Registering = Registering.DROP_IN
    seats: int | None = None
    status: Status = Status.PUBLISHED
    version: int = 1

    def cancel(self, who: str) -> "Activity":
        return self._moved("cancel", who)

    def cancel_one(self, who: str) -> "Activity":
        """One time of it does not take place; the others do."""
        return self._moved("cancel_one", who)

    def change(self, change: ActivityChange, who: str) -> "Activity":
        return replace(self._moved("change", who), **change._asdict())

    def extend(self, until: date) -> "Activity":
        return replace(self._moved("extend", "worker"), expanded_until=until)

    def _moved(self, move: str, who: str) -> "Activity":
        for origin, name, by, target in MOVES:
            if (origin, name, by) == (self.status, move, who):
                return replace(self, status=target, version=self.version + 1)
        raise ActivityOver(move)


class Clash(NamedTuple):
    """Something at the same time in the same hall, or the same kind in the same town and week (R17)."""

    sort: str  # 'hall' or 'same_week'
    title: Text
    organisation: str
    hall: str
    starts: datetime
    ends: datetime


class Clashes(Refusal):
    """Others have something planned that the organiser sees before saving (R17)."""

    def __init__(self, found: list[Clash]) -> None:
        super().__init__(str(len(found)))
        self.found = found
