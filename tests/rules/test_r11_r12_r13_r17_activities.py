"""R11, R12, R13 and R17 in activities: interpreters, absence, the unknown, and plans that clash."""

from datetime import timedelta
from typing import Any

import pytest

from services.activities.commands import activities as organising
from services.activities.commands import registrations as registering
from services.activities.domain.activity import Clashes
from services.activities.domain.registration import SeatWish
from services.activities.domain.words import HELP
from services.activities.views import calendar, organiser
from services.activities.views import registrations as views
from services.activities.views.feed import feed
from shared import clock
from shared.refusals import Invalid, NotThere
from shared.security import ANYONE
from tests.builders.activities import TOWN, Neighbourhood, on_day


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("activities")


def test_r11_an_interpreter_is_asked_for_until_somebody_books_one(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence, interpreter="ar")
    here.register(here.family(), occurrence, interpreter="ar", yes=False)
    assert not views.registration(here.web, amal.person, made).interpreter_booked
    [asked] = organiser.numbers(here.web, here.fatima, occurrence).not_booked
    assert (asked.language, asked.asked) == ("ar", 2)
    organising.book_interpreter(here.web, here.fatima, organising.Booking(occurrence, "ar", "professional_phone"))
    assert views.registration(here.web, amal.person, made).interpreter_booked
    numbers = organiser.numbers(here.web, here.fatima, occurrence)
    assert numbers.not_booked == ()
    assert numbers.interpreters == (organiser.Interpreter("ar", 2, "professional_phone"),)
    organising.unbook_interpreter(here.web, here.fatima, occurrence, "ar")
    assert organiser.numbers(here.web, here.fatima, occurrence).not_booked == (asked,)


def test_r11_only_the_organiser_books_and_only_somebody_who_can_interpret(here: Neighbourhood) -> None:
    occurrence = here.occurrence()
    with pytest.raises(NotThere):
        organising.book_interpreter(here.web, here.bob, organising.Booking(occurrence, "ar", "professional_phone"))
    with pytest.raises(Invalid):
        organising.book_interpreter(here.web, here.fatima, organising.Booking(occurrence, "ar", "child_of_the_family"))


def test_r12_a_drop_in_counts_and_knows_nobody(here: Neighbourhood, owner: Any) -> None:
    occurrence, amal = here.drop_in(), here.family()
    wish = SeatWish(occurrence, children=2, interpreter="ar")
    for actor in (ANYONE, amal.person):
        registering.count_me_in(here.web, actor, wish)
    numbers = organiser.numbers(here.web, here.fatima, occurrence)
    assert (numbers.registered, numbers.named, numbers.children) == (2, 0, 4)
    rows = owner.execute("SELECT registration::text FROM registration").fetchall()
    assert all(str(amal.person.id) not in row and str(amal.family_id) not in row for (row,) in rows)
    assert owner.execute("SELECT count(*) FROM registration WHERE holder IS NOT NULL").fetchone() == (0,)


def test_r12_nothing_keeps_who_came_or_stayed_away(owner: Any, here: Neighbourhood) -> None:
    columns = owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'registration'")
    assert not {name for (name,) in columns} & {"attended", "absent", "present", "came", "no_show"}


def test_r12_after_the_day_the_numbers_stay_and_say_nothing_of_absence(here: Neighbourhood) -> None:
    amal, occurrence = here.family(), here.occurrence()
    here.register(amal, occurrence)
    with clock.fixed(clock.now() + timedelta(days=9)):
        assert organiser.numbers(here.web, here.fatima, occurrence).registered == 1
        assert organiser.mine(here.web, here.fatima).items == []


def test_r13_what_nobody_answered_is_unknown_and_never_no(here: Neighbourhood) -> None:
    told = calendar.activity(here.web, ANYONE, here.activity(companions=None))
    assert told.companions is None
    answers = told.practical_help.model_dump()
    assert (answers["childcare"], answers["food"]) == ("yes", "no")
    assert {answers[name] for name in HELP if name not in ("childcare", "food")} == {"unknown"}


def test_r13_the_feed_says_what_is_not_known_yet(here: Neighbourhood, app_of: Any) -> None:
    here.activity()
    with app_of("activities").test_request_context():
        written = feed(here.web, ANYONE, TOWN).written("http://localhost/activities").decode().replace("\r\n ", "")
    assert "vervoer: weten we nog niet" in written
    assert "vervoer: nee" not in written


def test_r17_a_clash_in_the_same_hall_shows_before_anything_is_saved(here: Neighbourhood, owner: Any) -> None:
    hall = here.hall()
    organising.publish_activity(here.web, here.fatima, here.wish(hall_id=hall, times=on_day(3, 9)))
    wish = here.wish(here.bob, hall_id=hall, kind="leisure", times=on_day(3, 10))
    with pytest.raises(Clashes) as refused:
        organising.publish_activity(here.web, here.bob, wish)
    [clash] = refused.value.found
    assert (clash.sort, clash.organisation) == ("hall", "Basisschool Het Kompas")
    assert owner.execute("SELECT count(*) FROM activity").fetchone() == (1,)
    organising.publish_activity(here.web, here.bob, wish, anyway=True)
    assert owner.execute("SELECT count(*) FROM activity").fetchone() == (2,)


def test_r17_a_double_in_the_same_town_and_week_shows_before_it_is_saved(here: Neighbourhood) -> None:
    monday = (7 - clock.today().weekday()) % 7 + 7
    here.activity(times=on_day(monday))
    with pytest.raises(Clashes) as refused:
        organising.publish_activity(here.web, here.bob, here.wish(here.bob, times=on_day(monday + 6)))
    assert [one.sort for one in refused.value.found] == ["same_week"]
    organising.publish_activity(here.web, here.bob, here.wish(here.bob, times=on_day(monday + 7)))


def test_r17_what_follows_on_in_the_same_hall_is_no_clash(here: Neighbourhood) -> None:
    hall = here.hall()
    organising.publish_activity(here.web, here.fatima, here.wish(hall_id=hall, times=on_day(3, 9)))
    later = here.wish(here.bob, hall_id=hall, kind="leisure", times=on_day(3, 11))
    organising.publish_activity(here.web, here.bob, later)


def test_r17_what_is_cancelled_is_no_clash(here: Neighbourhood) -> None:
    activity = here.activity()
    organising.cancel_activity(here.web, here.fatima, activity, 1)
    organising.publish_activity(here.web, here.fatima, here.wish())
