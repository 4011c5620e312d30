"""An akkoord's moves cell by cell, what a file takes in, and what a code may look like."""

from datetime import UTC, date, datetime
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.consent import MOVES, Akkoord, AlreadyEnded, Level, Mover, Purpose, Status
from services.intake.domain.family import MOST_PERSONS, File, FileDraft, NoCaregiver, NotInThisFile, TooManyPersons
from services.intake.domain.signin import DIGITS, CodeWrong, new_paper, plain_code, seal_of
from shared.refusals import Stale

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)


def an_akkoord(status: Status = Status.GRANTED) -> Akkoord:
    return Akkoord(
        id=uuid4(),
        person_id=uuid4(),
        family_id=uuid4(),
        owner_organisation=uuid4(),
        receiver_organisation=uuid4(),
        purpose=Purpose.REFERRAL,
        level=Level.REACH,
        ask_id=None,
        kinds=[],
        plan_parts=[],
        way_back=["first_meeting"],
        expires_on=date(2027, 3, 1),
        reference=None,
        said_yes_by=[uuid4()],
        whose_yes="own_data",
        explained_in="ar",
        explained_by=uuid4(),
        explained_function="brugfiguur",
        interpreting="professional_phone",
        interpreter_is_adult=True,
        said_back=True,
        agreement_id=uuid4(),
        granted_at=NOW,
        status=status,
    )


@pytest.mark.parametrize(("to", "by"), list(product(Status, Mover)))
def test_an_akkoord_ends_only_by_who_may_end_it_so(to: Status, by: Mover) -> None:
    granted = an_akkoord()
    if by in MOVES.get((Status.GRANTED, to), frozenset()):
        ended = granted.end(to, by, NOW)
        assert (ended.status, ended.ended_at, ended.version) == (to, NOW, 2)
    else:
        with pytest.raises(ValueError, match="does not make"):
            granted.end(to, by, NOW)


@pytest.mark.parametrize(("status", "to"), list(product(sorted(set(Status) - {Status.GRANTED}), Status)))
def test_what_is_over_stays_over(status: Status, to: Status) -> None:
    with pytest.raises(AlreadyEnded):
        an_akkoord(status).end(to, Mover.PERSON, NOW)


def a_file(**draft: object) -> File:
    told = {"persons": [{"name_to_call": "Amal"}]} | draft
    return File(id=uuid4(), owner_organisation=uuid4()).changed(FileDraft.model_validate(told), 0)


def test_a_file_has_somebody_whose_yes_it_can_ask() -> None:
    with pytest.raises(NoCaregiver):
        a_file(persons=[{"kind": "child", "name_to_call": "Yusuf"}])


def test_a_file_keeps_what_a_change_does_not_name() -> None:
    file = a_file(goes_well=[{"text": "Ze zingt."}], asks=[{"text": {"text": "Hulp"}, "life_domain": "work"}])
    after = file.changed(FileDraft.model_validate({"persons": [{"kind": "child", "name_to_call": "Yusuf"}]}), 1)
    assert (after.goes_well, after.asks) == (file.goes_well, file.asks)
    assert [one.name_to_call for one in after.persons] == ["Amal", "Yusuf"]


def test_a_change_of_an_older_version_is_refused() -> None:
    with pytest.raises(Stale):
        a_file().changed(FileDraft(), 0)


@pytest.mark.parametrize(
    "draft",
    [
        {"persons": [{"id": str(uuid4()), "name_to_call": "Wie?"}]},
        {"asks": [{"text": {"text": "Hulp"}, "person_id": str(uuid4())}]},
        {"asks": [{"id": str(uuid4()), "text": {"text": "Hulp"}}]},
    ],
)
def test_nobody_from_elsewhere_comes_into_a_file(draft: dict[str, object]) -> None:
    with pytest.raises(NotInThisFile):
        a_file().changed(FileDraft.model_validate(draft), 1)


def test_a_file_does_not_grow_without_end() -> None:
    file = a_file(persons=[{"name_to_call": f"Nr {number}"} for number in range(MOST_PERSONS)])
    with pytest.raises(TooManyPersons):
        file.changed(FileDraft.model_validate({"persons": [{"name_to_call": "Nog een"}]}), 1)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_ten_digits_or_refused(typed: str) -> None:
    try:
        digits = plain_code(typed)
    except CodeWrong:
        return
    assert len(digits) == DIGITS
    assert digits.isascii()
    assert digits.isdigit()


def test_the_paper_groups_its_digits_and_its_seal_needs_the_secret() -> None:
    paper = new_paper(uuid4(), NOW, 14)
    assert plain_code(paper.grouped) == paper.code
    assert seal_of("one secret", "code", paper.code) != seal_of("another", "code", paper.code)
    assert seal_of("one secret", "code", paper.code) != seal_of("one secret", "token", paper.code)
