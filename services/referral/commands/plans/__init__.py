"""What a family and its school do with a plan; each is one transaction that holds the plan."""

from services.referral.commands.plans.running import (
    Someone,
    StartWish,
    add_to_plan,
    answer_for_third,
    arrange_plan,
    end,
    end_plan,
    open_to_school,
    review_plan,
    say_yes,
    start_plan,
    tell_outcome,
)
from services.referral.commands.plans.writing import Choice, Target, Writing, choose_text, write_section

__all__ = [
    "Choice",
    "Someone",
    "StartWish",
    "Target",
    "Writing",
    "add_to_plan",
    "answer_for_third",
    "arrange_plan",
    "choose_text",
    "end",
    "end_plan",
    "open_to_school",
    "review_plan",
    "say_yes",
    "start_plan",
    "tell_outcome",
    "write_section",
]
