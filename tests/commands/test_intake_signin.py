"""How a person gets in with a code from paper, and how nobody else does."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake import commands
from services.intake.domain.signin import MOST_WRONG, CodeWrong, Desk, TooManyTries, plain_code
from shared import clock
from shared.refusals import NotThere
from tests.builders.intake import Place

DESK = Desk("a secret of at least thirty-two characters", 14)


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_ten_digits_from_paper_let_the_person_in_once(place: Place) -> None:
    amal = place.family().persons[0]
    paper = commands.make_code(place.web, place.mira, amal.id, DESK)
    entered = commands.enter_with_code(place.web, paper.grouped, "192.0.2.1", DESK)
    assert entered.person.id == amal.id
    assert entered.person.locale == "ar"
    assert entered.session
    with pytest.raises(CodeWrong):
        commands.enter_with_code(place.web, paper.code, "192.0.2.1", DESK)
    with pytest.raises(CodeWrong):
        commands.enter_with_token(place.web, paper.token, "192.0.2.1", DESK)


def test_the_code_itself_is_stored_nowhere(place: Place, owner_of: Any) -> None:
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, DESK)
    rows = str(owner_of("intake").execute("SELECT * FROM sign_in_code").fetchall())
    assert paper.code not in rows
    assert paper.token not in rows


def test_a_code_can_be_typed_in_arabic_digits_with_spaces() -> None:
    assert plain_code("١٢٣ ٤٥٦ ٧٨ ٩٠") == "1234567890"


@pytest.mark.parametrize("typed", ["", "123", "12345678901", "abcdefghij", "1" * 5000, "²³¹²³¹²³¹²"])
def test_what_is_no_code_is_refused(place: Place, typed: str) -> None:
    with pytest.raises(CodeWrong):
        commands.enter_with_code(place.web, typed, "192.0.2.1", DESK)


def test_after_fourteen_days_the_code_is_too_old(place: Place) -> None:
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, DESK)
    with clock.fixed(clock.now() + timedelta(days=14, minutes=1)), pytest.raises(CodeWrong):
        commands.enter_with_code(place.web, paper.code, "192.0.2.1", DESK)


def test_a_new_code_ends_the_one_before(place: Place) -> None:
    amal = place.family().persons[0]
    first = commands.make_code(place.web, place.mira, amal.id, DESK)
    commands.make_code(place.web, place.mira, amal.id, DESK)
    with pytest.raises(CodeWrong):
        commands.enter_with_code(place.web, first.code, "192.0.2.1", DESK)


def test_after_five_wrong_codes_one_waits_ten_minutes_even_with_a_good_one(place: Place) -> None:
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, DESK)
    for _ in range(MOST_WRONG):
        with pytest.raises(CodeWrong):
            commands.enter_with_code(place.web, "0000000000", "192.0.2.1", DESK)
    with pytest.raises(TooManyTries):
        commands.enter_with_code(place.web, paper.code, "192.0.2.1", DESK)
    with pytest.raises(TooManyTries):
        commands.enter_with_token(place.web, paper.token, "192.0.2.1", DESK)
    with clock.fixed(clock.now() + timedelta(minutes=11)):
        assert commands.enter_with_code(place.web, paper.code, "192.0.2.1", DESK)


def test_old_codes_of_a_class_behind_one_address_lock_nobody_out(place: Place) -> None:
    amal = place.family().persons[0]
    used = commands.make_code(place.web, place.mira, amal.id, DESK)
    commands.enter_with_code(place.web, used.code, "192.0.2.1", DESK)
    fresh = commands.make_code(place.web, place.mira, amal.id, DESK)
    for _ in range(MOST_WRONG + 1):
        with pytest.raises(CodeWrong):
            commands.enter_with_code(place.web, used.code, "192.0.2.1", DESK)
    assert commands.enter_with_code(place.web, fresh.code, "192.0.2.1", DESK)


def test_someone_elses_wrong_codes_do_not_keep_a_person_out(place: Place) -> None:
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, DESK)
    for _ in range(MOST_WRONG):
        with pytest.raises(CodeWrong):
            commands.enter_with_code(place.web, "0000000000", "192.0.2.9", DESK)
    assert commands.enter_with_code(place.web, paper.code, "192.0.2.1", DESK)


def test_the_other_school_cannot_make_a_code(place: Place) -> None:
    amal = place.family().persons[0]
    with pytest.raises(NotThere):
        commands.make_code(place.web, place.jo, amal.id, DESK)
