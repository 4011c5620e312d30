"""A family and its school make a plan, write in it, say yes to it and end it."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.referral import timers
from services.referral.commands import plans
from services.referral.domain.plan import Frame, PlanTerms
from services.referral.domain.refusals import (
    ClosedToSchool,
    FamilyNotHereYet,
    NoChildInFamily,
    PlanIsOver,
    PlanRuns,
    UnknownInPlan,
    WrongDates,
)
from shared import clock
from shared.refusals import NotAllowed, NotThere, Stale
from tests.builders.plans import Family, a_plan, action, words
from tests.builders.referral import Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def plan_of(family: Family) -> Any:
    return family.seen(family.town.mira).plan


def test_a_plan_has_the_family_and_who_began_it_and_its_usual_dates(town: Town) -> None:
    family = a_plan(town)
    seen = family.seen(town.mira)
    assert sorted(one.called for one in seen.people.values()) == ["", "Amal", "Karim", "Yusuf"]
    assert [one.role for one in seen.people.values() if one.kind == "staff"] == ["brugfiguur"]
    assert seen.plan.review_on == clock.today() + timedelta(weeks=6)
    assert seen.plan.ends_on == town.settings.plan_terms.end_after(clock.today())


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 9, 1), date(2027, 1, 1)),
        (date(2026, 10, 31), date(2027, 2, 28)),
        (date(2027, 10, 31), date(2028, 2, 29)),
    ],
)
def test_four_months_are_calendar_months(day: date, end: date) -> None:
    assert PlanTerms(6, 4, 60, "").end_after(day) == end


def test_a_family_has_one_living_plan_at_its_school(town: Town) -> None:
    family = a_plan(town)
    with pytest.raises(PlanRuns) as refused:
        Family(town, family.family_id, family.amal, family.other, family.child).start()
    assert str(refused.value) == str(family.plan_id)
    plans.end_plan(town.web, town.mira, plans.Target(family.plan_id, plan_of(family).version))
    family.start()


def test_a_plan_waits_until_the_family_has_arrived(town: Town) -> None:
    with pytest.raises(FamilyNotHereYet):
        Family(town).start()


def test_another_school_cannot_begin_a_plan_for_this_family(town: Town) -> None:
    family = Family(town).arrive()
    wish = plans.StartWish(family.family_id, {})
    for stranger in (town.jo, town.els, family.amal):
        with pytest.raises((NotThere, NotAllowed, FamilyNotHereYet)):
            plans.start_plan(town.web, stranger, wish, town.settings.plan_terms)


def test_dates_follow_one_another_and_can_be_set(town: Town) -> None:
    today = clock.today()
    with pytest.raises(WrongDates):
        a_plan(town, ends_on=today)
    with pytest.raises(WrongDates):
        a_plan(town, ends_on=today + timedelta(days=900))
    family = a_plan(town, review_on=today + timedelta(days=10), ends_on=today + timedelta(days=20))
    assert plan_of(family).review_on == today + timedelta(days=10)


def test_the_parent_may_coordinate(town: Town) -> None:
    family = a_plan(town)
    plan = plan_of(family)
    frame = Frame(family.person(family.amal), "ar", plan.started_on, plan.review_on, plan.ends_on)
    arranged = plans.arrange_plan(town.web, town.mira, plans.Target(family.plan_id, plan.frame), frame)
    assert arranged.coordinator == family.person(family.amal)
    with pytest.raises(Stale):
        plans.arrange_plan(town.web, town.mira, plans.Target(family.plan_id, plan.frame), frame)
    stranger = frame._replace(coordinator=uuid4())
    with pytest.raises(UnknownInPlan):
        plans.arrange_plan(town.web, town.mira, plans.Target(family.plan_id, arranged.frame), stranger)


def test_an_action_has_an_owner_of_this_plan_and_a_date(town: Town) -> None:
    family = a_plan(town)
    family.write(town.mira, "finances", words("Rust met het geld"), actions=(action("Bel", family.staff),))
    with pytest.raises(UnknownInPlan):
        family.write(town.mira, "finances", actions=(action("Bel", uuid4()),))


def test_what_is_written_is_told_under_the_key_of_the_file_and_names_no_life_domain(town: Town, owner_of: Any) -> None:
    family = a_plan(town)
    family.write(town.mira, "finances", actions=(action("Bel het OCMW", family.person(family.amal)),))
    bodies = [row[0] for row in owner_of("referral").execute("SELECT body FROM outbox WHERE topic = 'referral.plans'")]
    assert len(bodies) == 2
    for body in bodies:
        assert "finances" not in body
        assert "OCMW" not in body
        assert "Amal" not in body


def test_the_same_section_keeps_the_same_slot_and_another_has_another(town: Town, owner_of: Any) -> None:
    family = a_plan(town)
    for section, text in (("finances", "een"), ("finances", "twee"), ("work", "drie")):
        family.write(town.mira, section, words(text))
    query = "SELECT body FROM outbox WHERE topic = 'referral.plans' ORDER BY position OFFSET 1"
    slots = [json.loads(body)["data"]["slot"] for (body,) in owner_of("referral").execute(query)]
    assert slots[0] == slots[1] != slots[2]


def test_nothing_is_written_before_the_key_of_the_file_is_here(town: Town, owner_of: Any) -> None:
    family = Family(town)
    family.key = uuid4  # type: ignore[method-assign]
    family.arrive().start()
    with pytest.raises(FamilyNotHereYet):
        family.write(town.mira, "work", words("Een job"))
    assert owner_of("referral").execute("SELECT count(*) FROM plan_section").fetchone() == (0,)


def test_a_person_says_yes_to_what_they_saw(town: Town, owner_of: Any) -> None:
    family = a_plan(town)
    family.write(town.mira, "wishes", words("Rust"))
    edition = plan_of(family).edition
    for _ in range(2):
        plans.say_yes(town.web, family.amal, plans.Target(family.plan_id, edition), "ar")
    assert family.seen(town.mira).agreed_by(family.amal.id) is not None
    told = owner_of("referral").execute("SELECT count(*) FROM outbox WHERE body LIKE '%%plan.agreed%%'").fetchone()
    assert told == (1,)
    family.write(town.mira, "wishes", words("Rust en tijd"))
    with pytest.raises(Stale):
        plans.say_yes(town.web, family.other, plans.Target(family.plan_id, edition), "nl")


def test_an_ended_plan_is_read_and_not_changed(town: Town) -> None:
    family = a_plan(town)
    family.write(town.mira, "wishes", words("Rust"))
    plans.end_plan(town.web, family.amal, plans.Target(family.plan_id, plan_of(family).version))
    assert family.texts(family.amal) == {"wishes": ["Rust"]}
    with pytest.raises(PlanIsOver):
        family.write(town.mira, "wishes", words("Meer"))
    with pytest.raises(PlanIsOver):
        family.write(family.amal, "own", words("Meer"))


def test_a_plan_that_is_over_its_last_day_ends_by_itself(town: Town) -> None:
    family = a_plan(town)
    assert timers.end_plans(town.worker) == 0
    with clock.fixed(clock.now() + timedelta(days=130)):
        assert timers.end_plans(town.worker) == 1
    assert plan_of(family).status == "ended"


def test_looking_at_it_together_sets_the_next_time(town: Town) -> None:
    family = a_plan(town)
    with clock.fixed(clock.now() + timedelta(days=42)):
        reviewed = plans.review_plan(town.web, town.mira, plans.Target(family.plan_id, 1), town.settings.plan_terms)
        assert reviewed.review_on == clock.today() + timedelta(days=42)
    assert reviewed.ends_on >= reviewed.review_on


def test_a_request_that_comes_twice_begins_one_plan(town: Town) -> None:
    family = Family(town).arrive()
    wish = plans.StartWish(family.family_id, {})
    first, again = (plans.start_plan(town.web, town.mira, wish, town.settings.plan_terms, key="a") for _ in range(2))
    assert first == again


def test_without_a_child_a_plan_needs_one_that_is_expected(town: Town) -> None:
    family = Family(town).arrive(kinds="caregiver")
    with pytest.raises(NoChildInFamily):
        family.start()
    family.start(expecting=True)


def test_the_school_writes_in_no_part_that_the_family_keeps_for_itself(town: Town) -> None:
    family = a_plan(town)
    with pytest.raises(ClosedToSchool):
        family.write(town.mira, "health", words("Slapen"))
    family.write(family.amal, "health", words("Slapen"))
    assert "health" not in family.texts(town.mira)
