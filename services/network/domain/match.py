"""One parent and one helper, proposed to each other: two yeses make a match, one no ends the proposal (R16)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.refusals import Refusal, Stale


class Status(StrEnum):
    PROPOSED = "proposed"
    MADE = "made"
    DECLINED = "declined"
    ENDED = "ended"


class Answer(StrEnum):
    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


class Party(StrEnum):
    PERSON = "person"
    HELPER = "helper"
    WORKER = "worker"


class Move(StrEnum):
    """`first_yes`: the other has not said yes yet; `second_yes`: the other has."""

    FIRST_YES = "first_yes"
    SECOND_YES = "second_yes"
    NO = "no"
    END = "end"


class Row(NamedTuple):
    source: Status
    move: Move
    by: Party
    target: Status


MOVES: frozenset[Row] = frozenset(
    {
        Row(Status.PROPOSED, Move.FIRST_YES, Party.PERSON, Status.PROPOSED),
        Row(Status.PROPOSED, Move.FIRST_YES, Party.HELPER, Status.PROPOSED),
        Row(Status.PROPOSED, Move.SECOND_YES, Party.PERSON, Status.MADE),
        Row(Status.PROPOSED, Move.SECOND_YES, Party.HELPER, Status.MADE),
        Row(Status.PROPOSED, Move.NO, Party.PERSON, Status.DECLINED),
        Row(Status.PROPOSED, Move.NO, Party.HELPER, Status.DECLINED),
        Row(Status.MADE, Move.END, Party.PERSON, Status.ENDED),
        Row(Status.MADE, Move.END, Party.HELPER, Status.ENDED),
        # An akkoord that ended takes the match along.
        Row(Status.MADE, Move.END, Party.WORKER, Status.ENDED),
    }
)


class WrongMove(Refusal):
    """The match is not in a state that allows this: somebody answered already, or it is over."""


class NoLongerYours(Refusal):
    """What a helper could open is over; it is closed again, old link and back button included (R24)."""


class Said(NamedTuple):
    """The person's yes: when, and in which language it was explained (R2)."""

    at: datetime
    lang: str


@dataclass(frozen=True)
class Match:
    """`owner_organisation` owns the family's file; `helper_organisation` receives what the person's yes shares."""

    id: UUID
    request_id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    helper_id: UUID
    helper_organisation: UUID
    helper_staff: UUID
    reasons: tuple[str, ...]
    status: Status = Status.PROPOSED
    helper_answer: Answer = Answer.UNKNOWN
    parent_answer: Answer = Answer.UNKNOWN
    said: Said | None = None
    version: int = 1

    def answer_of(self, party: Party) -> Answer:
        return self.parent_answer if party == Party.PERSON else self.helper_answer

    def seen_version(self, party: Party) -> int:
        return seen_version(self.status, self.answer_of(party))

    def demand_seen(self, party: Party, version: int) -> None:
        """Refuse what was decided on another state than this; raises Stale."""
        if version != self.seen_version(party):
            raise Stale(str(self.id))

    def yes_of_person(self, said: Said) -> "Match":
        """The person says yes to the helper and to what the helper's organisation gets."""
        return replace(self._yes(Party.PERSON, self.helper_answer), parent_answer=Answer.YES, said=said)

    def yes_of_helper(self) -> "Match":
        return replace(self._yes(Party.HELPER, self.parent_answer), helper_answer=Answer.YES)

    def no(self, by: Party) -> "Match":
        """No reason is asked. A yes that was given is gone with it."""
        declined = self._move(Move.NO, by)
        if by == Party.PERSON:
            return replace(declined, parent_answer=Answer.NO, said=None)
        return replace(declined, helper_answer=Answer.NO)

    def end(self, by: Party) -> "Match":
        return self._move(Move.END, by)

    def _yes(self, by: Party, others: Answer) -> "Match":
        if self.answer_of(by) != Answer.UNKNOWN:
            raise WrongMove(str(self.id))
        return self._move(Move.SECOND_YES if others == Answer.YES else Move.FIRST_YES, by)

    def _move(self, move: Move, by: Party) -> "Match":
        for row in MOVES:
            if (row.source, row.move, row.by) == (self.status, move, by):
                return replace(self, status=row.target, version=self.version + 1)
        raise WrongMove(str(self.id))


def seen_version(status: Status, own_answer: str) -> int:
    """The version that a party's page carries.

    The other's answer does not move it while the proposal stands: that would betray the answer, and refuse
    a yes only because two people answered at once.
    """
    if status in (Status.DECLINED, Status.ENDED):
        return 4
    if status == Status.MADE:
        return 3
    return 1 if own_answer == Answer.UNKNOWN else 2
