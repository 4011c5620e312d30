"""What an organiser does with halls, activities and interpreters."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.activities import events, timers
from services.activities.commands import activities as organising
from services.activities.domain.activity import ActivityOver, Clashes, HallWish, Registering, Times
from services.activities.domain.words import Text
from services.activities.views import calendar
from shared import clock
from shared.envelope import Envelope
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import ANYONE
from tests.builders.activities import TOWN, Neighbourhood, on_day


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("activities")


def told(owner: Any) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [Envelope.model_validate_json(body) for (body,) in rows]


def count(owner: Any, table: str) -> int:
    return int(owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_published_activity_tells_its_coming_weeks_to_everyone(here: Neighbourhood, owner: Any) -> None:
    activity = here.activity(times=on_day(3, rrule="FREQ=WEEKLY"))
    [event] = told(owner)
    assert (event.type, event.subject) == (events.ActivityPublishedV1.TYPE, str(activity))
    read = events.ActivityPublishedV1.model_validate(event.data)
    assert len(read.occurrences) == 8
    assert (read.venue, read.practical_help.childcare, read.practical_help.transport) == (
        "Polyvalente zaal",
        "yes",
        "unknown",
    )


def test_as_weeks_pass_new_occurrences_come_and_are_told(here: Neighbourhood, owner: Any) -> None:
    here.activity(times=on_day(3, rrule="FREQ=WEEKLY"))
    here.activity(times=on_day(4))
    had = count(owner, "occurrence")
    assert timers.extend_occurrences(here.worker) == 0
    with clock.fixed(clock.now() + timedelta(days=14)):
        assert timers.extend_occurrences(here.worker) == 1
        assert timers.extend_occurrences(here.worker) == 0
    assert count(owner, "occurrence") == had + 2
    last = told(owner)[-1]
    assert (last.type, last.version) == (events.ActivityPublishedV1.TYPE, 2)
    assert len(last.data["occurrences"]) == 8


def test_a_rule_that_ended_is_extended_without_telling(here: Neighbourhood, owner: Any) -> None:
    here.activity(times=on_day(3, rrule="FREQ=WEEKLY;COUNT=2"))
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert timers.extend_occurrences(here.worker) == 0
    assert len(told(owner)) == 1


def test_a_cancelled_activity_is_told_and_stays_cancelled(here: Neighbourhood, owner: Any) -> None:
    activity = here.activity(times=on_day(3, rrule="FREQ=WEEKLY"))
    organising.cancel_activity(here.web, here.fatima, activity, 1)
    assert told(owner)[-1].type == events.ActivityCancelledV1.TYPE
    with pytest.raises(ActivityOver):
        organising.cancel_activity(here.web, here.fatima, activity, 2)
    with clock.fixed(clock.now() + timedelta(days=30)):
        assert timers.extend_occurrences(here.worker) == 0


def test_an_old_page_cancels_nothing(here: Neighbourhood) -> None:
    with pytest.raises(Stale):
        organising.cancel_activity(here.web, here.fatima, here.activity(), 9)


def test_others_do_not_publish_or_cancel_for_an_organisation(here: Neighbourhood, owner: Any) -> None:
    activity = here.activity()
    before = count(owner, "activity")
    with pytest.raises(NotThere):
        organising.publish_activity(here.web, here.bob, here.wish(here.fatima))
    with pytest.raises(NotThere):
        organising.cancel_activity(here.web, here.bob, activity, 1)
    with pytest.raises((NotThere, NotAllowed)):
        organising.publish_activity(here.web, here.family().person, here.wish(here.fatima))
    with pytest.raises(NotThere):
        organising.add_hall(here.web, here.bob, HallWish(here.kompas, "Zaal", "", TOWN))
    assert count(owner, "activity") == before


def test_the_same_request_twice_makes_one_activity(here: Neighbourhood, owner: Any) -> None:
    wish = here.wish()
    one = organising.publish_activity(here.web, here.fatima, wish, key="k")
    assert organising.publish_activity(here.web, here.fatima, wish, key="k") == one
    assert count(owner, "activity") == 1


def test_a_hall_named_twice_is_one_hall(here: Neighbourhood, owner: Any) -> None:
    assert here.hall() == here.hall()
    assert here.hall(name="Turnzaal") != here.hall()
    assert count(owner, "hall") == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "party 🎉"}, "kind"),
        ({"title": Text(text="  ", lang="nl")}, "title"),
        ({"seats": 0}, "seats"),
        ({"seats": 10**9}, "seats"),
        ({"registration": Registering.DROP_IN, "seats": 3}, "seats"),
        ({"companions": -1}, "companions"),
        ({"languages": ("nl", "klingon!")}, "languages"),
        ({"hall_id": uuid4()}, "hall_id"),
        ({"times": on_day(9999)}, "starts"),
        ({"times": on_day(3, rrule="FREQ=HOURLY")}, "rrule"),
        ({"times": on_day(3, rrule="FREQ=WEEKLY;UNTIL=20200101")}, "rrule"),
        ({"times": Times(on_day(3).ends, on_day(3).starts)}, "ends"),
        ({"times": Times(on_day(3).starts, on_day(9).ends)}, "ends"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_and_nothing_is_written(
    here: Neighbourhood, owner: Any, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        organising.publish_activity(here.web, here.fatima, here.wish(**changes))
    assert list(refused.value.fields) == [field]
    assert count(owner, "activity") == count(owner, "occurrence") == count(owner, "outbox") == 0


def test_what_starts_in_three_months_is_known_today(here: Neighbourhood) -> None:
    activity = calendar.activity(here.web, ANYONE, here.activity(times=on_day(90)))
    assert len(activity.occurrences) == 1


def test_two_who_plan_in_one_hall_see_each_other(here: Neighbourhood) -> None:
    hall = here.hall()
    organising.publish_activity(here.web, here.fatima, here.wish(hall_id=hall))
    with pytest.raises(Clashes) as refused:
        organising.publish_activity(here.web, here.bob, here.wish(here.bob, hall_id=hall, kind="leisure"))
    assert [one.sort for one in refused.value.found] == ["hall"]
