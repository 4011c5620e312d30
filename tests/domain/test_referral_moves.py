"""A referral goes only where the table of its moves lets it go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from services.referral.domain import (
    MOVES,
    Action,
    Appointment,
    Referral,
    Status,
    Terms,
    WrongStatus,
    working_days_after,
)

NOW = datetime(2026, 9, 4, 9, tzinfo=UTC)  # a Friday
TERMS = Terms(3, 7, 60, "a secret of sixteen")
VISIT = Appointment("Els", datetime(2026, 9, 8, 8, tzinfo=UTC), "Gasthuisstraat 33")


def a_referral(status: Status = Status.DRAFT, goes_along: str = "Mira") -> Referral:
    return Referral(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), "finances", goes_along, status)


def act(referral: Referral, action: Action) -> Referral:
    acts: dict[Action, Callable[[], Referral]] = {
        Action.SEND: lambda: referral.send("brugfiguur", NOW, NOW.date(), TERMS),
        Action.SEE: lambda: referral.see(NOW),
        Action.ACCEPT: lambda: referral.accept(VISIT, NOW),
        Action.DECLINE: lambda: referral.decline("no_room", NOW),
        Action.RECALL: referral.recall,
        Action.NAME_COMPANION: lambda: referral.name_companion("Mira"),
    }
    return acts[action]()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_cell_of_the_table_of_moves_is_kept(status: Status, action: Action) -> None:
    referral = a_referral(status)
    move = MOVES.get((status, action))
    if move is None:
        with pytest.raises(WrongStatus):
            act(referral, action)
    else:
        moved = act(referral, action)
        assert (moved.status, moved.version) == (move.to, referral.version + 1)


def test_nobody_but_the_school_sends_and_nobody_but_the_receiver_answers() -> None:
    who = {(action, one) for (_, action), move in MOVES.items() for one in move.who}
    assert who == {
        (Action.SEND, ("school_staff", "owner")),
        (Action.RECALL, ("school_staff", "owner")),
        (Action.NAME_COMPANION, ("school_staff", "owner")),
        (Action.SEE, ("partner_worker", "receiver")),
        (Action.ACCEPT, ("partner_worker", "receiver")),
        (Action.DECLINE, ("partner_worker", "receiver")),
    }


def test_r6_it_is_warm_only_with_a_name_an_hour_and_someone_who_goes_along() -> None:
    seen = a_referral(Status.SEEN)
    assert not seen.warm
    assert seen.accept(VISIT, NOW).warm
    assert not replace(seen, goes_along="").accept(VISIT, NOW).warm


def test_r8_terms_count_working_days_from_monday_to_friday() -> None:
    assert working_days_after(date(2026, 9, 4), 3) == date(2026, 9, 9)
    sent = a_referral().send("brugfiguur", NOW, NOW.date(), TERMS)
    assert (sent.seen_due, sent.answer_due) == (date(2026, 9, 9), date(2026, 9, 15))


def test_one_answered_without_being_opened_counts_as_seen() -> None:
    assert a_referral(Status.SENT).accept(VISIT, NOW).seen_at == NOW
    assert a_referral(Status.SENT).decline("no_room", NOW).seen_at == NOW


def test_what_is_taken_back_keeps_no_appointment_and_no_companion() -> None:
    recalled = a_referral(Status.SEEN).accept(VISIT, NOW).recall()
    assert (recalled.appointment, recalled.goes_along) == (None, "")
