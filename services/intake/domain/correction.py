"""'Dit klopt niet': a person asks the school to put something right, and gets an answer within a term (GDPR 12, 16)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.refusals import Refusal, Stale

LONGEST_WORDS = 2000


class AlreadyAnswered(Refusal):
    """It has its answer already, or was withdrawn."""


class ReasonMissing(Refusal):
    """What is not changed needs a reason that the person can read (GDPR 12.4)."""


class TooManyOpen(Refusal):
    """So many wait for an answer already that one more would help nobody."""


class NotKnownThing(Refusal):
    """The file holds no such thing that this person may read."""


class Status(StrEnum):
    ASKED = "asked"
    ADJUSTED = "adjusted"
    NOT_ADJUSTED = "not_adjusted"
    WITHDRAWN = "withdrawn"


class Mover(StrEnum):
    PERSON = "person"
    SCHOOL = "school"


MOVES: Mapping[tuple[Status, Status], frozenset[Mover]] = {
    (Status.ASKED, Status.ADJUSTED): frozenset({Mover.SCHOOL}),
    (Status.ASKED, Status.NOT_ADJUSTED): frozenset({Mover.SCHOOL}),
    (Status.ASKED, Status.WITHDRAWN): frozenset({Mover.PERSON}),
}


@dataclass(frozen=True)
class Thing:
    """What a correction is about: a code of `file_things`, whose it is, and which one where there are several."""

    code: str
    about: UUID
    item: UUID | None = None

    @property
    def name(self) -> str:
        """As it travels in addresses and forms."""
        return ":".join(str(part) for part in (self.code, self.about, self.item) if part)

    @classmethod
    def named(cls, name: str) -> "Thing":
        """Raises NotKnownThing."""
        try:
            code, about, item = (*name.split(":"), "")[:3]
            return cls(code, UUID(about), UUID(item) if item else None)
        except (ValueError, TypeError) as error:
            raise NotKnownThing(name[:40]) from error


@dataclass(frozen=True)
class Correction:
    """`held` is as `domain.knowledge` has it, `choice` of list `correction_choices`, `answer` the school's words."""

    id: UUID
    family_id: UUID
    owner_organisation: UUID
    asked_by: UUID
    about: UUID
    thing: str
    item: UUID | None
    held: Any
    choice: str
    words: str
    lang: str
    asked_at: datetime
    due_on: date
    status: Status = Status.ASKED
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    answer: str = ""
    version: int = 1

    def answered(self, reply: "Reply", by: UUID, at: datetime) -> "Correction":
        """Raises Stale, AlreadyAnswered or ReasonMissing."""
        if reply.version != self.version:
            raise AlreadyAnswered(str(self.id)) if self.status != Status.ASKED else Stale(str(self.id))
        after = self._moved(reply.to, Mover.SCHOOL, at)
        if reply.to == Status.NOT_ADJUSTED and not reply.words:
            raise ReasonMissing(str(self.id))
        return replace(after, answered_by=by, answer=reply.words)

    def withdrawn(self, at: datetime) -> "Correction":
        """Raises AlreadyAnswered."""
        return self._moved(Status.WITHDRAWN, Mover.PERSON, at)

    def _moved(self, to: Status, by: Mover, at: datetime) -> "Correction":
        if self.status != Status.ASKED:
            raise AlreadyAnswered(str(self.id))
        if by not in MOVES.get((Status(self.status), to), frozenset()):
            raise ValueError(f"{by} does not make a correction {to}")
        return replace(self, status=to, answered_at=at, version=self.version + 1)


@dataclass(frozen=True)
class Reply:
    """What the school says: 'aangepast', or 'niet aangepast' and why."""

    to: Status
    words: str
    version: int


@dataclass(frozen=True)
class Doubt:
    """What the person says is not right."""

    thing: Thing
    choice: str
    words: str
    lang: str
