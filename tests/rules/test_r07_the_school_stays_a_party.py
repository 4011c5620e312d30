"""R7: every end makes the task 'praat met de ouder', which may end with 'ouder wil dit niet'; the family can end it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral import commands, timers
from services.referral.domain import ENDED_EARLY, Status, TalkFirst
from services.referral.views import referrals, tasks
from shared import clock
from tests.builders.referral import Town, Yes


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def talks(town: Town, state: str = "open") -> list[tasks.Listed]:
    return [one for one in town.tasks(town.mira) if one.kind == "talk_with_parent" and one.state == state]


def _expired(town: Town, yes: Yes) -> None:
    town.sent(yes)
    with clock.fixed(clock.now() + timedelta(days=60)):
        timers.look_at_terms(town.worker)


def _stopped(town: Town, yes: Yes) -> None:
    town.accepted(yes)
    town.stop(yes)


def _by(step: Callable[..., Any]) -> Callable[[Town, Yes], None]:
    def end(town: Town, yes: Yes) -> None:
        referral_id = town.accepted(yes)
        actor = town.person(yes) if step is commands.end_by_family else town.mira
        step(town.web, actor, town.target(referral_id, actor))

    return end


ENDS: dict[Status, Callable[[Town, Yes], Any]] = {
    Status.DECLINED: lambda town, yes: town.declined(yes),
    Status.WITHDRAWN: _by(commands.withdraw_referral),
    Status.SENT_IN_ERROR: _by(commands.call_error),
    Status.ENDED_BY_FAMILY: _by(commands.end_by_family),
    Status.RECALLED: _stopped,
    Status.EXPIRED: _expired,
}


def test_r7_every_early_end_is_among_these() -> None:
    assert set(ENDS) == set(ENDED_EARLY)


@pytest.mark.parametrize("way_back", ["nothing", "first_meeting", "outcome"])
@pytest.mark.parametrize("status", ENDS)
def test_r7_every_end_makes_the_talk_which_may_end_with_a_no(town: Town, status: Status, way_back: str) -> None:
    ENDS[status](town, town.yes(way_back=[way_back]))
    [talk] = talks(town)
    assert talk.status == status
    assert talk.due_on <= clock.today() + timedelta(days=80)
    commands.finish_task(town.web, town.mira, commands.TaskTarget(talk.id, talk.version), "parent_declined")
    assert talks(town) == []
    assert tasks.task(town.web, town.mira, talk.id).result == "parent_declined"


def test_r7_a_draft_that_never_left_asks_for_no_talk(town: Town) -> None:
    referral_id = town.draft()
    commands.withdraw_referral(town.web, town.mira, town.target(referral_id))
    assert town.tasks(town.mira) == []


@pytest.mark.parametrize("talk", ["talked", "parent_declined"])
@pytest.mark.parametrize("way_back", ["nothing", "outcome"])
def test_r7_it_comes_round_only_after_the_talk(town: Town, talk: str, way_back: str) -> None:
    referral_id = town.met(town.yes(way_back=[way_back]))
    at = town.target(referral_id, town.mira)
    with pytest.raises(TalkFirst):
        commands.close_referral(town.web, town.mira, at)
    assert referrals.own(town.web, town.mira, referral_id).is_open, "nothing was written"
    commands.close_referral(town.web, town.mira, at, talk)
    assert referrals.own(town.web, town.mira, referral_id).status == Status.CLOSED
    assert talks(town) == []


@pytest.mark.parametrize(("way_back", "days"), [("outcome", 0), ("first_meeting", 0), ("nothing", 30)])
def test_r7_the_talk_after_a_meeting_comes_when_the_school_may_know_of_it(town: Town, way_back: str, days: int) -> None:
    """R4: where nothing goes back, it comes some time after the yes, whether they met or not."""
    town.met(town.yes(way_back=[way_back]))
    assert len(talks(town)) == (days == 0)
    with clock.fixed(clock.now() + timedelta(days=days)):
        timers.look_at_terms(town.worker)
        assert len(talks(town)) == 1


@pytest.mark.parametrize("until", ["sent", "asked", "taken_on", "accepted", "met"])
def test_r7_the_family_can_end_it_at_any_time_without_a_word(town: Town, until: str) -> None:
    yes = town.yes()
    referral_id: UUID = getattr(town, until)(yes)
    amal = town.person(yes)
    commands.end_by_family(town.web, amal, town.target(referral_id, amal))
    assert referrals.own(town.web, town.mira, referral_id).status == Status.ENDED_BY_FAMILY
    assert len(talks(town)) == 1


def test_r7_the_talk_is_asked_once_however_often_the_day_comes(town: Town) -> None:
    town.declined()
    for days in (0, 1, 30):
        with clock.fixed(clock.now() + timedelta(days=days)):
            timers.look_at_terms(town.worker)
            assert len(talks(town)) == 1
