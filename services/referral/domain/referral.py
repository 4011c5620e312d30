"""What a referral is and what may happen to it: one table of moves, and who may make them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.referral.domain.refusals import WrongStatus


class Status(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECALLED = "recalled"


OPEN = (Status.DRAFT, Status.SENT, Status.SEEN, Status.ACCEPTED)
WITH_RECEIVER = (Status.SENT, Status.SEEN, Status.ACCEPTED)


class Action(StrEnum):
    SEND = "send"
    SEE = "see"
    ACCEPT = "accept"
    DECLINE = "decline"
    RECALL = "recall"
    NAME_COMPANION = "name_companion"


class Move(NamedTuple):
    """Where an action leads, and who may make it: role and relation to the referral."""

    to: Status
    who: frozenset[tuple[str, str]]


_SCHOOL = frozenset({("school_staff", "owner")})
_RECEIVER = frozenset({("partner_worker", "receiver")})

# The end of an akkoord recalls too; it asks no one (`recall`, by the service itself).
MOVES: Mapping[tuple[Status, Action], Move] = {
    (Status.DRAFT, Action.SEND): Move(Status.SENT, _SCHOOL),
    (Status.SENT, Action.SEE): Move(Status.SEEN, _RECEIVER),
    (Status.SENT, Action.ACCEPT): Move(Status.ACCEPTED, _RECEIVER),
    (Status.SEEN, Action.ACCEPT): Move(Status.ACCEPTED, _RECEIVER),
    (Status.SENT, Action.DECLINE): Move(Status.DECLINED, _RECEIVER),
    (Status.SEEN, Action.DECLINE): Move(Status.DECLINED, _RECEIVER),
    (Status.DRAFT, Action.RECALL): Move(Status.RECALLED, _SCHOOL),
    (Status.SENT, Action.RECALL): Move(Status.RECALLED, _SCHOOL),
    (Status.SEEN, Action.RECALL): Move(Status.RECALLED, _SCHOOL),
    (Status.ACCEPTED, Action.RECALL): Move(Status.RECALLED, _SCHOOL),
    (Status.DRAFT, Action.NAME_COMPANION): Move(Status.DRAFT, _SCHOOL),
    (Status.SENT, Action.NAME_COMPANION): Move(Status.SENT, _SCHOOL),
    (Status.SEEN, Action.NAME_COMPANION): Move(Status.SEEN, _SCHOOL),
    (Status.ACCEPTED, Action.NAME_COMPANION): Move(Status.ACCEPTED, _SCHOOL),
}


class Terms(NamedTuple):
    """What a deployment sets: terms in working days (R8), how old knowledge may be, the secret of pairwise ids."""

    seen_within_days: int
    answered_within_days: int
    freshness_seconds: int
    pairwise_secret: str


class Appointment(NamedTuple):
    """A name, an hour and a place; `at` is in UTC."""

    contact: str
    at: datetime
    place: str


def working_days_after(start: date, days: int) -> date:
    """The date that many working days, Monday to Friday, after `start`."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


@dataclass(frozen=True)
class Referral:
    """From a school to one organisation, resting on one akkoord. `goes_along` is empty while nobody does."""

    id: UUID
    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    to_organisation: UUID
    reason: str
    goes_along: str = ""
    status: Status = Status.DRAFT
    contact: str | None = None
    meets_at: datetime | None = None
    place: str | None = None
    decline_code: str | None = None
    sent_by_function: str = ""
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    seen_due: date | None = None
    answer_due: date | None = None
    version: int = 1

    @property
    def warm(self) -> bool:
        """A name and an hour, and someone goes along (R6)."""
        return self.status == Status.ACCEPTED and bool(self.goes_along)

    @property
    def appointment(self) -> Appointment | None:
        if self.contact is None or self.meets_at is None or self.place is None:
            return None
        return Appointment(self.contact, self.meets_at, self.place)

    def send(self, function: str, now: datetime, today: date, terms: Terms) -> "Referral":
        """`function`: of whoever sends it, since a team answers a function and not a name."""
        return replace(
            self._moved(Action.SEND),
            sent_by_function=function,
            sent_at=now,
            seen_due=working_days_after(today, terms.seen_within_days),
            answer_due=working_days_after(today, terms.answered_within_days),
        )

    def see(self, now: datetime) -> "Referral":
        return replace(self._moved(Action.SEE), seen_at=now)

    def accept(self, appointment: Appointment, now: datetime) -> "Referral":
        return replace(
            self._moved(Action.ACCEPT),
            contact=appointment.contact,
            meets_at=appointment.at,
            place=appointment.place,
            seen_at=self.seen_at or now,
            answered_at=now,
        )

    def decline(self, code: str, now: datetime) -> "Referral":
        return replace(self._moved(Action.DECLINE), decline_code=code, seen_at=self.seen_at or now, answered_at=now)

    def name_companion(self, goes_along: str) -> "Referral":
        return replace(self._moved(Action.NAME_COMPANION), goes_along=goes_along)

    def recall(self) -> "Referral":
        """Who goes along and the appointment leave with it: nothing rests on them any more."""
        return replace(self._moved(Action.RECALL), goes_along="", contact=None, meets_at=None, place=None)

    def _moved(self, action: Action) -> "Referral":
        move = MOVES.get((self.status, action))
        if move is None:
            raise WrongStatus(f"cannot {action} a referral that is {self.status}")
        return replace(self, status=move.to, version=self.version + 1)
