"""A family's plan: how long it runs, who coordinates it, who sees what of it; one table of moves and who makes them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.referral.domain.plan.words import SHARED, SPECIAL, Content, Writer
from services.referral.domain.refusals import PlanIsOver, WrongDates

LONGEST = timedelta(days=731)


class PlanStatus(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class Step(StrEnum):
    """What somebody does with a plan."""

    WRITE = "write"
    ARRANGE = "arrange"
    AGREE = "agree"
    OPEN = "open"
    TELL = "tell"
    REVIEW = "review"
    END = "end"


class PlanMove(NamedTuple):
    """Where a step leads, and who may take it: role and relation to the plan."""

    to: PlanStatus
    who: frozenset[tuple[str, str]]


_SCHOOL = frozenset({("school_staff", "owner")})
_FAMILY = frozenset({("person", "self")})  # the plan is the family's (R10): each of its persons, nobody of another

# Time ends a plan too; it asks no one (`end`, by the service itself).
PLAN_MOVES: Mapping[tuple[PlanStatus, Step], PlanMove] = {
    (PlanStatus.RUNNING, Step.WRITE): PlanMove(PlanStatus.RUNNING, _SCHOOL | _FAMILY),
    (PlanStatus.RUNNING, Step.ARRANGE): PlanMove(PlanStatus.RUNNING, _SCHOOL),
    (PlanStatus.RUNNING, Step.AGREE): PlanMove(PlanStatus.RUNNING, _FAMILY),
    (PlanStatus.RUNNING, Step.OPEN): PlanMove(PlanStatus.RUNNING, _FAMILY),
    (PlanStatus.RUNNING, Step.TELL): PlanMove(PlanStatus.RUNNING, _FAMILY),
    (PlanStatus.RUNNING, Step.REVIEW): PlanMove(PlanStatus.RUNNING, _SCHOOL),
    (PlanStatus.RUNNING, Step.END): PlanMove(PlanStatus.ENDED, _SCHOOL | _FAMILY),
}


class PlanTerms(NamedTuple):
    """What a deployment sets: when a plan is looked at again and when it ends (R10); as `Terms` for the rest."""

    review_weeks: int
    months: int
    freshness_seconds: int
    pairwise_secret: str

    def review_after(self, day: date) -> date:
        return day + timedelta(weeks=self.review_weeks)

    def end_after(self, day: date) -> date:
        """So many calendar months later: the same day of the month, or the last one that there is."""
        month = day.month - 1 + self.months
        first = date(day.year + month // 12, month % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return min(first + timedelta(days=day.day - 1), last)


class Frame(NamedTuple):
    """What holds for the whole plan. `coordinator` is a person of it, and may be the parent; None while nobody is.

    `lang` is the language of the family beside the Dutch.
    """

    coordinator: UUID | None
    lang: str
    started_on: date
    review_on: date
    ends_on: date


class PersonKind(StrEnum):
    FAMILY = "family"
    THIRD = "third"
    STAFF = "staff"


@dataclass(frozen=True)
class PlanPerson:
    """Someone in the plan: of the family, a third person by first name and role (R23), or staff by function.

    `answer` is whether a third person said yes to being in it. A no takes the name away.
    """

    id: UUID
    plan_id: UUID
    owner_organisation: UUID
    kind: PersonKind
    called: str
    role: str = ""
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    answer: str = "unknown"
    position: int = 0

    def answered(self, answer: str) -> "PlanPerson":
        """What the third person said. After a no nothing is left of who it was (R23)."""
        return replace(self, answer=answer, called="", role="") if answer == "no" else replace(self, answer=answer)


@dataclass(frozen=True)
class Plan:
    """`edition` counts what was written, `frame` changes of the frame, `version` all that happened."""

    id: UUID
    family_id: UUID
    owner_organisation: UUID
    lang: str
    started_on: date
    review_on: date
    ends_on: date
    coordinator: UUID | None = None
    closed_to_school: tuple[str, ...] = SPECIAL
    status: PlanStatus = PlanStatus.RUNNING
    reviewed_on: date | None = None
    ended_on: date | None = None
    edition: int = 0
    frame: int = 1
    version: int = 1

    def demand_dates(self) -> "Plan":
        """Raises WrongDates: it is looked at again while it runs, and no plan runs for years."""
        if not self.started_on < self.ends_on <= self.started_on + LONGEST:
            raise WrongDates("ends_on")
        if not self.started_on <= self.review_on <= self.ends_on:
            raise WrongDates("review_on")
        return self

    def write(self) -> "Plan":
        return replace(self._moved(Step.WRITE), edition=self.edition + 1)

    def touch(self, step: Step) -> "Plan":
        """Something happened that changes no text: a yes, a person more, an answer."""
        return self._moved(step)

    def arrange(self, frame: Frame) -> "Plan":
        return replace(self._moved(Step.ARRANGE), **frame._asdict(), frame=self.frame + 1).demand_dates()

    def open_to_school(self, sections: frozenset[str]) -> "Plan":
        """The family says which parts its school sees; all others close (R10)."""
        return replace(self._moved(Step.OPEN), closed_to_school=tuple(one for one in SHARED if one not in sections))

    def review(self, today: date, terms: PlanTerms) -> "Plan":
        """Looked at together; the next time comes after as long, or at the end."""
        after = min(terms.review_after(today), self.ends_on)
        return replace(self._moved(Step.REVIEW), reviewed_on=today, review_on=max(after, self.review_on))

    def end(self, today: date) -> "Plan":
        return replace(self._moved(Step.END), ended_on=today)

    def _moved(self, step: Step) -> "Plan":
        move = PLAN_MOVES.get((self.status, step))
        if move is None:
            raise PlanIsOver(str(self.id))
        return replace(self, status=move.to, version=self.version + 1)


class VersionState(StrEnum):
    """`beside`: two wrote at once, and nobody chose yet. `set_aside`: somebody chose the other."""

    CURRENT = "current"
    PAST = "past"
    BESIDE = "beside"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Version:
    """One text of one section: never changed, never deleted. `only_for` is whom it belongs to alone."""

    plan_id: UUID
    owner_organisation: UUID
    section: str
    number: int
    based_on: int
    edition: int
    content: Content
    writer: Writer
    written_at: datetime
    only_for: UUID | None = None
    state: VersionState = VersionState.CURRENT
