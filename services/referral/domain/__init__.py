"""What a referral, an organisation and its room are, and what may happen to them; no framework, no SQL."""

from services.referral.domain.capacity import Asking, Capacity, State
from services.referral.domain.directory import REFERRAL, SCHOOL, Agreement, Membership, Organisation
from services.referral.domain.moves import (
    AFTER_THE_HOUR,
    AFTER_YES,
    ENDED_EARLY,
    MOVES,
    OPEN,
    OVER,
    UNANSWERED,
    WITH_RECEIVER,
    Action,
    Move,
    Status,
    told_to_school,
)
from services.referral.domain.permits import PERMITS
from services.referral.domain.referral import Appointment, Ground, Helped, Referral, Sender
from services.referral.domain.refusals import (
    AkkoordNotHereYet,
    AlreadyReferred,
    MeetingOver,
    MeetingStillToCome,
    NoLongerYours,
    TalkFirst,
    WrongStatus,
)
from services.referral.domain.sides import counted, version_for
from services.referral.domain.tasks import (
    BY_HAND,
    FOR_RECEIVER,
    RULES,
    Kind,
    Task,
    Wanted,
    is_expired,
    next_look,
    task_id,
    wanted,
)
from services.referral.domain.tasks import State as TaskState
from services.referral.domain.terms import Terms

__all__ = [
    "AFTER_THE_HOUR",
    "AFTER_YES",
    "BY_HAND",
    "ENDED_EARLY",
    "FOR_RECEIVER",
    "MOVES",
    "OPEN",
    "OVER",
    "PERMITS",
    "REFERRAL",
    "RULES",
    "SCHOOL",
    "UNANSWERED",
    "WITH_RECEIVER",
    "Action",
    "Agreement",
    "AkkoordNotHereYet",
    "AlreadyReferred",
    "Appointment",
    "Asking",
    "Capacity",
    "Ground",
    "Helped",
    "Kind",
    "MeetingOver",
    "MeetingStillToCome",
    "Membership",
    "Move",
    "NoLongerYours",
    "Organisation",
    "Referral",
    "Sender",
    "State",
    "Status",
    "TalkFirst",
    "Task",
    "TaskState",
    "Terms",
    "Wanted",
    "WrongStatus",
    "counted",
    "is_expired",
    "next_look",
    "task_id",
    "told_to_school",
    "version_for",
    "wanted",
]
