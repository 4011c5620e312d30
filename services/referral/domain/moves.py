"""Every state of a referral, and one table of the moves between them with who may make them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """In the order in which they are met; from `declined` on it ended before it came round."""

    DRAFT = "draft"
    SENT = "sent"
    SEEN = "seen"
    NEEDS_INFORMATION = "needs_information"
    ACCEPTED = "accepted"
    MEETING_PLANNED = "meeting_planned"
    MEETING_HELD = "meeting_held"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    OUTCOME_REPORTED = "outcome_reported"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED_BY_FAMILY = "ended_by_family"
    RECALLED = "recalled"
    EXPIRED = "expired"
    SENT_IN_ERROR = "sent_in_error"


UNANSWERED = (Status.SENT, Status.SEEN, Status.NEEDS_INFORMATION)
AFTER_THE_HOUR = (Status.MEETING_HELD, Status.IN_PROGRESS, Status.ON_HOLD, Status.OUTCOME_REPORTED)
AFTER_YES = (Status.ACCEPTED, Status.MEETING_PLANNED, *AFTER_THE_HOUR)
WITH_RECEIVER = (*UNANSWERED, *AFTER_YES)
OPEN = (Status.DRAFT, *WITH_RECEIVER)
ENDED_EARLY = (
    Status.DECLINED,
    Status.WITHDRAWN,
    Status.ENDED_BY_FAMILY,
    Status.RECALLED,
    Status.EXPIRED,
    Status.SENT_IN_ERROR,
)
OVER = (Status.CLOSED, *ENDED_EARLY)


class Action(StrEnum):
    SEND = "send"
    SEE = "see"
    ASK_INFORMATION = "ask_information"
    ANSWER_INFORMATION = "answer_information"
    ACCEPT = "accept"
    PLAN_MEETING = "plan_meeting"
    CANCEL_MEETING = "cancel_meeting"
    BOOK_INTERPRETER = "book_interpreter"
    NAME_COMPANION = "name_companion"
    MOVE_TO_TEAM = "move_to_team"
    REPORT_MEETING = "report_meeting"
    START = "start"
    PAUSE = "pause"
    REPORT_OUTCOME = "report_outcome"
    SAY_HELPED = "say_helped"
    CLOSE = "close"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    END_BY_FAMILY = "end_by_family"
    CALL_ERROR = "call_error"
    RECALL = "recall"
    EXPIRE = "expire"


class Move(NamedTuple):
    """Where an action leads, and who may make it: role and relation to the referral. Nobody: Brug itself."""

    to: Status
    who: frozenset[tuple[str, str]]


# Who is in which team is a matter of those who work there.
COLLEAGUES = frozenset({("partner_worker", "receiver")})
SCHOOL = frozenset({("school_staff", "owner")})
# A guest came by a link in a mail, without an account (domain/guests.py): the same moves, one referral.
RECEIVER = frozenset({("partner_worker", "receiver"), ("guest", "receiver")})
PERSON = frozenset({("person", "self")})
ITSELF: frozenset[tuple[str, str]] = frozenset()


def _moves(
    sources: Iterable[Status], action: Action, to: Status | None, who: frozenset[tuple[str, str]]
) -> dict[tuple[Status, Action], Move]:
    """From each of the sources; without `to` the status stays."""
    return {(source, action): Move(to or source, who) for source in sources}


# What the school may do must not depend on what it may not know (R4): its moves run from every state that may
# lie behind the one it sees.
MOVES: Mapping[tuple[Status, Action], Move] = {
    **_moves([Status.DRAFT], Action.SEND, Status.SENT, SCHOOL),
    **_moves([Status.SENT], Action.SEE, Status.SEEN, RECEIVER),
    **_moves([Status.SENT, Status.SEEN], Action.ASK_INFORMATION, Status.NEEDS_INFORMATION, RECEIVER),
    **_moves([Status.NEEDS_INFORMATION], Action.ANSWER_INFORMATION, Status.SEEN, SCHOOL),
    **_moves(UNANSWERED, Action.ACCEPT, Status.ACCEPTED, RECEIVER),
    **_moves(
        [*UNANSWERED, Status.ACCEPTED, Status.MEETING_PLANNED, Status.ON_HOLD],
        Action.PLAN_MEETING,
        Status.MEETING_PLANNED,
        RECEIVER,
    ),
    **_moves([Status.MEETING_PLANNED], Action.CANCEL_MEETING, Status.ACCEPTED, RECEIVER | SCHOOL | PERSON),
    **_moves(AFTER_YES, Action.BOOK_INTERPRETER, None, RECEIVER | SCHOOL),
    **_moves(OPEN, Action.NAME_COMPANION, None, SCHOOL),
    **_moves(WITH_RECEIVER, Action.MOVE_TO_TEAM, None, COLLEAGUES),
    **_moves([Status.ACCEPTED, Status.MEETING_PLANNED], Action.REPORT_MEETING, Status.MEETING_HELD, RECEIVER),
    **_moves([Status.MEETING_HELD, Status.ON_HOLD], Action.START, Status.IN_PROGRESS, RECEIVER),
    **_moves([Status.ACCEPTED, Status.MEETING_HELD, Status.IN_PROGRESS], Action.PAUSE, Status.ON_HOLD, RECEIVER),
    **_moves(AFTER_YES, Action.REPORT_OUTCOME, Status.OUTCOME_REPORTED, RECEIVER),
    **_moves([Status.MEETING_PLANNED, *AFTER_THE_HOUR, Status.CLOSED], Action.SAY_HELPED, None, PERSON),
    **_moves(AFTER_YES, Action.CLOSE, Status.CLOSED, SCHOOL),
    **_moves([*UNANSWERED, Status.ACCEPTED, Status.MEETING_PLANNED], Action.DECLINE, Status.DECLINED, RECEIVER),
    **_moves(OPEN, Action.WITHDRAW, Status.WITHDRAWN, SCHOOL),
    **_moves(WITH_RECEIVER, Action.END_BY_FAMILY, Status.ENDED_BY_FAMILY, PERSON | SCHOOL),
    **_moves(WITH_RECEIVER, Action.CALL_ERROR, Status.SENT_IN_ERROR, SCHOOL),
    **_moves(OPEN, Action.RECALL, Status.RECALLED, ITSELF),
    **_moves(UNANSWERED, Action.EXPIRE, Status.EXPIRED, ITSELF),
}


def told_to_school(status: Status, way_back: Iterable[str], *, met: bool, planned: bool) -> Status:
    """What the school is told of it (R4): all, that the first meeting took place, or neither.

    `met`: the receiver said that they met. `planned`: an hour was given, which the school knows, since it goes along.
    """
    allowed = frozenset(way_back)
    if status not in AFTER_THE_HOUR or "outcome" in allowed:
        return status
    if met and "first_meeting" in allowed:
        return Status.MEETING_HELD
    return Status.MEETING_PLANNED if planned else Status.ACCEPTED
