"""R8: seen within 3 working days, answered within 7, as Belgium works; a reminder, alternatives, an end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.referral import commands, timers
from services.referral.domain import Kind, Status
from services.referral.views import directory, referrals, tasks
from shared import clock, working_days
from tests.builders.referral import Town, Yes


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def on(day: date, hour: int = 10) -> Any:
    return clock.fixed(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sent", "seen_by", "why"),
    [
        (date(2026, 9, 7), date(2026, 9, 10), "an ordinary week"),
        (date(2026, 9, 4), date(2026, 9, 9), "over a weekend"),
        (date(2026, 9, 5), date(2026, 9, 9), "on a Saturday"),
        (date(2026, 4, 2), date(2026, 4, 8), "Easter Monday, 6 April; Good Friday is a working day"),
        (date(2026, 4, 29), date(2026, 5, 5), "1 May"),
        (date(2026, 5, 13), date(2026, 5, 19), "Ascension Day, 14 May; the bridge day after it is a working day"),
        (date(2026, 5, 22), date(2026, 5, 28), "Whit Monday, 25 May"),
        (date(2026, 7, 20), date(2026, 7, 24), "21 July"),
        (date(2026, 11, 10), date(2026, 11, 16), "11 November"),
        (date(2026, 12, 23), date(2026, 12, 29), "Christmas"),
        (date(2026, 12, 30), date(2027, 1, 5), "New Year"),
    ],
)
def test_r8_terms_count_belgian_working_days(town: Town, sent: date, seen_by: date, why: str) -> None:
    assert town.terms.seen_due(sent) == seen_by, why
    assert working_days.before(seen_by, 3) <= sent, "and back again"


def test_r8_the_defaults_are_three_and_seven(town: Town) -> None:
    assert (town.terms.seen_within_days, town.terms.answered_within_days) == (3, 7)


def test_r8_a_reminder_then_alternatives_then_the_end(town: Town) -> None:
    """Sent on 29 April: 1 May is none, so it is late on 6 May, the school chooses on 8 May, it is over on 28 May."""
    town.partner("Sociaal huis Mortsel")
    with on(date(2026, 4, 29)):
        yes = town.yes()
        referral_id = town.sent(yes)
    steps = {
        date(2026, 5, 5): (set(), set()),
        date(2026, 5, 6): ({Kind.OPEN_REFERRAL}, set()),
        date(2026, 5, 7): ({Kind.OPEN_REFERRAL}, set()),
        date(2026, 5, 8): ({Kind.OPEN_REFERRAL}, {Kind.CHOOSE_ALTERNATIVE}),
    }
    for day, (theirs, ours) in steps.items():
        with on(day):
            town.fresh()
            timers.look_at_terms(town.worker)
            assert _kinds(town, town.els) == theirs, day
            assert _kinds(town, town.mira) == ours, day
    with on(date(2026, 5, 8)):
        found = directory.alternatives(town.web, town.mira, referrals.own(town.web, town.mira, referral_id))
        assert "OCMW Antwerpen" not in [one.name for one in found]
        assert "Sociaal huis Mortsel" in [one.name for one in found]
    over = town.terms.expires_on(date(2026, 4, 29))
    with on(over - timedelta(days=1)):
        timers.look_at_terms(town.worker)
        assert referrals.own(town.web, town.mira, referral_id).status == Status.SENT
    with on(over):
        timers.look_at_terms(town.worker)
        assert referrals.own(town.web, town.mira, referral_id).status == Status.EXPIRED
        assert _kinds(town, town.els) == set()
        assert _kinds(town, town.mira) == {Kind.TALK_WITH_PARENT}


def test_r8_who_opened_it_has_the_second_term_to_answer(town: Town) -> None:
    with on(date(2026, 4, 29)):
        referral_id = town.sent()
        commands.see_referral(town.web, town.els, referral_id, town.terms)
    for day, kinds in ((date(2026, 5, 11), set()), (date(2026, 5, 12), {Kind.ANSWER_REFERRAL})):
        with on(day):
            town.fresh()
            timers.look_at_terms(town.worker)
            assert _kinds(town, town.els) == kinds, day


def test_r8_an_answer_from_the_school_begins_the_term_anew(town: Town) -> None:
    with on(date(2026, 7, 16)):
        referral_id = town.asked()
    with on(date(2026, 7, 20)):
        town.fresh()
        answer = commands.InformationAnswer("ask_parent")
        commands.answer_information(town.web, town.mira, town.target(referral_id, town.mira), answer, town.terms)
        assert referrals.own(town.web, town.mira, referral_id).answer_due == date(2026, 7, 30)


@pytest.mark.parametrize("late", ["sent", "taken_on", "accepted", "met"])
def test_r8_only_what_nobody_answered_ever_runs_out(town: Town, late: str) -> None:
    yes: Yes = town.yes(expires_on=date(2030, 1, 1))
    referral_id = getattr(town, late)(yes)
    with clock.fixed(clock.now() + timedelta(days=90)):
        timers.look_at_terms(town.worker)
        status = referrals.own(town.web, town.mira, referral_id).status
    assert (status == Status.EXPIRED) == (late == "sent")


def test_r8_a_reminder_that_comes_twice_is_one_task(town: Town) -> None:
    town.sent()
    with clock.fixed(clock.now() + timedelta(days=14)):
        town.fresh()
        for _ in range(3):
            timers.look_at_terms(town.worker)
        assert [one.kind for one in town.tasks(town.els)] == [Kind.OPEN_REFERRAL]


def test_r8_a_term_ends_with_its_day_in_brussels_and_not_in_utc(town: Town) -> None:
    """Half past midnight in Antwerp is still yesterday in UTC."""
    with on(date(2026, 9, 7)):
        town.sent()
    with clock.fixed(datetime(2026, 9, 10, 22, 30, tzinfo=UTC)):
        town.fresh()
        timers.look_at_terms(town.worker)
        assert [one.kind for one in town.tasks(town.els)] == [Kind.OPEN_REFERRAL]


def _kinds(town: Town, actor: Any) -> set[Kind]:
    return {one.kind for one in tasks.tasks(town.web, actor, tasks.Which()).items}
