"""One function per thing a person can do; one transaction each."""

from services.network.commands.board import publish_board
from services.network.commands.helpers import SignUp, change_helper, sign_up_helper
from services.network.commands.matches import Yes, end_match, say_no, say_yes
from services.network.commands.requests import ask_for_someone, withdraw_request
from services.network.commands.rounds import (
    Outcome,
    follow_up_a_no,
    propose,
    propose_all,
    set_weights,
    start_round,
    take_a_step,
)

__all__ = [
    "Outcome",
    "SignUp",
    "Yes",
    "ask_for_someone",
    "change_helper",
    "end_match",
    "follow_up_a_no",
    "propose",
    "propose_all",
    "publish_board",
    "say_no",
    "say_yes",
    "set_weights",
    "sign_up_helper",
    "start_round",
    "take_a_step",
    "withdraw_request",
]
