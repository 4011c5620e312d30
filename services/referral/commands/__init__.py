"""One function per thing a person can do; one transaction each."""

from services.referral.commands.capacity import Answer, answer_question, ask_room, new_asking, state_capacity
from services.referral.commands.directory import (
    describe_organisation,
    end_membership,
    grant_membership,
    register_agreement,
)
from services.referral.commands.referrals import (
    DraftWish,
    Target,
    accept_referral,
    decline_referral,
    draft_referral,
    name_companion,
    recall_referral,
    see_referral,
    send_referral,
)

__all__ = [
    "Answer",
    "DraftWish",
    "Target",
    "accept_referral",
    "answer_question",
    "ask_room",
    "decline_referral",
    "describe_organisation",
    "draft_referral",
    "end_membership",
    "grant_membership",
    "name_companion",
    "new_asking",
    "recall_referral",
    "register_agreement",
    "see_referral",
    "send_referral",
    "state_capacity",
]
