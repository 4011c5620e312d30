"""What may happen to a proposal, cell by cell, and what people type."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.network.domain.match import MOVES, Answer, Match, Move, Party, Row, Said, Status, WrongMove
from services.network.domain.request import PrivateWishes
from services.network.domain.words import first_name_of
from shared.refusals import Stale
from tests.builders.network import a_card, a_wish

SAID = Said(datetime(2026, 9, 1, 10, tzinfo=UTC), "nl")


def a_match() -> Match:
    return Match(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), reasons=("speaks:ar",))


def in_status(status: Status) -> Match:
    if status == Status.PROPOSED:
        return a_match()
    if status == Status.DECLINED:
        return a_match().no(Party.HELPER)
    made = a_match().yes_of_helper().yes_of_person(SAID)
    return made if status == Status.MADE else made.end(Party.PERSON)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("by", [Party.PERSON, Party.HELPER])
def test_who_may_say_no_and_when_is_what_the_table_says(status: Status, by: Party) -> None:
    if Row(status, Move.NO, by, Status.DECLINED) in MOVES:
        assert in_status(status).no(by).status == Status.DECLINED
    else:
        with pytest.raises(WrongMove):
            in_status(status).no(by)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("by", Party)
def test_who_may_end_a_match_and_when_is_what_the_table_says(status: Status, by: Party) -> None:
    if Row(status, Move.END, by, Status.ENDED) in MOVES:
        assert in_status(status).end(by).status == Status.ENDED
    else:
        with pytest.raises(WrongMove):
            in_status(status).end(by)


@pytest.mark.parametrize("status", [Status.DECLINED, Status.ENDED, Status.MADE])
def test_a_yes_comes_too_late_when_it_is_over(status: Status) -> None:
    with pytest.raises(WrongMove):
        in_status(status).yes_of_helper()
    with pytest.raises(WrongMove):
        in_status(status).yes_of_person(SAID)


def test_r16_one_yes_makes_no_match_two_do_in_either_order() -> None:
    assert a_match().yes_of_helper().status == Status.PROPOSED
    assert a_match().yes_of_person(SAID).status == Status.PROPOSED
    assert a_match().yes_of_helper().yes_of_person(SAID).status == Status.MADE
    assert a_match().yes_of_person(SAID).yes_of_helper().status == Status.MADE


def test_a_yes_is_said_once() -> None:
    with pytest.raises(WrongMove):
        a_match().yes_of_helper().yes_of_helper()


def test_whoever_said_yes_may_still_say_no_and_nothing_of_the_yes_is_kept() -> None:
    declined = a_match().yes_of_person(SAID).no(Party.PERSON)
    assert (declined.parent_answer, declined.said) == (Answer.NO, None)


def test_the_others_answer_does_not_show_in_the_version_that_a_page_carries() -> None:
    before = a_match()
    after = before.yes_of_helper()
    assert after.seen_version(Party.PERSON) == before.seen_version(Party.PERSON)
    assert after.seen_version(Party.HELPER) != before.seen_version(Party.HELPER)
    after.demand_seen(Party.PERSON, 1)
    with pytest.raises(Stale):
        after.demand_seen(Party.HELPER, 1)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Amal Haddad", "Amal"),
        ("Amal", "Amal"),
        ("Umm Ahmed", "Umm Ahmed"),
        ("Abd al Rahman Yusuf", "Abd al Rahman"),
        ("أم أحمد الخطيب", "أم أحمد"),
        ("Marie-Claire Peeters", "Marie-Claire"),
    ],
)
def test_only_the_first_name_of_what_is_typed_is_kept(typed: str, shown: str) -> None:
    assert first_name_of(typed) == shown
    assert a_wish(name=typed).name == shown


@pytest.mark.parametrize("typed", ["0470 11 22 33", "+32 470/11.22.33", "0032470112233", "03 123 45 67"])
def test_a_number_may_be_written_in_many_ways(typed: str) -> None:
    assert a_card(phone=typed).phone.removeprefix("+").isdigit()


@pytest.mark.parametrize("typed", ["bel mij", "12", "0470 11 22 33 44 55 66 77", "<script>"])
def test_what_no_telephone_can_dial_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        a_card(phone=typed)


def test_a_language_cannot_be_a_must_and_left_out_at_once() -> None:
    private = {"not_my_community": True, "community_languages": ("ar",)}
    with pytest.raises(ValidationError):
        a_wish(languages=("ar", "fr"), private=private)
    assert a_wish(languages=("fr",), private=private).private.left_out_languages == ("ar",)


def test_rather_nobody_of_my_community_asks_which_language_and_nothing_about_origin() -> None:
    with pytest.raises(ValidationError):
        PrivateWishes(not_my_community=True)
    assert set(PrivateWishes.model_fields) == {"not_my_community", "community_languages", "not_these"}
