"""What a referral, an organisation and its room are, and what may happen to them; no framework, no SQL."""

from services.referral.domain.capacity import Asking, Capacity, State
from services.referral.domain.directory import REFERRAL, SCHOOL, Agreement, Membership, Organisation
from services.referral.domain.permits import PERMITS
from services.referral.domain.referral import (
    MOVES,
    OPEN,
    WITH_RECEIVER,
    Action,
    Appointment,
    Move,
    Referral,
    Status,
    Terms,
    working_days_after,
)
from services.referral.domain.refusals import (
    AkkoordNotHereYet,
    AlreadyReferred,
    NoLongerYours,
    WrongStatus,
)

__all__ = [
    "MOVES",
    "OPEN",
    "PERMITS",
    "REFERRAL",
    "SCHOOL",
    "WITH_RECEIVER",
    "Action",
    "Agreement",
    "AkkoordNotHereYet",
    "AlreadyReferred",
    "Appointment",
    "Asking",
    "Capacity",
    "Membership",
    "Move",
    "NoLongerYours",
    "Organisation",
    "Referral",
    "State",
    "Status",
    "Terms",
    "WrongStatus",
    "working_days_after",
]
