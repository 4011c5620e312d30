"""An organiser changes an activity, or cancels one time of it, over the API."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from services.activities.app import create_app
from services.activities.views import calendar
from shared.security import ANYONE, Actor
from tests.builders.activities import TOWN, Issuers, Neighbourhood, on_day
from tests.conftest import remember_memberships

API = "/activities/api/v1"
CHANGED = {"title": {"text": "Koffie ☕", "lang": "nl"}, "practical_help": {"childcare": "no"}, "seats": 3}
Ask = Callable[..., TestResponse]


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    """The application and its issuers: one for all tests here."""
    known: dict[str, Any] = {}
    yield known
    if known:
        known["app"].extensions["brug"].db.close()


@pytest.fixture
def ask(here: Neighbourhood, made: dict[str, Any], owner_of: Any) -> Ask:
    """`ask(actor, "POST", "/activities", 1, json={...})`, with that actor's bearer token and that version."""
    if not made:
        made["issuers"] = Issuers(here.settings)
        made["app"] = create_app(here.settings, transport=made["issuers"].transport())
    app: Flask = made["app"]

    def do(actor: Actor, method: str, path: str, version: int | None = None, **more: Any) -> TestResponse:
        if actor.memberships:
            remember_memberships(owner_of("activities"), actor)
        headers = made["issuers"].bearer(actor) | ({"If-Match": f'"{version}"'} if version else {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def weekly(here: Neighbourhood, **changes: Any) -> dict[str, Any]:
    times = on_day(3)
    return {
        "organiser": str(here.kompas),
        "kind": "parent_cafe",
        "title": {"text": "Oudercafé ☕", "lang": "nl"},
        "hall_id": str(here.hall()),
        "starts": times.starts.isoformat(),
        "ends": times.ends.isoformat(),
        "rrule": "FREQ=WEEKLY;COUNT=3",
        "registration": "named",
        "seats": 2,
    } | changes


def test_an_organiser_changes_what_an_activity_says_and_it_is_told(
    here: Neighbourhood, ask: Ask, owner_of: Any
) -> None:
    told = ask(here.fatima, "POST", "/activities", json=weekly(here)).get_json()
    path = f"/activities/{told['id']}"
    done = ask(here.fatima, "PUT", path, 1, json=CHANGED)
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    now = ask(ANYONE, "GET", path).get_json()
    assert (now["title"]["text"], now["practical_help"]["childcare"], now["seats"]) == ("Koffie ☕", "no", 3)
    assert (now["occurrences"][0]["starts"], now["companions"]) == (told["occurrences"][0]["starts"], None)
    rows = owner_of("activities").execute("SELECT body::jsonb->>'type' FROM outbox").fetchall()
    assert [row[0] for row in rows] == ["be.brug.activities.activity.published.v1"] * 2


def test_only_who_organises_it_changes_what_they_saw(here: Neighbourhood, ask: Ask) -> None:
    path = f"/activities/{here.activity()}"
    assert ask(here.fatima, "PUT", path, json=CHANGED).status_code == 428
    assert ask(here.fatima, "PUT", path, 2, json=CHANGED).status_code == 412
    assert ask(here.bob, "PUT", path, 1, json=CHANGED).status_code == 404
    assert ask(here.family().person, "PUT", path, 1, json=CHANGED).status_code == 403
    assert ask(ANYONE, "PUT", path, 1, json=CHANGED).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seats": 1}, "seats"),
        ({"seats": 0}, "seats"),
        ({"title": {"text": "", "lang": "nl"}}, "title.text"),
        ({"description": {"text": "alleen voor vluchtelingen", "lang": "nl"}}, "description"),
        ({"starts": "2026-09-01T10:00:00"}, "starts"),
    ],
)
def test_a_change_that_cannot_be_writes_nothing(
    here: Neighbourhood, ask: Ask, changes: dict[str, Any], field: str
) -> None:
    """Seats that are taken stay taken."""
    occurrence = here.occurrence()
    for _ in range(2):
        here.register(here.family(), occurrence)
    about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    refused = ask(here.fatima, "PUT", f"/activities/{about}", 1, json=CHANGED | changes)
    assert refused.status_code == 422, refused.text
    assert field in [one["field"] for one in refused.get_json()["errors"]]
    assert calendar.activity(here.web, ANYONE, about).version == 1


