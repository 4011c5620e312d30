"""One referral: from a school to one organisation, on one person's yes; each step returns the next or refuses."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.referral.domain.moves import AFTER_THE_HOUR, MOVES, OPEN, Action, Status, told_to_school
from services.referral.domain.refusals import MeetingOver, MeetingStillToCome, WrongStatus
from services.referral.domain.terms import Terms

NOT_RETURNED = "not_eligible"  # R4: this word never goes back to the school
ASKED, BOOKED = "asked", "booked"


class Appointment(NamedTuple):
    """A name, an hour and a place; `at` is in UTC. `interpreting`: what kind of interpreter is asked for, or none."""

    contact: str
    at: datetime
    place: str
    interpreting: str = ""


class Ground(NamedTuple):
    """What a referral takes over from the akkoord that it rests on; an akkoord never changes these."""

    akkoord_id: UUID
    way_back: tuple[str, ...]
    shared_until: date


class Sender(NamedTuple):
    """Who sends it, and in which function, since a team answers a function and not a name."""

    id: UUID
    function: str


class Helped(NamedTuple):
    """Whether it helped, in the person's own view; `tell_school` only where the person chose that.

    `by`: who says so, since a parent may speak for a child.
    """

    code: str
    tell_school: bool
    by: UUID | None = None


@dataclass(frozen=True)
class Referral:
    """`goes_along` is empty while nobody does; `interpreter` is empty, asked or booked (R11).

    `was_at`: the hour that is off, so that calendars which hold it can let it go. `version` counts every change;
    `school_version` and `receiver_version` only those that this side is told of (sides.py). `named_team` is the team
    that the school named, `team_id` the one that its receiver has it with now.
    """

    id: UUID
    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    to_organisation: UUID
    reason: str
    goes_along: str = ""
    status: Status = Status.DRAFT
    way_back: tuple[str, ...] = ()
    shared_until: date | None = None
    sent_by: UUID | None = None
    sent_by_function: str = ""
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    seen_due: date | None = None
    answer_due: date | None = None
    expires_on: date | None = None
    asked_kind: str | None = None
    asked_at: datetime | None = None
    answer_code: str | None = None
    contact: str | None = None
    meets_at: datetime | None = None
    place: str | None = None
    was_at: datetime | None = None
    sequence: int = 0
    interpreting: str = ""
    interpreter: str = ""
    met_at: datetime | None = None
    outcome: str | None = None
    helped: str | None = None
    helped_told: bool = False
    helped_by: UUID | None = None
    decline_code: str | None = None
    ended_at: datetime | None = None
    named_team: UUID | None = None
    team_id: UUID | None = None
    version: int = 1
    school_version: int = 1
    receiver_version: int = 1

    @property
    def told(self) -> Status:
        """Its status as far as the school is told (R4)."""
        return told_to_school(
            self.status, self.way_back, met=self.met_at is not None, planned=self.meets_at is not None
        )

    @property
    def told_met_at(self) -> datetime | None:
        """When they met, where the person lets that go back (R4)."""
        return self.met_at if {"first_meeting", "outcome"} & set(self.way_back) else None

    @property
    def told_outcome(self) -> str | None:
        """How it ended, where the person lets that go back; that nobody was eligible never does (R4)."""
        return _returned(self.outcome) if "outcome" in self.way_back else None

    @property
    def told_decline(self) -> str | None:
        return _returned(self.decline_code)

    @property
    def told_helped(self) -> str | None:
        return self.helped if self.helped_told else None

    @property
    def appointment(self) -> Appointment | None:
        if self.contact is None or self.meets_at is None or self.place is None:
            return None
        return Appointment(self.contact, self.meets_at, self.place, self.interpreting)

    @property
    def warm(self) -> bool:
        """A name and an hour, and someone goes along (R6)."""
        return self.status in (Status.MEETING_PLANNED, *AFTER_THE_HOUR) and bool(self.appointment and self.goes_along)

    def send(self, sender: Sender, now: datetime, today: date, terms: Terms) -> "Referral":
        return replace(
            self._moved(Action.SEND),
            sent_by=sender.id,
            sent_by_function=sender.function,
            sent_at=now,
            seen_due=terms.seen_due(today),
            answer_due=terms.answer_due(today),
            expires_on=terms.expires_on(today),
        )

    def see(self, now: datetime) -> "Referral":
        return replace(self._moved(Action.SEE), seen_at=now)

    def ask_information(self, kind: str, now: datetime) -> "Referral":
        """What the receiver misses, as a code: no words about the family leave by this way (R1)."""
        asked = self._moved(Action.ASK_INFORMATION)
        return replace(asked, asked_kind=kind, asked_at=now, answer_code=None, seen_at=self.seen_at or now)

    def answer_information(self, code: str, ground: Ground, today: date, terms: Terms) -> "Referral":
        """With a code; where the person said yes anew, it rests on that newer yes from now on. Terms begin anew."""
        return replace(
            self._moved(Action.ANSWER_INFORMATION)._resting_on(ground),
            answer_code=code,
            answer_due=terms.answer_due(today),
            expires_on=terms.expires_on(today),
        )

    def accept(self, contact: str, now: datetime) -> "Referral":
        """Yes, without an hour yet."""
        return replace(self._answered(Action.ACCEPT, now), contact=contact or None)

    def plan_meeting(self, appointment: Appointment, now: datetime) -> "Referral":
        """A name, an hour and a place: as the answer itself, later, or another hour than before."""
        planned = self._answered(Action.PLAN_MEETING, now)
        booked = self.interpreter == BOOKED and self._same_hour(appointment)
        interpreter = (BOOKED if booked else ASKED) if appointment.interpreting else ""
        return replace(
            planned,
            contact=appointment.contact,
            meets_at=appointment.at,
            place=appointment.place,
            interpreting=appointment.interpreting,
            interpreter=interpreter,
            was_at=None,
            sequence=self.sequence + (self.meets_at is not None),
        )

    def cancel_meeting(self, now: datetime) -> "Referral":
        """The yes stays; an hour is looked for anew. Raises MeetingOver once the hour has come, whatever came after."""
        if self.meets_at is not None and self.meets_at <= now:
            raise MeetingOver(str(self.id))
        return replace(self._moved(Action.CANCEL_MEETING)._without_hour(), place=None, interpreter="")

    def book_interpreter(self) -> "Referral":
        """Raises WrongStatus where none is asked for."""
        if self.interpreter != ASKED:
            raise WrongStatus("no interpreter is asked for")
        return replace(self._moved(Action.BOOK_INTERPRETER), interpreter=BOOKED)

    def name_companion(self, goes_along: str) -> "Referral":
        return replace(self._moved(Action.NAME_COMPANION), goes_along=goes_along)

    def move_to_team(self, team_id: UUID | None) -> "Referral":
        return replace(self._moved(Action.MOVE_TO_TEAM), team_id=team_id)

    def report_meeting(self, now: datetime) -> "Referral":
        """The first meeting took place. Raises MeetingStillToCome before its hour."""
        held = self._moved(Action.REPORT_MEETING)
        if self.meets_at is not None and self.meets_at > now:
            raise MeetingStillToCome(str(self.id))
        return replace(held, met_at=self.meets_at or now)

    def start(self) -> "Referral":
        return self._moved(Action.START)

    def pause(self) -> "Referral":
        return self._moved(Action.PAUSE)

    def report_outcome(self, code: str, now: datetime) -> "Referral":
        """Raises MeetingStillToCome before the hour of the meeting."""
        reported = self._moved(Action.REPORT_OUTCOME)
        if self.status == Status.MEETING_PLANNED and self.meets_at is not None and self.meets_at > now:
            raise MeetingStillToCome(str(self.id))
        return replace(reported, outcome=code)

    def say_helped(self, said: Helped, now: datetime) -> "Referral":
        """Raises MeetingStillToCome before the hour of the meeting."""
        if self.status == Status.MEETING_PLANNED and self.meets_at is not None and self.meets_at > now:
            raise MeetingStillToCome(str(self.id))
        return replace(
            self._moved(Action.SAY_HELPED), helped=said.code, helped_told=said.tell_school, helped_by=said.by
        )

    def close(self, now: datetime) -> "Referral":
        return replace(self._moved(Action.CLOSE), ended_at=now)

    def decline(self, code: str, now: datetime) -> "Referral":
        return replace(self._answered(Action.DECLINE, now)._emptied(now), decline_code=code)

    def withdraw(self, now: datetime) -> "Referral":
        return self._moved(Action.WITHDRAW)._emptied(now)

    def end_by_family(self, now: datetime) -> "Referral":
        return self._moved(Action.END_BY_FAMILY)._emptied(now)

    def call_error(self, now: datetime) -> "Referral":
        return self._moved(Action.CALL_ERROR)._emptied(now)

    def recall(self, now: datetime) -> "Referral":
        """The akkoord is over."""
        return self._moved(Action.RECALL)._emptied(now)

    def expire(self, now: datetime) -> "Referral":
        return self._moved(Action.EXPIRE)._emptied(now)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def _moved(self, action: Action, **changes: Any) -> "Referral":
        move = MOVES.get((self.status, action))
        if move is None:
            raise WrongStatus(f"cannot {action} a referral that is {self.status}")
        return replace(self, status=move.to, version=self.version + 1, **changes)

    def _answered(self, action: Action, now: datetime) -> "Referral":
        """Who answers has seen it; the first answer is the one that counts for the term."""
        return self._moved(action, seen_at=self.seen_at or now, answered_at=self.answered_at or now)

    def _emptied(self, now: datetime) -> "Referral":
        """Who goes along and the appointment leave with it: nothing rests on them any more."""
        return replace(
            self._without_hour(), goes_along="", contact=None, place=None, interpreter="", interpreting="", ended_at=now
        )

    def _without_hour(self) -> "Referral":
        if self.meets_at is None:
            return self
        return replace(self, meets_at=None, was_at=self.meets_at, sequence=self.sequence + 1)

    def _resting_on(self, ground: Ground) -> "Referral":
        return replace(self, akkoord_id=ground.akkoord_id, way_back=ground.way_back, shared_until=ground.shared_until)

    def _same_hour(self, appointment: Appointment) -> bool:
        return (self.meets_at, self.interpreting) == (appointment.at, appointment.interpreting)


def _returned(code: str | None) -> str | None:
    return "other" if code == NOT_RETURNED else code
