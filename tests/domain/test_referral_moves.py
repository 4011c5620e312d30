"""A referral goes only where the table of its moves lets it go, and the school is told only what may go back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.referral.domain import (
    AFTER_THE_HOUR,
    MOVES,
    OPEN,
    OVER,
    PERMITS,
    UNANSWERED,
    Action,
    Appointment,
    Ground,
    Helped,
    MeetingOver,
    MeetingStillToCome,
    Referral,
    Sender,
    Status,
    Terms,
    WrongStatus,
)
from services.referral.domain.moves import COLLEAGUES, ITSELF, PERSON, RECEIVER, SCHOOL

NOW = datetime(2026, 9, 4, 9, tzinfo=UTC)  # a Friday
TERMS = Terms(3, 7, 60, "a secret of sixteen")
VISIT = Appointment("Els", datetime(2026, 9, 8, 8, tzinfo=UTC), "Gasthuisstraat 33")
AFTERWARDS = VISIT.at + timedelta(days=1)
GROUND = Ground(uuid4(), ("first_meeting",), date(2027, 1, 1))
SENDER = Sender(uuid4(), "brugfiguur")


def a_referral(status: Status = Status.DRAFT, goes_along: str = "Mira", **more: Any) -> Referral:
    return Referral(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), "finances", goes_along, status, **more)


def act(referral: Referral, action: Action, now: datetime = AFTERWARDS) -> Referral:
    acts: dict[Action, Callable[[], Referral]] = {
        Action.SEND: lambda: referral.send(SENDER, now, now.date(), TERMS),
        Action.SEE: lambda: referral.see(now),
        Action.ASK_INFORMATION: lambda: referral.ask_information("question", now),
        Action.ANSWER_INFORMATION: lambda: referral.answer_information("added", GROUND, now.date(), TERMS),
        Action.ACCEPT: lambda: referral.accept("Els", now),
        Action.PLAN_MEETING: lambda: referral.plan_meeting(VISIT, now),
        Action.CANCEL_MEETING: lambda: referral.cancel_meeting(now),
        Action.BOOK_INTERPRETER: referral.book_interpreter,
        Action.NAME_COMPANION: lambda: referral.name_companion("Mira"),
        Action.MOVE_TO_TEAM: lambda: referral.move_to_team(uuid4()),
        Action.REPORT_MEETING: lambda: referral.report_meeting(now),
        Action.START: referral.start,
        Action.PAUSE: referral.pause,
        Action.REPORT_OUTCOME: lambda: referral.report_outcome("helped", now),
        Action.SAY_HELPED: lambda: referral.say_helped(Helped("helped", tell_school=False), now),
        Action.CLOSE: lambda: referral.close(now),
        Action.DECLINE: lambda: referral.decline("no_room", now),
        Action.WITHDRAW: lambda: referral.withdraw(now),
        Action.END_BY_FAMILY: lambda: referral.end_by_family(now),
        Action.CALL_ERROR: lambda: referral.call_error(now),
        Action.RECALL: lambda: referral.recall(now),
        Action.EXPIRE: lambda: referral.expire(now),
    }
    return acts[action]()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_cell_of_the_table_of_moves_is_kept(status: Status, action: Action) -> None:
    referral = a_referral(status, interpreter="asked")
    move = MOVES.get((status, action))
    if move is None:
        with pytest.raises(WrongStatus):
            act(referral, action)
    else:
        moved = act(referral, action)
        assert (moved.status, moved.version) == (move.to, referral.version + 1)


def test_every_action_is_made_by_one_side_that_the_table_names() -> None:
    who = {action: move.who for (_, action), move in MOVES.items()}
    sides = {
        SCHOOL: {"send", "answer_information", "name_companion", "close", "withdraw", "call_error"},
        RECEIVER: {"see", "ask_information", "accept", "plan_meeting", "report_meeting", "start", "pause"}
        | {"report_outcome", "decline"},
        COLLEAGUES: {"move_to_team"},
        PERSON: {"say_helped"},
        PERSON | SCHOOL: {"end_by_family"},
        RECEIVER | SCHOOL: {"book_interpreter"},
        PERSON | SCHOOL | RECEIVER: {"cancel_meeting"},
        ITSELF: {"recall", "expire"},
    }
    assert {side: {str(action) for action, by in who.items() if by == side} for side in sides} == sides
    assert set(who) == set(Action)
    assert not {row for row in PERMITS if row[2] in ("referral.recall", "referral.expire")}


def test_from_every_state_under_way_it_can_end_and_from_no_end_does_it_go_on() -> None:
    for status in OPEN:
        reached = {move.to for (source, _), move in MOVES.items() if source == status}
        assert reached & set(OVER), status
    for status in OVER:
        assert {move.to for (source, _), move in MOVES.items() if source == status} <= {status}


def test_r4_what_the_school_may_do_does_not_tell_what_it_may_not_know() -> None:
    """Whatever truly is the state behind the one it is told, the same of its steps are refused."""
    behind = [a_referral(one, meets_at=VISIT.at) for one in (Status.MEETING_PLANNED, *AFTER_THE_HOUR)]
    assert {one.told for one in behind} == {Status.MEETING_PLANNED}
    own = {action for (_, action), move in MOVES.items() if move.who >= SCHOOL}
    for action in own - {Action.CANCEL_MEETING}:
        assert len({(one.status, action) in MOVES for one in behind}) == 1, action
    for one in behind:  # the hour is over, which the school knows by itself
        with pytest.raises(MeetingOver):
            act(one, Action.CANCEL_MEETING)


@pytest.mark.parametrize(
    ("way_back", "told"),
    [
        (("outcome",), ["meeting_held", "in_progress", "on_hold", "outcome_reported"]),
        (("first_meeting",), ["meeting_held"] * 4),
        (("nothing",), ["meeting_planned"] * 4),
    ],
)
def test_r4_the_school_is_told_what_the_person_lets_go_back(way_back: tuple[str, ...], told: list[str]) -> None:
    truly = [a_referral(one, way_back=way_back, meets_at=VISIT.at, met_at=VISIT.at) for one in AFTER_THE_HOUR]
    assert [str(one.told) for one in truly] == told


def test_r4_how_it_ended_goes_back_only_where_that_was_chosen() -> None:
    ended = a_referral(Status.OUTCOME_REPORTED, outcome="helped", way_back=("first_meeting",))
    assert ended.told_outcome is None
    assert replace(ended, way_back=("outcome",)).told_outcome == "helped"


def test_r4_that_somebody_was_not_eligible_never_goes_back() -> None:
    assert a_referral(Status.SEEN).decline("not_eligible", NOW).told_decline == "other"
    ended = a_referral(Status.IN_PROGRESS, way_back=("outcome",)).report_outcome("not_eligible", NOW)
    assert ended.told_outcome == "other"


def test_r4_whether_it_helped_is_told_to_the_school_only_where_the_person_says_so() -> None:
    held = a_referral(Status.MEETING_HELD)
    assert held.say_helped(Helped("a_bit", tell_school=False), NOW).told_helped is None
    assert held.say_helped(Helped("a_bit", tell_school=True), NOW).told_helped == "a_bit"


def test_r6_it_is_warm_only_with_a_name_an_hour_and_someone_who_goes_along() -> None:
    seen = a_referral(Status.SEEN)
    assert not seen.warm
    assert not seen.accept("Els", NOW).warm
    assert seen.plan_meeting(VISIT, NOW).warm
    assert not replace(seen, goes_along="").plan_meeting(VISIT, NOW).warm
    assert not seen.plan_meeting(VISIT, NOW).cancel_meeting(NOW).warm


def test_r8_terms_count_belgian_working_days() -> None:
    sent = a_referral().send(SENDER, NOW, NOW.date(), TERMS)
    assert (sent.seen_due, sent.answer_due) == (date(2026, 9, 9), date(2026, 9, 15))
    all_saints = a_referral().send(SENDER, NOW, date(2026, 10, 30), TERMS)  # the Friday before 1 and 11 November
    assert (all_saints.seen_due, all_saints.answer_due) == (date(2026, 11, 4), date(2026, 11, 10))
    christmas = a_referral().send(SENDER, NOW, date(2026, 12, 24), TERMS)
    assert christmas.seen_due == date(2026, 12, 30)


def test_r8_a_question_of_the_receiver_stops_the_clock_until_the_school_answers() -> None:
    asked = a_referral(Status.SEEN, answer_due=date(2026, 9, 15)).ask_information("question", NOW)
    answered = asked.answer_information("ask_parent", GROUND, date(2026, 9, 14), TERMS)
    assert (answered.status, answered.answer_due) == (Status.SEEN, date(2026, 9, 23))


@pytest.mark.parametrize("status", UNANSWERED)
def test_one_answered_without_being_opened_counts_as_seen(status: Status) -> None:
    assert a_referral(status).plan_meeting(VISIT, NOW).seen_at == NOW
    assert a_referral(status).decline("no_room", NOW).seen_at == NOW


@pytest.mark.parametrize("end", ["recall", "withdraw", "end_by_family", "call_error"])
def test_what_ends_early_keeps_no_appointment_and_no_companion(end: str) -> None:
    ended = getattr(a_referral(Status.SEEN).plan_meeting(VISIT, NOW), end)(NOW)
    assert (ended.appointment, ended.goes_along, ended.interpreter) == (None, "", "")
    assert ended.was_at == VISIT.at, "a calendar that holds the hour must learn that it is off"


def test_another_hour_counts_on_and_asks_for_the_interpreter_anew() -> None:
    wish = VISIT._replace(interpreting="professional_phone")
    planned = a_referral(Status.SEEN).plan_meeting(wish, NOW)
    assert (planned.sequence, planned.interpreter) == (0, "asked")
    booked = planned.book_interpreter()
    assert booked.plan_meeting(wish, NOW).interpreter == "booked", "the same hour keeps its interpreter"
    moved = booked.plan_meeting(wish._replace(at=wish.at + timedelta(days=1)), NOW)
    assert (moved.sequence, moved.interpreter) == (1, "asked")
    assert moved.cancel_meeting(NOW).sequence == 2


def test_an_interpreter_that_nobody_asked_for_is_not_booked() -> None:
    with pytest.raises(WrongStatus):
        a_referral(Status.SEEN).plan_meeting(VISIT, NOW).book_interpreter()


def test_nobody_says_how_a_meeting_went_before_its_hour() -> None:
    planned = a_referral(Status.SEEN).plan_meeting(VISIT, NOW)
    with pytest.raises(MeetingStillToCome):
        planned.report_meeting(NOW)
    with pytest.raises(MeetingStillToCome):
        planned.say_helped(Helped("helped", tell_school=True), NOW)
    assert planned.report_meeting(AFTERWARDS).met_at == VISIT.at


def test_an_hour_that_has_come_is_not_called_off_any_more() -> None:
    with pytest.raises(MeetingOver):
        a_referral(Status.SEEN).plan_meeting(VISIT, NOW).cancel_meeting(AFTERWARDS)
