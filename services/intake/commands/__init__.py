"""One function per thing a person can do; one transaction each."""

from services.intake.commands.consent import grant_akkoord, sign_texts, stop_akkoord
from services.intake.commands.contacts import note_contact, set_goal
from services.intake.commands.corrections import answer_correction, ask_correction, withdraw_correction
from services.intake.commands.family import Objection, change_file, note_objection, open_file, set_safety
from services.intake.commands.handing import hand_over, know_colleague
from services.intake.commands.signin import Entered, enter_with_code, enter_with_token, make_code

__all__ = [
    "Entered",
    "Objection",
    "answer_correction",
    "ask_correction",
    "change_file",
    "enter_with_code",
    "enter_with_token",
    "grant_akkoord",
    "hand_over",
    "know_colleague",
    "make_code",
    "note_contact",
    "note_objection",
    "open_file",
    "set_goal",
    "set_safety",
    "sign_texts",
    "stop_akkoord",
    "withdraw_correction",
]
