"""One function per thing a person can do; one transaction each."""

from services.referral.commands.capacity import Answer, answer_question, ask_room, new_asking, state_capacity
from services.referral.commands.directory import (
    describe_organisation,
    end_membership,
    grant_membership,
    register_agreement,
)
from services.referral.commands.endings import (
    call_error,
    close_referral,
    decline_referral,
    end_by_family,
    withdraw_referral,
)
from services.referral.commands.meetings import (
    accept_referral,
    book_interpreter,
    cancel_meeting,
    plan_meeting,
    report_meeting,
    take_on_referral,
)
from services.referral.commands.progress import pause_help, report_outcome, say_helped, start_help
from services.referral.commands.referrals import (
    DraftWish,
    InformationAnswer,
    answer_information,
    ask_information,
    draft_referral,
    name_companion,
    see_referral,
    send_referral,
)
from services.referral.commands.steps import Target
from services.referral.commands.tasks import TaskTarget, finish_task, put_off_task

__all__ = [
    "Answer",
    "DraftWish",
    "InformationAnswer",
    "Target",
    "TaskTarget",
    "accept_referral",
    "answer_information",
    "answer_question",
    "ask_information",
    "ask_room",
    "book_interpreter",
    "call_error",
    "cancel_meeting",
    "close_referral",
    "decline_referral",
    "describe_organisation",
    "draft_referral",
    "end_by_family",
    "end_membership",
    "finish_task",
    "grant_membership",
    "name_companion",
    "new_asking",
    "pause_help",
    "plan_meeting",
    "put_off_task",
    "register_agreement",
    "report_meeting",
    "report_outcome",
    "say_helped",
    "see_referral",
    "send_referral",
    "start_help",
    "state_capacity",
    "take_on_referral",
    "withdraw_referral",
]
