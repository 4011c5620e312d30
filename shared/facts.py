"""Facts: what is counted of a closed month, as numbers of an organisation that lead back to nobody (R20).

A fact is written by a timer, never beside what happened: its place in the outbox, its time, its id and its envelope are
the same for every organisation of that month and follow from month and organisation alone.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from shared import clock, outbox
from shared.db import Connection, Database
from shared.envelope import Envelope, Event
from shared.security import worker_of

NOBODY = UUID(int=0)
_MOST_BACK = 24  # months; what was not counted within two years is not counted any more


class Month(NamedTuple):
    """A calendar month as people here have it."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """The first day that it is over."""
        return self.plus(1).first

    def plus(self, months: int) -> "Month":
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Its first instant, and the first that it is over."""
        return _midnight(self.first), _midnight(self.end)


class Fact(Event):
    """Base of every fact: of which organisation, in which town, of which month (its first day)."""

    organisation_id: UUID
    town: str
    month: date


def an_example(**counted: Any) -> dict[str, Any]:
    """An example of a fact with these numbers."""
    whose = {"organisation_id": "5f0c6f0e-6c1c-5f43-9d5f-0d1d6f4a4005", "town": "Antwerpen"}
    return whose | {"month": "2026-09-01"} | counted


class MonthCountedV1(Event):
    """All facts of one subject and month are told: `facts` of them. Key: the subject's own."""

    TYPE: ClassVar[str] = "be.brug.month.counted.v1"
    TOPIC: ClassVar[str] = "{service}.facts"
    EXAMPLE: ClassVar[dict[str, Any]] = {"what": "contacts", "month": "2026-09-01", "facts": 1}

    what: str
    month: date
    facts: int


class Subject(NamedTuple):
    """Something that is counted each month; `facts_of` reads one event for each organisation that has some.

    `settles_days`: how long after the month it is counted, when it needs time to become known.
    """

    what: str
    facts_of: Callable[[Connection, Month], Sequence[Fact]]
    settles_days: int = 0


def count_due(db: Database, subjects: Sequence[Subject]) -> int:
    """Count every closed month that is not counted yet, the oldest first; returns how many facts were told."""
    told = 0
    for subject in subjects:
        last = Month.of(clock.today() - timedelta(days=subject.settles_days)).plus(-1)
        for month in _not_counted(db, subject.what, last):
            told += count(db, subject, month)
    return told


def count(db: Database, subject: Subject, month: Month) -> int:
    """Count this month, once ever: what becomes known later changes no number that was told."""
    with db.transaction(worker_of(db.service)) as conn:
        return tell(conn, subject.what, month, subject.facts_of(conn, month)) if claim(conn, subject.what, month) else 0


def claim(conn: Connection, what: str, month: Month) -> bool:
    """Whether nobody has counted it before; from now on somebody has."""
    row = conn.execute(
        "INSERT INTO counted (what, month) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1", (what, month.first)
    ).fetchone()
    return row is not None


def tell(conn: Connection, what: str, month: Month, counted: Sequence[Fact]) -> int:
    """Append these facts, and that they are all."""
    for event in counted:
        _append(conn, event, month, event.organisation_id, f"{what} of {event.organisation_id}")
    whole = MonthCountedV1(what=what, month=month.first, facts=len(counted))
    _append(conn, whole, month, NOBODY, f"{what} as a whole")
    return len(counted)


def _append(conn: Connection, event: Event, month: Month, owner: UUID, name: str) -> None:
    """Everything in the envelope follows from subject, month and organisation: nothing else can be read from it."""
    key = uuid5(NAMESPACE_URL, f"urn:brug:{conn.service}:facts:{name}")
    envelope = Envelope(
        id=uuid5(key, month.first.isoformat()),
        type=event.TYPE,
        source=conn.service,
        subject=str(key),
        time=month.instants[1],
        aggregate=uuid5(key, f"{month.first.isoformat()}:{event.TYPE}"),
        version=1,
        owner_organisation=owner,
        dataschema=f"{event.TYPE}.json",
        data=event.model_dump(mode="json"),
    )
    outbox.append(conn, event.TOPIC.format(service=conn.service), str(key), envelope)


def _not_counted(db: Database, what: str, last: Month) -> list[Month]:
    """Months up to `last`, since there is something to count: before that, an empty month would be a lie."""
    with db.transaction(worker_of(db.service)) as conn:
        row = conn.execute("SELECT begun FROM counting").fetchone()
        done = {one for (one,) in conn.execute("SELECT month FROM counted WHERE what = %s", (what,))}
    if row is None:
        return []
    months = [last.plus(-back) for back in reversed(range(_MOST_BACK))]
    return [month for month in months if month.first >= row[0] and month.first not in done]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BRUSSELS)
