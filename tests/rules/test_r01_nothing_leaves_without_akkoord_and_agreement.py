"""R1: without a person's yes and an agreement between the two organisations, nothing about a person leaves."""

import json
from datetime import date
from typing import Any

import pytest

from shared import clock
from shared.akkoord import AgreementMissing
from tests.builders.intake import Place, a_draft


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def outgoing(owner: Any) -> str:
    return json.dumps([row[0] for row in owner.execute("SELECT body FROM outbox").fetchall()], ensure_ascii=False)


def test_a_file_alone_tells_nobody_a_name_a_number_or_a_question(place: Place, owner_of: Any) -> None:
    place.family(a_draft())
    told = outgoing(owner_of("intake"))
    for secret in ("Amal", "Yusuf", "0470", "geld", "finances", "verhaal", '"ar"'):
        assert secret not in told


def test_no_agreement_means_no_akkoord_however_much_the_person_says_yes(place: Place, owner_of: Any) -> None:
    file = place.family()
    with pytest.raises(AgreementMissing):
        place.yes(file, receiver_organisation=place.stranger)
    assert owner_of("intake").execute("SELECT count(*) FROM akkoord").fetchone() == (0,)


def test_an_agreement_counts_until_the_first_day_without_it(place: Place) -> None:
    file = place.family()
    place.agree(place.stranger, until=clock.today())
    with pytest.raises(AgreementMissing):
        place.yes(file, receiver_organisation=place.stranger)
    place.agree(place.stranger, until=date(2100, 1, 1))
    assert place.yes(file, receiver_organisation=place.stranger)


def test_an_agreement_for_one_purpose_does_not_serve_another(place: Place) -> None:
    file = place.family()
    place.agree(place.stranger, purpose="match")
    with pytest.raises(AgreementMissing):
        place.yes(file, receiver_organisation=place.stranger)


def test_what_leaves_after_the_yes_is_sealed(place: Place, owner_of: Any) -> None:
    place.yes()
    told = outgoing(owner_of("intake"))
    for secret in ("Amal", "0470", "geld", "finances"):
        assert secret not in told
