"""What somebody has to do: the kinds of tasks, and which of them a referral calls for on a day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from services.referral.domain.moves import ENDED_EARLY, UNANSWERED, WITH_RECEIVER, Status
from services.referral.domain.referral import ASKED, Referral
from services.referral.domain.refusals import WrongStatus
from shared import clock, working_days

_TASKS = UUID("0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a20")


class Kind(StrEnum):
    """The closed list; what a referral calls for comes and goes with it, the others are done by hand."""

    OPEN_REFERRAL = "open_referral"
    ANSWER_REFERRAL = "answer_referral"
    PLAN_MEETING = "plan_meeting"
    BOOK_INTERPRETER = "book_interpreter"
    REPORT_MEETING = "report_meeting"
    REPORT_OUTCOME = "report_outcome"
    GIVE_INFORMATION = "give_information"
    NAME_COMPANION = "name_companion"
    CHOOSE_ALTERNATIVE = "choose_alternative"
    TALK_WITH_PARENT = "talk_with_parent"
    AKKOORD_ENDS = "akkoord_ends"
    CORRECT = "correct"


FOR_RECEIVER = frozenset(
    {
        Kind.OPEN_REFERRAL,
        Kind.ANSWER_REFERRAL,
        Kind.PLAN_MEETING,
        Kind.BOOK_INTERPRETER,
        Kind.REPORT_MEETING,
        Kind.REPORT_OUTCOME,
    }
)
# These end by somebody's word; all others end by the step itself.
BY_HAND = frozenset({Kind.TALK_WITH_PARENT, Kind.CHOOSE_ALTERNATIVE, Kind.AKKOORD_ENDS})


class TaskState(StrEnum):
    """`lapsed`: what it was for happened, or is no longer asked."""

    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Task:
    """About ids only: no name, no words. `reference` is what it is about in another service."""

    id: UUID
    kind: Kind
    organisation_id: UUID
    owner_organisation: UUID
    family_id: UUID
    person_id: UUID
    due_on: date
    opened_at: datetime
    referral_id: UUID | None = None
    reference: UUID | None = None
    for_staff: UUID | None = None
    state: TaskState = TaskState.OPEN
    shown_from: date | None = None
    result: str | None = None
    done_by: UUID | None = None
    done_at: datetime | None = None
    version: int = 1

    @classmethod
    def about(cls, referral: Referral, one: "Wanted", now: datetime) -> "Task":
        """For the organisation whose kind of task it is; at a school first of all for who sent the referral."""
        theirs = one.kind in FOR_RECEIVER
        return cls(
            id=one.id,
            kind=one.kind,
            organisation_id=referral.to_organisation if theirs else referral.owner_organisation,
            owner_organisation=referral.owner_organisation,
            family_id=referral.family_id,
            person_id=referral.person_id,
            due_on=one.due_on,
            opened_at=now,
            referral_id=referral.id,
            for_staff=None if theirs else referral.sent_by,
        )

    @property
    def role(self) -> str:
        """Whose task it is, within its organisation."""
        return "partner_worker" if self.kind in FOR_RECEIVER else "school_staff"

    def finish(self, result: str, by: UUID, now: datetime) -> "Task":
        if self.state != TaskState.OPEN or self.kind not in BY_HAND:
            raise WrongStatus(f"a task {self.kind} that is {self.state} is not done by hand")
        return replace(self, state=TaskState.DONE, result=result, done_by=by, done_at=now, version=self.version + 1)

    def put_off(self, to: date) -> "Task":
        """Out of sight until that day; its term stays what it was."""
        if self.state != TaskState.OPEN:
            raise WrongStatus(f"a task that is {self.state} cannot wait")
        return replace(self, shown_from=to, version=self.version + 1)


class Rule(NamedTuple):
    """`since`: from which day this state of a referral calls for the task, if it does. `due`: by when, counted from
    the day on which it is opened. `occasion`: the same kind again for another reason is another task. `until`: the
    day on which it is too late for it, whatever happened meanwhile.
    """

    kind: Kind
    since: Callable[[Referral], date | None]
    due: Callable[[Referral, date], date]
    occasion: Callable[[Referral], str] = lambda _: ""
    until: Callable[[Referral], date] = lambda _: date.max


class Wanted(NamedTuple):
    id: UUID
    kind: Kind
    due_on: date


_NOW = date.min
_DAY = timedelta(days=1)
_REMINDED = 2  # working days after the reminder, the school gets alternatives (R8)
_ASK_HOW_IT_WENT = timedelta(days=7)
_NO_HOUR_YET = timedelta(days=30)
_OUTCOME = timedelta(days=30)
_AKKOORD_ENDS = timedelta(days=14)


def wanted(referral: Referral, today: date) -> tuple[Wanted, ...]:
    """The tasks that this referral calls for today."""
    return tuple(
        Wanted(task_id(rule.kind, referral.id, rule.occasion(referral)), rule.kind, rule.due(referral, today))
        for rule, since in _since(referral)
        if since <= today < rule.until(referral)
    )


def next_look(referral: Referral, today: date) -> date | None:
    """The next day on which, by time alone, it calls for a task or is over."""
    days = [day for rule, since in _since(referral) for day in (since, rule.until(referral)) if day < date.max]
    if referral.expires_on and referral.status in UNANSWERED:
        days.append(referral.expires_on)
    return min((day for day in days if day > today), default=None)


def task_id(kind: Kind, about: UUID, occasion: str = "") -> UUID:
    """The same for the same reason, so that what happens twice opens one task."""
    return uuid5(_TASKS, f"{kind}:{about}:{occasion}")


def is_expired(referral: Referral, today: date) -> bool:
    """Never answered (R8)."""
    over_on = referral.expires_on
    return referral.status in UNANSWERED and over_on is not None and over_on <= today


def _since(referral: Referral) -> Iterator[tuple[Rule, date]]:
    for rule in RULES:
        since = rule.since(referral)
        if since is not None:
            yield rule, since


def _unseen(referral: Referral) -> date | None:
    due = referral.seen_due
    return due + _DAY if due and referral.status == Status.SENT else None


def _unanswered(referral: Referral) -> date | None:
    due = referral.answer_due
    return due + _DAY if due and referral.status == Status.SEEN else None


def _reminded_in_vain(referral: Referral) -> date | None:
    late_since = _unseen(referral) or _unanswered(referral)
    return working_days.after(late_since, _REMINDED) if late_since else None


def _in(*statuses: Status) -> Callable[[Referral], date | None]:
    return lambda referral: _NOW if referral.status in statuses else None


def _alone(referral: Referral) -> date | None:
    """An hour is given, and nobody goes along (R6). By what the school is told: that they met ends it only where the
    person lets that go back (R4); where not, the day itself does.
    """
    return _NOW if referral.told == Status.MEETING_PLANNED and not referral.goes_along else None


def _interpreter_missing(referral: Referral) -> date | None:
    return _NOW if referral.status == Status.MEETING_PLANNED and referral.interpreter == ASKED else None


def _day_after(referral: Referral) -> date:
    return _meeting_day(referral) + _DAY


def _meeting_over(referral: Referral) -> date | None:
    return _day_after(referral) if referral.status == Status.MEETING_PLANNED else None


def _outcome_due(referral: Referral) -> date | None:
    under_way = referral.status in (Status.MEETING_HELD, Status.IN_PROGRESS, Status.ON_HOLD)
    begun = referral.met_at or referral.answered_at
    return _local(begun) + _OUTCOME if under_way and begun else None


def _talk(referral: Referral) -> date | None:
    """R7: after every end, after the meeting, after an outcome; where nothing returns, some time after the hour."""
    told = referral.told
    if told in ENDED_EARLY:
        return _NOW if referral.sent_at else None
    if told in (Status.MEETING_HELD, Status.IN_PROGRESS, Status.OUTCOME_REPORTED):
        return _NOW
    if told in (Status.MEETING_PLANNED, Status.ON_HOLD) and referral.meets_at:
        return _local(referral.meets_at) + _ASK_HOW_IT_WENT
    if told in (Status.ACCEPTED, Status.ON_HOLD) and referral.answered_at:
        return _local(referral.answered_at) + _NO_HOUR_YET
    return None


def _talk_occasion(referral: Referral) -> str:
    told = referral.told
    return str(told) if told in (*ENDED_EARLY, Status.OUTCOME_REPORTED) else "met"


def _akkoord_ends(referral: Referral) -> date | None:
    until = referral.shared_until
    return until - _AKKOORD_ENDS if until and referral.status in WITH_RECEIVER else None


def _local(at: datetime) -> date:
    return at.astimezone(clock.BRUSSELS).date()


def _meeting_day(referral: Referral) -> date:
    return _local(referral.meets_at) if referral.meets_at else _NOW


def _hour(referral: Referral) -> str:
    """Another hour than before is another task."""
    return f"{referral.sequence}"


def _before_meeting(days: int) -> Callable[[Referral, date], date]:
    """R11: what is missing shows before the day, and not later than now."""
    return lambda referral, today: max(working_days.before(_meeting_day(referral), days), today)


def _within(days: int) -> Callable[[Referral, date], date]:
    return lambda _, today: working_days.after(today, days)


RULES: tuple[Rule, ...] = (
    Rule(Kind.OPEN_REFERRAL, _unseen, _within(_REMINDED)),
    Rule(Kind.ANSWER_REFERRAL, _unanswered, _within(_REMINDED), lambda one: f"{one.answer_due}"),
    Rule(Kind.CHOOSE_ALTERNATIVE, _reminded_in_vain, _within(3)),
    Rule(Kind.GIVE_INFORMATION, _in(Status.NEEDS_INFORMATION), _within(2), lambda one: f"{one.asked_at}"),
    Rule(Kind.PLAN_MEETING, _in(Status.ACCEPTED), _within(5), _hour),
    Rule(Kind.NAME_COMPANION, _alone, _before_meeting(1), _hour, _day_after),
    Rule(Kind.BOOK_INTERPRETER, _interpreter_missing, _before_meeting(2), _hour, _day_after),
    Rule(Kind.REPORT_MEETING, _meeting_over, _within(2), _hour),
    Rule(Kind.REPORT_OUTCOME, _outcome_due, _within(5)),
    Rule(Kind.TALK_WITH_PARENT, _talk, _within(5), _talk_occasion),
    Rule(Kind.AKKOORD_ENDS, _akkoord_ends, lambda one, today: one.shared_until or today, lambda o: f"{o.akkoord_id}"),
)