def test_one_time_of_many_is_cancelled_and_the_others_stay(here: Neighbourhood, ask: Ask, owner_of: Any) -> None:
    told = ask(here.fatima, "POST", "/activities", json=weekly(here)).get_json()
    first, second, _ = (one["id"] for one in told["occurrences"])
    done = ask(here.fatima, "POST", f"/occurrences/{first}/cancel", 1)
    assert (done.status_code, done.headers["ETag"], done.get_json()["status"]) == (200, '"2"', "published")
    assert [one["status"] for one in done.get_json()["occurrences"]] == ["cancelled", "published", "published"]
    assert ask(here.fatima, "GET", f"/occurrences/{first}").get_json()["status"] == "cancelled"
    assert ask(here.fatima, "GET", f"/occurrences/{second}").get_json()["status"] == "published"
    feed = Calendar.from_ical(ask(ANYONE, "GET", f"/calendar.ics?town={TOWN}").get_data())
    assert [str(one["status"]) for one in feed.walk("VEVENT")] == ["CANCELLED", "CONFIRMED", "CONFIRMED"]
    rows = owner_of("activities").execute("SELECT body::jsonb->'data' FROM outbox ORDER BY position").fetchall()
    assert [one["cancelled"] for one in rows[-1][0]["occurrences"]] == [True, False, False]


def test_who_registered_for_a_time_that_is_cancelled_stays_registered_and_nobody_joins(
    here: Neighbourhood, ask: Ask
) -> None:
    """Not coming would be their word, and they did not say it (R12)."""
    occurrence, amal = here.occurrence(), here.family()
    seat = here.register(amal, occurrence)
    assert ask(here.fatima, "POST", f"/occurrences/{occurrence}/cancel", 1).status_code == 200
    assert ask(amal.person, "GET", f"/registrations/{seat}").get_json()["status"] == "registered"
    about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    wish = {"occurrence_id": str(occurrence)}
    late = ask(here.family().person, "POST", f"/activities/{about}/registrations", json=wish)
    assert late.status_code == 409


def test_only_who_organises_it_cancels_one_time_and_once(here: Neighbourhood, ask: Ask) -> None:
    path = f"/occurrences/{here.occurrence()}/cancel"
    assert ask(here.fatima, "POST", path).status_code == 428
    assert ask(here.fatima, "POST", path, 2).status_code == 412
    assert ask(here.bob, "POST", path, 1).status_code == 404
    assert ask(here.family().person, "POST", path, 1).status_code == 403
    assert ask(here.fatima, "POST", path, 1).status_code == 200
    assert ask(here.fatima, "POST", path, 2).status_code == 409


def test_a_time_that_is_over_is_not_cancelled(here: Neighbourhood, ask: Ask, owner_of: Any) -> None:
    occurrence = here.occurrence()
    owner_of("activities").execute(
        "UPDATE occurrence SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour'"
    )
    assert ask(here.fatima, "POST", f"/occurrences/{occurrence}/cancel", 1).status_code == 409


def test_what_is_cancelled_takes_no_room_in_the_hall(here: Neighbourhood, ask: Ask) -> None:
    wish = weekly(here, rrule="")
    told = ask(here.fatima, "POST", "/activities", json=wish).get_json()
    assert ask(here.fatima, "POST", "/activities", json=wish).status_code == 409
    ask(here.fatima, "POST", f"/occurrences/{UUID(told['occurrences'][0]['id'])}/cancel", 1)
    assert ask(here.fatima, "POST", "/activities", json=wish).status_code == 201
