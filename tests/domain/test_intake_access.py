"""Who reads which part of a file, what a file holds about a person, and how a correction moves."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.domain.correction import (
    MOVES,
    AlreadyAnswered,
    Correction,
    Mover,
    NotKnownThing,
    Reply,
    Status,
    Thing,
)
from services.intake.domain.family import File, FileDraft, NotAlone
from services.intake.domain.knowledge import known_to
from services.intake.domain.readers import readers_of

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
AMAL, KARIM, OMA, CHILD = range(4)


def a_file(**changes: Any) -> File:
    """Amal and her mother in house 1, Karim in house 2, the child of 13 in both."""
    told: dict[str, Any] = {
        "persons": [
            {"name_to_call": "Amal", "households": [1]},
            {"name_to_call": "Karim", "households": [2]},
            {"name_to_call": "Oma", "households": [1]},
            {"kind": "child", "name_to_call": "Lina", "birth_year": 2013, "households": [1, 2]},
        ]
    }
    return File(id=uuid4(), owner_organisation=uuid4()).changed(FileDraft.model_validate(told | changes), 0)


def ids(file: File, *places: int) -> frozenset[UUID]:
    return frozenset(file.persons[place].id for place in places)


def with_ask(file: File, about: int, teller: int, **changes: Any) -> File:
    asks = [
        {
            "text": {"text": "Hulp"},
            "person_id": file.persons[about].id,
            "told_by": file.persons[teller].id,
        }
        | changes
    ]
    return file.changed(FileDraft.model_validate({"asks": asks}), file.version)


@pytest.mark.parametrize(
    ("about", "teller", "alone", "flagged", "readers"),
    [
        (AMAL, AMAL, False, None, {AMAL}),
        (AMAL, OMA, False, None, {AMAL, OMA}),
        (CHILD, AMAL, False, None, {AMAL, OMA, CHILD}),
        (CHILD, KARIM, False, None, {KARIM, CHILD}),
        (CHILD, CHILD, False, None, {AMAL, KARIM, OMA, CHILD}),
        (CHILD, CHILD, True, None, {CHILD}),
        (CHILD, AMAL, False, CHILD, {CHILD}),
        (CHILD, AMAL, False, AMAL, {AMAL, CHILD}),
        (CHILD, KARIM, False, AMAL, {KARIM, CHILD}),
    ],
)
def test_a_question_is_read_by_whom_it_is_about_who_told_it_and_the_tellers_house(
    about: int, teller: int, alone: bool, flagged: int | None, readers: set[int]
) -> None:
    file = with_ask(a_file(), about, teller, alone=alone)
    if flagged is not None:
        file = file.flagged(file.persons[flagged].id, safety=True)
    assert readers_of(file, file.asks[0]) == ids(file, *readers)


@pytest.mark.parametrize(
    ("teller", "flagged", "readers"),
    [
        (AMAL, None, {AMAL, OMA, CHILD}),
        (KARIM, None, {KARIM, CHILD}),
        (AMAL, AMAL, {AMAL}),
        (KARIM, AMAL, {KARIM, CHILD}),
    ],
)
def test_what_goes_well_is_read_in_the_house_where_it_was_told(
    teller: int, flagged: int | None, readers: set[int]
) -> None:
    file = a_file()
    words = {"text": "We zingen.", "told_by": file.persons[teller].id}
    file = file.changed(FileDraft.model_validate({"goes_well": [words]}), 1)
    if flagged is not None:
        file = file.flagged(file.persons[flagged].id, safety=True)
    assert readers_of(file, file.goes_well[0]) == ids(file, *readers)


def test_words_that_stay_keep_who_told_them_when_the_list_is_sent_again() -> None:
    file = a_file()
    told = {"text": "We zingen.", "told_by": file.persons[KARIM].id}
    file = file.changed(FileDraft.model_validate({"goes_well": [told]}), 1)
    again = FileDraft.model_validate({"goes_well": [{"text": "We zingen."}, {"text": "We lezen."}]})
    after = file.changed(again, 2)
    assert [one.told_by for one in after.goes_well] == [file.persons[KARIM].id, file.persons[AMAL].id]
    assert after.goes_well[0].id == file.goes_well[0].id


def test_a_question_that_is_the_childs_alone_stays_so_when_a_client_does_not_know_of_it() -> None:
    file = with_ask(a_file(), CHILD, CHILD, alone=True)
    ask = file.asks[0]
    again = {"id": ask.id, "text": {"text": "Anders"}, "person_id": ask.person_id}
    after = file.changed(FileDraft.model_validate({"asks": [again]}), file.version)
    assert (after.asks[0].alone, after.asks[0].told_by) == (True, ask.told_by)


@pytest.mark.parametrize(
    ("about", "teller", "born", "fine"),
    [(CHILD, CHILD, 2014, True), (CHILD, CHILD, 2015, False), (CHILD, CHILD, None, False), (CHILD, AMAL, 2010, False)],
)
def test_only_what_a_child_of_twelve_or_more_told_is_its_own_alone(
    about: int, teller: int, born: int | None, *, fine: bool
) -> None:
    file = a_file()
    child = {"id": file.persons[CHILD].id, "kind": "child", "name_to_call": "Lina", "birth_year": born}
    file = file.changed(FileDraft.model_validate({"persons": [child]}), 1)
    file = with_ask(file, about, teller, alone=True)
    if fine:
        file.demand_alone_allowed(date(2026, 1, 1))
    else:
        with pytest.raises(NotAlone):
            file.demand_alone_allowed(date(2026, 1, 1))


def test_every_thing_about_a_person_is_listed_known_or_not() -> None:
    file = a_file()
    amal = file.persons[AMAL]
    [known] = [one for one in known_to(file, amal.id) if one.person.id == amal.id]
    codes = [one.thing.code for one in known.things]
    assert codes == ["name_to_call", "full_name", "phone", "reach", "languages", "arrangements"]
    assert [one.thing.code for one in known.things if one.is_known] == ["name_to_call", "reach"]


def test_of_a_flagged_child_others_read_a_name_and_a_year_and_no_more() -> None:
    file = a_file()
    file = file.flagged(file.persons[CHILD].id, safety=True)
    amal, child = file.persons[AMAL].id, file.persons[CHILD].id
    [seen] = [one for one in known_to(file, amal) if one.person.id == child]
    assert [one.thing.code for one in seen.things] == ["name_to_call", "birth_year"]
    [own] = [one for one in known_to(file, child) if one.person.id == child]
    assert {one.thing.code for one in own.things} >= {"class_name", "full_name"}


def a_correction(status: Status = Status.ASKED) -> Correction:
    some = uuid4()
    return Correction(
        some, some, some, some, some, "phone", None, "1", "wrong", "", "nl", NOW, NOW.date(), status,
        None if status == Status.ASKED else NOW,
    )  # fmt: skip


@pytest.mark.parametrize(("status", "to"), list(product(Status, (Status.ADJUSTED, Status.NOT_ADJUSTED))))
def test_a_correction_is_answered_once_by_the_school(status: Status, to: Status) -> None:
    asked, reply = a_correction(status), Reply(to, "Omdat.", 1)
    if Mover.SCHOOL in MOVES.get((status, to), frozenset()):
        assert asked.answered(reply, uuid4(), NOW).status == to
    else:
        with pytest.raises(AlreadyAnswered):
            asked.answered(reply, uuid4(), NOW)


@pytest.mark.parametrize("status", list(Status))
def test_a_correction_is_taken_back_while_it_waits(status: Status) -> None:
    if Mover.PERSON in MOVES.get((status, Status.WITHDRAWN), frozenset()):
        assert a_correction(status).withdrawn(NOW).status == Status.WITHDRAWN
    else:
        with pytest.raises(AlreadyAnswered):
            a_correction(status).withdrawn(NOW)


@pytest.mark.parametrize(
    "name", ["", "phone", "phone:x", "phone:5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1002:y", "a:b:c:d", "📞" * 300]
)
def test_an_address_that_names_no_thing_is_none(name: str) -> None:
    with pytest.raises(NotKnownThing):
        Thing.named(name)


def test_a_thing_is_found_again_by_its_name() -> None:
    thing = Thing("ask", uuid4(), uuid4())
    assert Thing.named(thing.name) == thing
