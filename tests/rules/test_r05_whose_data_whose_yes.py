"""R5: own data, own yes; a child's everyday matters: one parent in good faith; weighty: both; from 12 the child too."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.intake import commands, events
from services.intake.domain.consent import OthersYesNeeded
from services.intake.domain.family import File, FileDraft, NotInThisFile
from services.intake.domain.whose_yes import TABLE, BirthYearUnknown, Row, Situation, missing, row_for
from shared import clock
from tests.builders.intake import ALL_CARDS, Place

FACTS = {"yes": True, "no": False, "any": False}


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def two_homes(place: Place, *, age: int | None = 6) -> File:
    """Amal and Karim in two houses, their child in both, and Amal's sister in Amal's house."""
    year = clock.today().year - age if age is not None else None
    return place.family(
        FileDraft.model_validate(
            {
                "persons": [
                    {"name_to_call": "Amal", "households": [1]},
                    {"name_to_call": "Karim", "households": [2]},
                    {"kind": "child", "name_to_call": "Yusuf", "birth_year": year, "households": [1, 2]},
                ],
                "asks": [{"text": {"text": "Hulp met huiswerk"}, "life_domain": "education", "person": 2}],
            }
        )
    )


def say(place: Place, file: File, *sayers: int, **changes: Any) -> UUID:
    yes = {file.persons[one].id: ALL_CARDS for one in sayers}
    told = {"person_id": file.persons[2].id, "yes": yes, "explained_in": "nl"} | changes
    return place.yes(file, **told)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.situation)
def test_every_row_decides_its_own_situation_and_explains_itself(row: Row) -> None:
    found = Situation(row.data_of, FACTS[row.weighty], FACTS[row.objection], FACTS[row.heard])
    assert row_for(found) is row
    assert len(row.explanation.split()) >= 8
    assert row.to_be_read_by_a_lawyer


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.situation)
def test_every_row_asks_whom_it_says(place: Place, row: Row) -> None:
    file = two_homes(place)
    amal, karim, child = file.persons
    about = amal if row.data_of == "own" else child
    needed = {
        "person": {amal.id},
        "one_caregiver": {amal.id},
        "every_caregiver": {amal.id, karim.id},
        "child": {child.id},
    }
    enough = frozenset().union(*(needed[who] for who in row.needed))
    assert missing(row, file, about, enough) == ()
    for one in enough:
        assert missing(row, file, about, enough - {one})


def test_no_situation_is_left_without_an_answer() -> None:
    for data_of in ("own", "child"):
        for weighty, objection, heard in product((True, False), repeat=3):
            assert row_for(Situation(data_of, weighty, objection, heard))


def test_own_data_needs_ones_own_yes_and_nobody_elses(place: Place) -> None:
    file = place.family()
    assert place.yes(file)


def test_another_parent_cannot_say_yes_for_an_adult(place: Place) -> None:
    draft = {"persons": [{"name_to_call": "Amal"}, {"name_to_call": "Karim"}]}
    file = place.family(FileDraft.model_validate(draft))
    with pytest.raises(NotInThisFile):
        place.yes(file, level="reach", explained_in="nl", yes={file.persons[1].id: ALL_CARDS})


def test_one_parent_is_enough_for_everyday_matters_of_a_child(place: Place) -> None:
    assert say(place, two_homes(place), 0)
    assert say(place, two_homes(place), 1)


def test_once_the_school_knows_of_an_objection_both_parents_are_asked_and_nobody_is_told(
    place: Place, owner_of: Any
) -> None:
    file = two_homes(place)
    child, karim = file.persons[2].id, file.persons[1].id
    before = owner_of("intake").execute("SELECT count(*) FROM outbox").fetchone()
    commands.note_objection(place.web, place.mira, commands.Objection(child, karim), known=True)
    assert owner_of("intake").execute("SELECT count(*) FROM outbox").fetchone() == before
    with pytest.raises(OthersYesNeeded, match="bezwaar"):
        say(place, file, 0)
    assert say(place, file, 0, 1)
    commands.note_objection(place.web, place.mira, commands.Objection(child, karim), known=False)
    assert say(place, file, 0)


def test_weighty_matters_need_both(place: Place) -> None:
    file = two_homes(place)
    with pytest.raises(OthersYesNeeded, match="ingrijpends"):
        say(place, file, 0, weighty=True)
    assert say(place, file, 0, 1, weighty=True)


def test_from_twelve_on_the_child_is_asked_too(place: Place) -> None:
    file = two_homes(place, age=12)
    with pytest.raises(OthersYesNeeded, match="kind zelf"):
        say(place, file, 0)
    assert say(place, file, 0, 2)


def test_an_age_that_nobody_knows_is_asked_first(place: Place) -> None:
    with pytest.raises(BirthYearUnknown):
        say(place, two_homes(place, age=None), 0)


def test_the_other_parent_hears_nothing_of_a_yes(place: Place, owner_of: Any) -> None:
    file = two_homes(place)
    say(place, file, 0)
    bodies = owner_of("intake").execute(
        "SELECT body FROM outbox WHERE body LIKE %s", (f"%{events.AkkoordGrantedV1.TYPE}%",)
    )
    assert all(str(file.persons[1].id) not in body for (body,) in bodies)
