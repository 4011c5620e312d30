"""'Dit klopt niet': a person says so, the school answers within the term, and both can see how it stands."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.intake import commands, events, views
from services.intake.commands.corrections import MOST_OPEN
from services.intake.domain.correction import (
    AlreadyAnswered,
    NotKnownThing,
    ReasonMissing,
    Reply,
    Status,
    Thing,
    TooManyOpen,
)
from shared import clock
from shared.envelope import Envelope
from shared.refusals import NotAllowed, NotThere, Stale
from tests.builders.intake import Place, person, staff, two_homes


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def told(owner: Any, event: type) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    envelopes = [Envelope.model_validate_json(body) for (body,) in rows]
    return [one for one in envelopes if one.type == event.TYPE]  # type: ignore[attr-defined]


def own(place: Place, person_id: Any) -> views.corrections.CorrectionRow:
    with place.web.transaction(person(person_id)) as conn:
        return views.corrections.asked_by(conn, person_id)[0]


def test_what_is_asked_keeps_what_was_held_and_has_a_term(place: Place, owner_of: Any) -> None:
    file = place.family()
    amal = file.persons[0]
    asked = place.doubt(file)
    row = own(place, amal.id)
    assert (row.id, row.thing, row.held, row.words, row.lang) == (asked, "phone", "0470 12 34 56", "رقمي تغيّر", "ar")
    assert row.due_on == clock.today() + timedelta(days=14)
    [event] = told(owner_of("intake"), events.CorrectionAskedV1)
    assert event.data == {
        "correction_id": str(asked),
        "person_id": str(amal.id),
        "family_id": str(file.id),
        "due_on": row.due_on.isoformat(),
    }
    assert event.subject == str(file.id)


def test_the_answer_reaches_the_person_and_the_event_holds_no_word_of_it(place: Place, owner_of: Any) -> None:
    file = place.family()
    asked = place.doubt(file)
    commands.answer_correction(place.web, place.mira, asked, Reply(Status.NOT_ADJUSTED, "Je belde er zelf mee.", 1))
    row = own(place, file.persons[0].id)
    assert (row.status, row.answer) == ("not_adjusted", "Je belde er zelf mee.")
    [event] = told(owner_of("intake"), events.CorrectionAnsweredV1)
    assert set(event.data) == {"correction_id", "person_id", "family_id"}
    assert event.version == 2


def test_nothing_stays_as_it_is_without_a_reason(place: Place) -> None:
    asked = place.doubt(place.family())
    with pytest.raises(ReasonMissing):
        commands.answer_correction(place.web, place.mira, asked, Reply(Status.NOT_ADJUSTED, "", 1))
    assert commands.answer_correction(place.web, place.mira, asked, Reply(Status.ADJUSTED, "", 1))


def test_of_two_who_answer_the_second_hears_that_it_is_answered(place: Place) -> None:
    asked = place.doubt(place.family())
    commands.answer_correction(place.web, place.mira, asked, Reply(Status.ADJUSTED, "", 1))
    with pytest.raises(AlreadyAnswered):
        commands.answer_correction(place.web, place.mira, asked, Reply(Status.NOT_ADJUSTED, "Nee.", 1))
    with pytest.raises(Stale):
        commands.answer_correction(place.web, place.mira, place.doubt(place.family()), Reply(Status.ADJUSTED, "", 7))


def test_a_person_takes_it_back_and_nobody_waits(place: Place, owner_of: Any) -> None:
    file = place.family()
    asked, amal = place.doubt(file), person(file.persons[0].id)
    commands.withdraw_correction(place.web, amal, asked)
    assert own(place, amal.id).status == "withdrawn"
    assert len(told(owner_of("intake"), events.CorrectionAnsweredV1)) == 1
    with pytest.raises(AlreadyAnswered):
        commands.withdraw_correction(place.web, amal, asked)
    with pytest.raises(AlreadyAnswered):
        commands.answer_correction(place.web, place.mira, asked, Reply(Status.ADJUSTED, "", 1))


def test_only_what_this_person_may_read_can_be_doubted(place: Place) -> None:
    file = two_homes(place)
    amal, karim, child = file.persons
    for thing in (
        Thing("phone", karim.id),
        Thing("phone", child.id),
        Thing("phone", uuid4()),
        Thing("nationality", amal.id),
        Thing("goes_well", karim.id, file.goes_well[0].id),
        Thing("ask", child.id, uuid4()),
        Thing("missing", karim.id),
    ):
        with pytest.raises(NotKnownThing):
            place.doubt(file, thing=thing)
    with pytest.raises(NotKnownThing):
        place.doubt(file, by=karim.id, thing=Thing("ask", child.id, file.asks[0].id))
    assert place.doubt(file, thing=Thing("ask", child.id, file.asks[0].id))
    assert place.doubt(file, by=karim.id, thing=Thing("class_name", child.id))
    assert place.doubt(file, by=karim.id, thing=Thing("missing", karim.id))


def test_the_school_of_another_file_answers_nothing(place: Place) -> None:
    asked = place.doubt(place.family())
    with pytest.raises(NotThere):
        commands.answer_correction(place.web, place.jo, asked, Reply(Status.ADJUSTED, "", 1))
    helper = staff(place.school, "helper", "buddy")
    with pytest.raises(NotAllowed):
        commands.answer_correction(place.web, helper, asked, Reply(Status.ADJUSTED, "", 1))


def test_another_parent_neither_sees_nor_ends_it(place: Place) -> None:
    file = two_homes(place)
    asked, karim = place.doubt(file), person(file.persons[1].id)
    with pytest.raises(NotThere):
        commands.withdraw_correction(place.web, karim, asked)
    with place.web.transaction(karim) as conn:
        assert views.corrections.asked_by(conn, file.persons[0].id) == []
        assert views.corrections.of_family(conn, file.id) == []


def test_a_flood_of_doubts_is_told_to_wait(place: Place) -> None:
    file = place.family()
    for _ in range(MOST_OPEN):
        place.doubt(file)
    with pytest.raises(TooManyOpen):
        place.doubt(file)


def test_what_waits_is_listed_by_its_term_without_content(place: Place, owner_of: Any) -> None:
    first, second = place.doubt(place.family()), place.doubt(place.family())
    owner_of("intake").execute("UPDATE correction SET due_on = due_on - 3 WHERE id = %s", (second,))
    page = views.corrections.waiting(place.web, place.mira, None, 1)
    assert [one.id for one in page.items] == [second]
    rest = views.corrections.waiting(place.web, place.mira, page.next, 1)
    assert [one.id for one in rest.items] == [first]
    assert views.corrections.waiting(place.web, place.jo, None).items == []
    assert views.corrections.count_waiting(place.web, place.mira) == 2
    assert not hasattr(page.items[0], "held")
    assert owner_of("intake").execute("SELECT count(*) FROM look").fetchone() == (0,)
