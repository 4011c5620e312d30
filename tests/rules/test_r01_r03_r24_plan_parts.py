"""R1, R3, R18, R23, R24: a receiver reads the parts that a living akkoord names, and nothing of anyone else."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.commands import plans
from services.referral.views import plans as views
from shared import clock
from shared.refusals import NotAllowed, NotFresh, NotThere
from tests.builders.plans import Family, a_plan, action, words
from tests.builders.referral import Town, parked


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def family(town: Town) -> Family:
    family = a_plan(town)
    family.write(
        town.mira, "finances", words("Rust met het geld"), actions=(action("Bel", family.person(family.amal)),)
    )
    family.write(town.mira, "work", words("Een job"))
    family.write(town.mira, "strengths", words("Yusuf leest graag"))
    return family


def test_r01_without_an_akkoord_of_this_level_a_receiver_finds_nothing(family: Family) -> None:
    family.town.yes(level="question", family_id=family.family_id, person_id=family.amal.id)
    family.town.fresh()
    with pytest.raises(NotThere):
        family.seen(family.town.els)
    assert views.opened_to(family.town.web, family.town.els).items == []


def test_r03_a_receiver_reads_the_named_parts_and_no_other(family: Family) -> None:
    family.opens("finances")
    assert family.texts(family.town.els) == {"finances": ["Rust met het geld", "Bel"]}
    with pytest.raises(NotThere):
        family.seen(family.town.koen)
    [listed] = views.opened_to(family.town.web, family.town.els).items
    assert listed.names == []


def test_r03_a_name_that_is_no_part_opens_nothing(family: Family) -> None:
    family.opens("own", "everything", "plan")
    assert family.texts(family.town.els) == {}


def test_r01_without_an_agreement_nothing_opens(family: Family, owner_of: Any) -> None:
    family.opens("finances")
    owner_of("referral").execute("UPDATE agreement SET valid_until = '2021-01-01'")
    with pytest.raises(NotThere):
        family.seen(family.town.els)


def test_r24_a_stop_closes_it_at_once(family: Family) -> None:
    yes = family.opens("finances")
    assert family.texts(family.town.els)
    family.town.stop(yes)
    with pytest.raises(NotThere):
        family.seen(family.town.els)
    assert views.opened_to(family.town.web, family.town.els).items == []


def test_r24_an_akkoord_that_expired_or_waits_parked_opens_nothing(family: Family) -> None:
    yes = family.opens("finances")
    parked(family.town, yes)
    with pytest.raises(NotThere):
        family.seen(family.town.els)
    other = a_plan(family.town)
    other.opens("finances")
    with clock.fixed(clock.now() + timedelta(days=365 * 5)), pytest.raises((NotThere, NotFresh)):
        other.seen(family.town.els)


def test_r24_an_ended_plan_closes_to_receivers(family: Family) -> None:
    family.opens("finances")
    version = family.seen(family.town.mira).plan.version
    plans.end_plan(family.town.web, family.town.mira, plans.Target(family.plan_id, version))
    with pytest.raises(NotThere):
        family.seen(family.town.els)


def test_r01_what_is_too_old_to_rely_on_opens_nothing(family: Family) -> None:
    family.opens("finances")
    with clock.fixed(clock.now() + timedelta(minutes=5)), pytest.raises(NotFresh):
        family.seen(family.town.els)


def test_r24_a_receiver_changes_nothing(family: Family) -> None:
    family.opens("finances")
    with pytest.raises(NotAllowed):
        family.write(family.town.els, "finances", words("Anders"))


def test_r23_third_persons_are_hidden_from_receivers_with_their_role(family: Family) -> None:
    third = family.third("Samira", "zus", "yes")
    number = family.number(family.town.mira, "finances")
    family.write(family.town.mira, "finances", actions=(action("Ze gaat mee", third),), after=number)
    family.opens("finances", "strengths")
    seen = family.seen(family.town.els)
    assert third not in seen.people
    assert "Samira" not in str(seen)
    assert "zus" not in str(seen)
    assert family.texts(family.town.els)["finances"] == ["Ze gaat mee"]


def test_r05_of_the_family_only_who_said_yes_is_named_and_quoted(family: Family) -> None:
    karim = family.person(family.other)
    family.write(family.town.mira, "wishes", words("Van Karim", said_by=karim), words("Van ons allemaal"))
    family.opens("wishes")
    seen = family.seen(family.town.els)
    assert sorted(one.called for one in seen.people.values() if one.person_id) == ["", "", "Amal"]
    assert family.texts(family.town.els)["wishes"] == ["Van ons allemaal"]


def test_r18_each_opening_is_a_look_before_anything_is_read(family: Family, owner_of: Any) -> None:
    family.opens("finances")
    owner_of("referral").execute("DELETE FROM look")
    family.seen(family.town.els)
    look = "SELECT person_id, organisation_id, what, ground FROM look ORDER BY person_id"
    assert owner_of("referral").execute(look).fetchall() == [(family.amal.id, family.town.ocmw, "plan", "akkoord")]
    owner_of("referral").execute("DELETE FROM look")
    family.seen(family.town.mira)
    persons = {row[0] for row in owner_of("referral").execute(look)}
    assert persons == {family.amal.id, family.other.id, family.child.id}
    owner_of("referral").execute("DELETE FROM look")
    family.seen(family.amal)
    views.of_school(family.town.web, family.town.mira)
    assert owner_of("referral").execute(look).fetchall() == []


def test_r24_the_database_itself_shows_a_stranger_no_row(family: Family) -> None:
    stranger = a_plan(family.town)
    for actor in (family.town.els, family.town.jo, stranger.amal):
        with family.town.web.transaction(actor) as conn:
            for table in ("plan", "plan_person", "plan_section", "plan_yes", "plan_outcome"):
                column = "id" if table == "plan" else "plan_id"
                found = conn.execute(f"SELECT 1 FROM {table} WHERE {column} = %s", (family.plan_id,)).fetchall()
                assert found == [], (table, actor)


def test_r03_the_database_itself_shows_the_school_no_closed_part(family: Family) -> None:
    family.write(family.amal, "health", words("Slapen"))
    with family.town.web.transaction(family.town.mira) as conn:
        rows = conn.execute("SELECT section FROM plan_section WHERE plan_id = %s", (family.plan_id,)).fetchall()
    assert ("health",) not in rows
    assert ("finances",) in rows
