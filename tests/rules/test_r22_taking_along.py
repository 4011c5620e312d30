"""R22: what others take along says nothing of where or how a person with a safety flag is to be found."""

from typing import Any
from uuid import UUID

import pytest

from services.intake import store
from services.intake.domain.family import File
from services.intake.views.everything import everything
from shared import clock
from tests.builders.intake import Place, person, two_homes

AMAL, KARIM, CHILD = range(3)


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def flag(place: Place, file: File, which: int) -> None:
    with place.web.transaction(place.mira) as conn:
        after = file.flagged(file.persons[which].id, safety=True)
        store.family.update(conn, after, clock.now(), file)


def all_of(place: Place, person_id: UUID) -> str:
    return everything(place.web, person(person_id), person_id).model_dump_json()


def test_of_a_flagged_child_a_parent_takes_a_name_and_a_year_along(place: Place) -> None:
    file = two_homes(place, age=13)
    flag(place, file, CHILD)
    for parent in (AMAL, KARIM):
        taken = all_of(place, file.persons[parent].id)
        assert "Yusuf" in taken
        assert "1B" not in taken
        assert "Hulp met huiswerk" not in taken
    assert "1B" in all_of(place, file.persons[CHILD].id)


def test_what_a_flagged_parent_told_only_that_parent_takes_along(place: Place) -> None:
    file = two_homes(place, age=13)
    flag(place, file, AMAL)
    assert "Bij mij thuis zingen we." in all_of(place, file.persons[AMAL].id)
    for other in (KARIM, CHILD):
        taken = all_of(place, file.persons[other].id)
        for words in ("Bij mij thuis zingen we.", "0470 12 34 56", "Amal"):
            assert words not in taken
