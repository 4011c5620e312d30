"""R12: only the person is asked 'Gelukt?', and silence means nothing. R23: a third person is asked, and may say no."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.commands import plans
from services.referral.domain.refusals import UnknownInPlan
from shared import clock
from shared.refusals import NotAllowed, NotThere
from tests.builders.plans import Family, a_plan, action, an_activity
from tests.builders.referral import Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def family(town: Town) -> Family:
    return a_plan(town)


def test_r12_only_the_person_is_asked_and_only_the_person_reads_the_answer(family: Family, owner_of: Any) -> None:
    occasion = an_activity(family.town, clock.now() - timedelta(hours=4))
    cafe = action("Oudercafé", family.person(family.amal), by=clock.today(), occasion=occasion)
    family.write(family.town.mira, "social_network", actions=(cafe,))
    plans.tell_outcome(family.town.web, family.amal, family.plan_id, cafe.id, "yes")
    assert family.seen(family.amal).outcomes == {cafe.id: "yes"}
    assert family.seen(family.other).outcomes == {}
    assert family.seen(family.town.mira).outcomes == {}
    with family.town.web.transaction(family.town.mira) as conn:
        assert conn.execute("SELECT 1 FROM plan_outcome").fetchall() == []
    [body] = owner_of("referral").execute("SELECT count(*) FROM outbox WHERE body LIKE '%%yes%%'").fetchall()
    assert body == (0,)


@pytest.mark.parametrize("who", ["mira", "other"])
def test_r12_nobody_answers_for_another(family: Family, who: str) -> None:
    going = action("Oudercafé", family.person(family.amal))
    family.write(family.town.mira, "leisure", actions=(going,))
    actor = family.town.mira if who == "mira" else family.other
    with pytest.raises((NotThere, NotAllowed)):
        plans.tell_outcome(family.town.web, actor, family.plan_id, going.id, "yes")


def test_r12_silence_changes_nothing_of_the_plan(family: Family) -> None:
    going = action("Oudercafé", family.person(family.amal))
    family.write(family.town.mira, "leisure", actions=(going,))
    with clock.fixed(clock.now() + timedelta(days=60)):
        [kept] = family.seen(family.town.mira).content("leisure").actions
    assert kept.state == "open"


def test_r23_a_third_person_has_a_first_name_a_role_and_an_own_answer(family: Family) -> None:
    third = family.third("Samira", "zus")
    assert next(one for one in family.people() if one.id == third).answer == "unknown"
    plans.answer_for_third(family.town.web, family.town.mira, family.plan_id, third, "yes")
    assert next(one for one in family.people() if one.id == third).called == "Samira"


def test_r23_a_no_takes_the_name_away_everywhere(family: Family, owner_of: Any) -> None:
    third = family.third("Samira", "zus")
    family.write(family.town.mira, "leisure", actions=(action("Gaat mee", third),))
    plans.answer_for_third(family.town.web, family.town.mira, family.plan_id, third, "no")
    for table in ("plan_person", "plan_section", "outbox"):
        rows = owner_of("referral").execute(f"SELECT t::text FROM {table} AS t").fetchall()
        assert not any("Samira" in row[0] for row in rows), table
    with pytest.raises(UnknownInPlan):
        family.write(family.town.mira, "work", actions=(action("Gaat mee", third),))


def test_r23_someone_of_the_family_is_no_third_person(family: Family) -> None:
    with pytest.raises(NotThere):
        plans.answer_for_third(family.town.web, family.town.mira, family.plan_id, family.person(family.other), "no")
