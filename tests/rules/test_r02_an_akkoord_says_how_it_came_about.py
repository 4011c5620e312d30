"""R2: an akkoord records whose data, who said yes, how it was explained, what was shown; silence is no yes."""

from typing import Any

import psycopg
import pytest

from services.intake import commands
from services.intake.domain.consent import YesMissing
from tests.builders.intake import ALL_CARDS, Place, person


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_it_keeps_whose_data_who_said_yes_and_how_it_was_explained(place: Place, owner_of: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    row = (
        owner_of("intake")
        .execute(
            "SELECT person_id, said_yes_by, explained_in, explained_by, explained_function, interpreting,"
            " interpreter_is_adult, said_back, whose_yes, expires_on > current_date FROM akkoord WHERE id = %s",
            (akkoord_id,),
        )
        .fetchone()
    )
    amal = file.persons[0].id
    assert row == (
        amal, [amal], "ar", place.mira.id, "brugfiguur", "professional_phone", True, True, "own_data", True,
    )  # fmt: skip


@pytest.mark.parametrize("silent", sorted(ALL_CARDS))
def test_a_card_without_an_answer_is_no_yes(place: Place, silent: str) -> None:
    file = place.family()
    with pytest.raises(YesMissing):
        place.yes(file, yes={file.persons[0].id: ALL_CARDS - {silent}})


def test_stopping_asks_no_reason_and_has_no_place_for_one(place: Place, owner_of: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    commands.stop_akkoord(place.web, person(file.persons[0].id), akkoord_id)
    columns = owner_of("intake").execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'akkoord'"
    )
    assert not {name for (name,) in columns if "reason" in name or "why" in name}


@pytest.mark.parametrize("role", ["web", "worker"])
def test_no_role_can_delete_a_yes_that_was_given(place: Place, role: str) -> None:
    akkoord_id = place.yes()
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    db = place.web if role == "web" else place.worker
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(place.mira) as conn:
        conn.execute("DELETE FROM akkoord")
