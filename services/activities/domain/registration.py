"""A seat at one occurrence: with a name where the person said yes, without one otherwise."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.refusals import Refusal

MOST_CHILDREN = 12


class Way(StrEnum):
    """`anonymous`: a seat that nobody can put a name to. `drop_in`: somebody comes, nobody knows who (R12)."""

    NAMED = "named"
    ANONYMOUS = "anonymous"
    DROP_IN = "drop_in"


class Status(StrEnum):
    REGISTERED = "registered"
    CANCELLED = "cancelled"


MOVES: frozenset[tuple[Status, str, str, Status]] = frozenset(  # (from, move, who, to)
    {
        (Status.REGISTERED, "cancel", "person", Status.CANCELLED),
        (Status.REGISTERED, "cancel", "anyone", Status.CANCELLED),
        (Status.REGISTERED, "cancel", "worker", Status.CANCELLED),
    }
)


class Full(Refusal):
    """Every seat is taken: 'volzet'."""


class Past(Refusal):
    """It is over, or has begun."""


class NotKnownYet(Refusal):
    """The person, or the key of the family's file, has not arrived here yet: 'even geduld'."""


class FileErased(Refusal):
    """The family's file was erased: no name can be given any more."""


class NamesNotAsked(Refusal):
    """A drop-in has no names (R12)."""


class AlreadyOver(Refusal):
    """This registration was cancelled before."""


@dataclass(frozen=True)
class Who:
    """The person of a named registration and the file that the name comes from."""

    person_id: UUID
    family_id: UUID
    owner_organisation: UUID


class SeatWish(NamedTuple):
    """`yes`: the organiser may know name and language; `lang` is the language in which that was asked (R2)."""

    occurrence_id: UUID
    children: int = 0
    interpreter: str | None = None
    yes: bool = False
    lang: str = "nl"


@dataclass(frozen=True)
class Registration:
    """`children` come along; `interpreter` is the language asked for; `lang` the one that the question was in."""

    id: UUID
    occurrence_id: UUID
    activity_id: UUID
    organiser: UUID
    way: Way
    said_at: datetime
    lang: str
    children: int = 0
    interpreter: str | None = None
    who: Who | None = None
    status: Status = Status.REGISTERED
    version: int = 1

    def cancel(self, by: str) -> "Registration":
        for origin, move, who, target in MOVES:
            if (origin, move, who) == (self.status, "cancel", by):
                return replace(self, status=target, version=self.version + 1)
        raise AlreadyOver(str(self.id))


def take_a_seat(seats: int | None, taken: int) -> int:
    """How many seats are taken with one more adult; children sit on a lap or play. Raises Full."""
    if seats is not None and taken >= seats:
        raise Full
    return taken + 1
