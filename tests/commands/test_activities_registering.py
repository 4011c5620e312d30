"""What a person does with a seat."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.activities import events
from services.activities.commands import activities as organising
from services.activities.commands import registrations as registering
from services.activities.domain.activity import ActivityOver
from services.activities.domain.registration import (
    AlreadyOver,
    FileErased,
    Full,
    NamesNotAsked,
    NotKnownYet,
    Past,
    SeatWish,
)
from services.activities.views import calendar, organiser
from services.activities.views import registrations as views
from shared import clock, sealing
from shared.envelope import Envelope, Sealed
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import ANYONE, Actor
from tests.builders.activities import FILE_AUDIENCE, WORKER, Neighbourhood, on_day
from tests.builders.shared import key_destroyed


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("activities")


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def rows(owner: Any) -> int:
    return int(owner.execute("SELECT count(*) FROM registration").fetchone()[0])


def test_a_named_registration_tells_intake_for_what_it_is_and_nobody_else(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence, children=2, interpreter="ar")
    [event] = told(owner, events.RegistrationMadeV1.TYPE)
    assert (event.subject, event.aggregate, event.owner_organisation) == (str(amal.family_id), made, here.linde)
    assert str(occurrence) not in event.model_dump_json()
    assert event.data["organiser"] == str(here.kompas)
    with here.worker.transaction(WORKER) as conn:
        inside = sealing.open_sealed(
            conn, Sealed.model_validate(event.data["sealed"]), amal.person.id, events.RegistrationContent
        )
    assert (inside.occurrence_id, inside.children, inside.interpreter) == (occurrence, 2, "ar")


def test_a_seat_without_name_tells_nobody_anything(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    seat = here.register(amal, occurrence, yes=False)
    assert told(owner, events.RegistrationMadeV1.TYPE) == []
    row = owner.execute("SELECT person_id, family_id, owner_organisation FROM registration").fetchone()
    assert row == (None, None, None)
    assert str(amal.person.id) not in str(owner.execute("SELECT registration::text FROM registration").fetchone())
    assert views.registration(here.web, amal.person, seat).status == "registered"


def test_the_same_person_has_one_seat(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    first = here.register(amal, occurrence)
    assert here.register(amal, occurrence, children=3) == first
    assert here.register(amal, occurrence, yes=False) == first
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 1


def test_a_request_that_comes_twice_with_one_key_makes_one_seat(here: Neighbourhood) -> None:
    occurrence = here.drop_in()
    wish = SeatWish(occurrence)
    one = registering.count_me_in(here.web, ANYONE, wish, key="k")
    assert registering.count_me_in(here.web, ANYONE, wish, key="k") == one
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 1


def test_the_last_seat_is_given_once_however_many_ask_at_the_same_moment(here: Neighbourhood) -> None:
    occurrence = here.occurrence(seats=3)
    families = [here.family() for _ in range(8)]
    outcomes: list[str] = []

    def ask(person: Actor, *, yes: bool) -> None:
        try:
            registering.register(here.web, person, SeatWish(occurrence, yes=yes))
            outcomes.append("seat")
        except Full:
            outcomes.append("full")

    threads = [
        threading.Thread(target=ask, args=(one.person,), kwargs={"yes": number % 2 == 0})
        for number, one in enumerate(families)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("seat"), outcomes.count("full")) == (3, 5)
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 3
    assert organiser.numbers(here.web, here.fatima, occurrence).registered == 3


def test_where_it_is_full_others_nearby_with_room_are_known(here: Neighbourhood) -> None:
    full = here.occurrence(seats=1)
    other = here.occurrence(here.bob, times=on_day(4), kind="coffee_moment")
    here.register(here.family(), full)
    with pytest.raises(Full):
        here.register(here.family(), full)
    entry = calendar.occurrence(here.web, ANYONE, full)
    assert [one.occurrence_id for one in calendar.alternatives(here.web, ANYONE, entry)] == [other]


def test_a_cancelled_seat_is_free_for_the_next(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence(seats=1)
    made = here.register(amal, occurrence)
    registering.cancel_registration(here.web, amal.person, made, 1)
    [event] = told(owner, events.RegistrationCancelledV1.TYPE)
    assert (event.aggregate, event.version) == (made, 2)
    here.register(here.family(), occurrence)
    with pytest.raises(Full):
        here.register(amal, occurrence)


def test_who_cancelled_may_come_after_all(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    first = here.register(amal, occurrence)
    registering.cancel_registration(here.web, amal.person, first, 1)
    assert here.register(amal, occurrence) != first


def test_cancelling_without_name_tells_nobody(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    seat = here.register(amal, occurrence, yes=False)
    registering.cancel_registration(here.web, amal.person, seat, 1)
    assert told(owner, events.RegistrationCancelledV1.TYPE) == []
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0


def test_cancelling_an_old_page_or_twice_is_refused(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence)
    with pytest.raises(Stale):
        registering.cancel_registration(here.web, amal.person, made, 7)
    registering.cancel_registration(here.web, amal.person, made, 1)
    with pytest.raises(AlreadyOver):
        registering.cancel_registration(here.web, amal.person, made, 2)


@pytest.mark.parametrize("yes", [True, False])
def test_nobody_else_cancels_or_reads_a_seat(here: Neighbourhood, *, yes: bool) -> None:
    made = here.register(here.family(), here.occurrence(), yes=yes)
    stranger = here.family().person
    with pytest.raises(NotThere):
        registering.cancel_registration(here.web, stranger, made, 1)
    with pytest.raises(NotThere):
        views.registration(here.web, stranger, made)
    with pytest.raises(NotThere):
        registering.leave_drop_in(here.web, ANYONE, made, 1)
    for staff in (here.fatima, here.mira):
        with pytest.raises((NotThere, NotAllowed)):
            registering.cancel_registration(here.web, staff, made, 1)
        with pytest.raises((NotThere, NotAllowed)):
            views.registration(here.web, staff, made)


def test_a_person_not_known_yet_is_asked_for_patience_and_nothing_is_written(here: Neighbourhood, owner: Any) -> None:
    occurrence = here.occurrence()
    amal = here.family(known=False, key=False)
    with pytest.raises(NotKnownYet):
        here.register(amal, occurrence)
    assert rows(owner) == 0
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0


def test_a_key_that_is_not_here_yet_asks_for_patience_and_nothing_is_written(here: Neighbourhood, owner: Any) -> None:
    occurrence = here.occurrence()
    amal = here.family(key=False)
    with pytest.raises(NotKnownYet):
        here.register(amal, occurrence)
    assert rows(owner) == 0
    here.file_key(amal)
    here.register(amal, occurrence)
    assert rows(owner) == 1


def test_of_an_erased_family_no_name_can_be_given(here: Neighbourhood, owner: Any) -> None:
    occurrence, amal = here.occurrence(), here.family()
    key_id = owner.execute("SELECT key_id FROM seen.key").fetchone()[0]
    scope = sealing.Scope(kind="file", id=amal.family_id, audience=FILE_AUDIENCE)
    here.receive(key_destroyed(key_id, scope, amal.family_id))
    with pytest.raises(FileErased):
        here.register(amal, occurrence)
    assert rows(owner) == 0


def test_a_cancelled_activity_takes_nobody(here: Neighbourhood) -> None:
    activity = here.activity()
    occurrence = calendar.activity(here.web, ANYONE, activity).occurrences[0].occurrence_id
    organising.cancel_activity(here.web, here.fatima, activity, 1)
    with pytest.raises(ActivityOver):
        here.register(here.family(), occurrence)


def test_what_is_over_takes_nobody_and_lets_nobody_go(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence)
    with clock.fixed(clock.now() + timedelta(days=5)):
        with pytest.raises(Past):
            here.register(here.family(), occurrence)
        with pytest.raises(Past):
            registering.cancel_registration(here.web, amal.person, made, 1)


def test_a_drop_in_asks_no_names(here: Neighbourhood, owner: Any) -> None:
    with pytest.raises(NamesNotAsked):
        here.register(here.family(), here.drop_in())
    assert rows(owner) == 0


@pytest.mark.parametrize(
    ("field", "value"), [("children", -1), ("children", 400), ("interpreter", "klingon 💶"), ("interpreter", "x" * 999)]
)
def test_numbers_and_languages_that_cannot_be_are_refused(
    here: Neighbourhood, owner: Any, field: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        here.register(here.family(), here.occurrence(), **{field: value})
    assert list(refused.value.fields) == [field]
    assert rows(owner) == 0


def test_staff_and_strangers_take_no_seat(here: Neighbourhood) -> None:
    occurrence = here.occurrence()
    for actor in (ANYONE, here.fatima):
        with pytest.raises(NotAllowed):
            registering.register(here.web, actor, SeatWish(occurrence))


def test_an_occurrence_that_does_not_exist_is_not_there(here: Neighbourhood) -> None:
    with pytest.raises(NotThere):
        here.register(here.family(), uuid4())
    with pytest.raises(NotThere):
        registering.count_me_in(here.web, ANYONE, SeatWish(UUID(int=9)))
