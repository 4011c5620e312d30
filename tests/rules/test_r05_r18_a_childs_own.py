"""R5 and R18: from 12 a child has a page of its own, and what it says alone shows to nobody else, without a gap."""

from typing import Any
from uuid import UUID

import pytest

from services.intake import commands, views
from services.intake.domain.correction import Thing
from services.intake.domain.family import File, FileDraft, NotAlone
from services.intake.domain.signin import CodeWrong, Desk, TooYoungForCode
from services.intake.domain.whose_yes import BirthYearUnknown
from services.intake.views.everything import everything
from services.intake.views.looks import Which
from shared import clock
from tests.builders.intake import Place, person, two_homes
from tests.rules.test_r18_who_has_looked import deliver

DESK = Desk("secret", 14)
AMAL, KARIM, CHILD = range(3)
SECRET = "Ik slaap slecht. 🌙 أنا حزين"


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def told_alone(place: Place, file: File) -> File:
    """The child of 13 says one thing that it asks and one that goes well, for itself alone."""
    child = file.persons[CHILD].id
    alone = {"told_by": child, "alone": True}
    draft = {
        "goes_well": [*[one.model_dump(include={"id", "text", "lang"}) for one in file.goes_well]],
        "asks": [one.model_dump(include={"id", "text", "life_domain", "person_id"}) for one in file.asks],
    }
    draft["goes_well"].append({"text": "Ik teken graag. 🎨", "lang": "nl", **alone})
    draft["asks"].append({"text": {"text": SECRET, "lang": "ar"}, "person_id": child, **alone})
    commands.change_file(place.web, place.mira, file.id, FileDraft.model_validate(draft), file.version)
    return place.file(file.id)


def all_of(place: Place, person_id: UUID) -> str:
    return everything(place.web, person(person_id), person_id).model_dump_json(exclude={"made_at"})


@pytest.mark.parametrize(("age", "refusal"), [(11, TooYoungForCode), (0, TooYoungForCode), (None, BirthYearUnknown)])
def test_a_younger_child_or_one_of_unknown_age_gets_no_code(place: Place, age: int | None, refusal: type) -> None:
    file = two_homes(place, age=age)
    with pytest.raises(refusal):
        commands.make_code(place.web, place.mira, file.persons[CHILD].id, DESK)


@pytest.mark.parametrize("age", [12, 17])
def test_from_twelve_a_child_comes_in_with_its_own_code(place: Place, age: int) -> None:
    file = two_homes(place, age=age)
    child = file.persons[CHILD].id
    paper = commands.make_code(place.web, place.mira, child, DESK)
    assert commands.enter_with_code(place.web, paper.code, "here", DESK).person.id == child


def test_a_code_stops_working_when_the_child_turns_out_to_be_younger(place: Place) -> None:
    file = two_homes(place, age=13)
    child = file.persons[CHILD]
    paper = commands.make_code(place.web, place.mira, child.id, DESK)
    younger = child.model_dump(include={"id", "kind", "name_to_call", "households"})
    draft = FileDraft.model_validate({"persons": [younger | {"birth_year": clock.today().year - 9}]})
    commands.change_file(place.web, place.mira, file.id, draft, file.version)
    with pytest.raises(CodeWrong):
        commands.enter_with_code(place.web, paper.code, "here", DESK)


def test_what_the_child_says_alone_leaves_a_caregivers_pages_as_they_were(place: Place) -> None:
    file = two_homes(place, age=13)
    before = {one: all_of(place, file.persons[one].id) for one in (AMAL, KARIM)}
    file = told_alone(place, file)
    assert {one: all_of(place, file.persons[one].id) for one in (AMAL, KARIM)} == before
    own = all_of(place, file.persons[CHILD].id)
    assert SECRET in own
    assert "Ik teken graag. 🎨" in own
    home = views.home.home(place.web, person(file.persons[AMAL].id))
    assert SECRET not in str(home)


def test_staff_read_it_and_are_told_whose_it_is(place: Place) -> None:
    file = told_alone(place, two_homes(place, age=13))
    assert [ask.text.text for ask in file.asks if ask.alone] == [SECRET]


def test_nobody_makes_anothers_words_the_childs_alone(place: Place) -> None:
    with pytest.raises(NotAlone):
        told_alone(place, two_homes(place, age=11))
    with pytest.raises(NotAlone):
        told_alone(place, two_homes(place, age=None))


def test_what_the_child_doubts_is_not_on_its_parents_pages(place: Place) -> None:
    file = two_homes(place, age=13)
    child = file.persons[CHILD].id
    before = all_of(place, file.persons[AMAL].id)
    place.doubt(file, by=child, thing=Thing("class_name", child))
    assert all_of(place, file.persons[AMAL].id) == before
    assert "class_name" in all_of(place, child)


def test_two_households_take_nothing_of_each_other_along(place: Place) -> None:
    file = two_homes(place, age=13)
    amal, karim = all_of(place, file.persons[AMAL].id), all_of(place, file.persons[KARIM].id)
    assert "0470 12 34 56" in amal
    assert "0470 99 88 77" not in amal
    assert "Bij mij thuis zingen we." in amal
    assert "Hulp met huiswerk" in amal
    for words in ("0470 12 34 56", "Bij mij thuis zingen we.", "Hulp met huiswerk", "Amal"):
        assert words not in karim


@pytest.mark.parametrize(("age", "reads"), [(9, True), (13, False)])
def test_a_caregiver_reads_who_asked_about_a_child_until_the_child_reads_it_itself(
    place: Place, owner_of: Any, age: int, *, reads: bool
) -> None:
    """Who opened the file shows to a caregiver always; the rest only while the child has no page of its own."""
    file = two_homes(place, age=age)
    child, amal = file.persons[CHILD].id, person(file.persons[AMAL].id)
    views.consent.of_person(place.web, place.mira, child)
    deliver(place, owner_of("intake"))
    seen = views.looks.looks(place.web, amal, Which(amal.id, family=True), None).items
    assert [row.what for row in seen] == (["akkoord"] if reads else [])
    own = views.looks.looks(place.web, person(child), Which(child), None).items
    assert [row.what for row in own] == ["akkoord"]
