"""The API of activities as programs use it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from services.activities.app import create_app
from services.activities.commands.registrations import count_me_in
from services.activities.domain.registration import SeatWish
from services.activities.permissions import TABLE
from services.activities.views import calendar
from shared.security import ANYONE, Actor
from tests.builders.activities import TOWN, Issuers, Neighbourhood, on_day
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play

API = "/activities/api/v1"
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
def app(here: Neighbourhood, made: dict[str, Any]) -> Flask:
    if not made:
        made["issuers"] = Issuers(here.settings)
        made["app"] = create_app(here.settings, transport=made["issuers"].transport())
    found: Flask = made["app"]
    return found


@pytest.fixture
def bearer(app: Flask, made: dict[str, Any], owner_of: Any) -> Callable[[Actor], dict[str, str]]:
    def header(actor: Actor) -> dict[str, str]:
        if actor.memberships:
            remember_memberships(owner_of("activities"), actor)
        told: dict[str, str] = made["issuers"].bearer(actor)
        return told

    return header


@pytest.fixture
def ask(app: Flask, bearer: Callable[[Actor], dict[str, str]]) -> Ask:
    """`ask(actor, "POST", "/activities", json={...})`, with that actor's bearer token."""

    def do(actor: Actor, method: str, path: str, **more: Any) -> TestResponse:
        headers = bearer(actor) | more.pop("headers", {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def activity(here: Neighbourhood, **changes: Any) -> dict[str, Any]:
    times = on_day(3)
    return {
        "organiser": str(here.kompas),
        "kind": "parent_cafe",
        "title": {"text": "Oudercafé ☕", "lang": "nl"},
        "hall_id": str(here.hall()),
        "starts": times.starts.isoformat(),
        "ends": times.ends.isoformat(),
        "rrule": "FREQ=WEEKLY;COUNT=3",
        "practical_help": {"childcare": "yes"},
        "registration": "named",
        "seats": 2,
    } | changes


def test_an_organiser_publishes_and_anyone_reads(here: Neighbourhood, ask: Ask) -> None:
    made = ask(here.fatima, "POST", "/activities", json=activity(here))
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    told = made.get_json()
    assert len(told["occurrences"]) == 3
    assert (told["practical_help"]["transport"], told["companions"]) == ("unknown", None)
    read = ask(ANYONE, "GET", f"/activities/{told['id']}")
    assert read.get_json() == told
    assert ask(ANYONE, "GET", f"/activities/{uuid4()}").status_code == 404


def test_a_clash_is_a_conflict_until_it_is_meant(here: Neighbourhood, ask: Ask) -> None:
    here.activity()
    assert ask(here.fatima, "POST", "/activities", json=activity(here)).status_code == 409
    assert ask(here.fatima, "POST", "/activities", json=activity(here, anyway=True)).status_code == 201


def test_the_same_key_makes_one_activity(here: Neighbourhood, ask: Ask) -> None:
    wish, key = activity(here), {"Idempotency-Key": "k"}
    one = ask(here.fatima, "POST", "/activities", json=wish, headers=key).get_json()
    assert ask(here.fatima, "POST", "/activities", json=wish, headers=key).get_json()["id"] == one["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "rave"}, "kind"),
        ({"title": {"text": "", "lang": "nl"}}, "title.text"),
        ({"title": {"text": "x", "lang": "klingon!"}}, "title.lang"),
        ({"title": {"text": "💶" * 500, "lang": "nl"}}, "title.text"),
        ({"starts": "gisteren"}, "starts"),
        ({"starts": "2026-09-01T10:00:00Z"}, "starts"),
        ({"rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"practical_help": {"childcare": "maybe"}}, "practical_help.childcare"),
        ({"seats": -1}, "seats"),
        ({"surprise": 1}, "surprise"),
        ({"description": {"text": "alleen voor vluchtelingen", "lang": "nl"}}, "description"),
    ],
)
def test_what_cannot_be_names_its_field_and_writes_nothing(
    here: Neighbourhood, ask: Ask, owner_of: Any, changes: dict[str, Any], field: str
) -> None:
    refused = ask(here.fatima, "POST", "/activities", json=activity(here, **changes))
    assert refused.status_code == 422, refused.text
    assert refused.mimetype == "application/problem+json"
    assert field in [one["field"] for one in refused.get_json()["errors"]]
    assert owner_of("activities").execute("SELECT count(*) FROM activity").fetchone() == (0,)


def test_a_list_is_filtered_and_goes_on_where_it_stopped(here: Neighbourhood, ask: Ask) -> None:
    made = [str(here.activity(times=on_day(day))) for day in (3, 4, 5)]
    here.activity(here.bob, kind="leisure")
    first = ask(ANYONE, "GET", f"/activities?town={TOWN}&kind=parent_cafe&limit=2").get_json()
    second = ask(ANYONE, "GET", f"/activities?town={TOWN}&kind=parent_cafe&after={first['next']}").get_json()
    assert [one["id"] for one in first["items"] + second["items"]] == made
    assert second["next"] is None
    day = on_day(4).starts.date()
    only = ask(ANYONE, "GET", f"/activities?from={day}&to={day}").get_json()
    assert [one["id"] for one in only["items"]] == [made[1]]
    assert ask(ANYONE, "GET", "/activities?after=💶").status_code == 422
    assert ask(ANYONE, "GET", "/activities?from=gisteren").status_code == 422


def test_a_person_registers_reads_and_cancels(here: Neighbourhood, ask: Ask) -> None:
    amal, occurrence = here.family(), here.occurrence()
    about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    wish = {"occurrence_id": str(occurrence), "children": 1, "interpreter": "ar", "yes": True}
    made = ask(amal.person, "POST", f"/activities/{about}/registrations", json=wish)
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["way"], told["interpreter"]) == ("named", {"language": "ar", "status": "asked"})
    assert ask(amal.person, "GET", f"/registrations/{told['id']}").get_json() == told
    assert ask(here.family().person, "GET", f"/registrations/{told['id']}").status_code == 404
    assert ask(ANYONE, "GET", f"/registrations/{told['id']}").status_code == 404
    cancel = f"/registrations/{told['id']}/cancel"
    assert ask(amal.person, "POST", cancel).status_code == 428
    assert ask(amal.person, "POST", cancel, headers={"If-Match": '"9"'}).status_code == 412
    done = ask(amal.person, "POST", cancel, headers={"If-Match": made.headers["ETag"]})
    assert (done.status_code, done.get_json()["status"]) == (200, "cancelled")


def test_who_may_not_register_is_told_so(here: Neighbourhood, ask: Ask) -> None:
    occurrence = here.occurrence()
    about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    path, wish = f"/activities/{about}/registrations", {"occurrence_id": str(occurrence)}
    assert ask(ANYONE, "POST", path, json=wish).status_code == 401
    assert ask(here.fatima, "POST", path, json=wish).status_code == 403
    assert ask(here.family().person, "POST", f"/activities/{uuid4()}/registrations", json=wish).status_code == 404
    early = here.family(known=False, key=False).person
    assert ask(early, "POST", path, json=wish | {"yes": True}).status_code == 503
    for wrong in ({"children": -1}, {"interpreter": "x!"}, {"occurrence_id": "x"}, {"yes": True, "lang": "ps"}):
        assert ask(here.family().person, "POST", path, json=wish | wrong).status_code == 422


def test_anyone_is_counted_at_a_drop_in(here: Neighbourhood, ask: Ask) -> None:
    occurrence = here.drop_in()
    about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    made = ask(ANYONE, "POST", f"/activities/{about}/registrations", json={"occurrence_id": str(occurrence)})
    assert (made.status_code, made.get_json()["way"]) == (201, "drop_in")
    gone = ask(ANYONE, "POST", f"/registrations/{made.get_json()['id']}/cancel", headers={"If-Match": '"1"'})
    assert gone.get_json()["status"] == "cancelled"


def test_an_organiser_reads_numbers_and_names_and_books(here: Neighbourhood, ask: Ask) -> None:
    here.fresh()
    amal, occurrence = here.family(), here.occurrence()
    here.granted(amal, here.register(amal, occurrence, interpreter="ar"))
    listed = ask(here.fatima, "GET", "/occurrences").get_json()
    assert [UUID(one["occurrence_id"]) for one in listed["items"]] == [occurrence]
    assert listed["items"][0]["interpreters"] == [{"language": "ar", "asked": 1, "booked": ""}]
    path = f"/occurrences/{occurrence}"
    assert ask(here.fatima, "GET", f"{path}/registrations").get_json()["named"][0]["name"] == "Amal 🌷"
    assert ask(here.bob, "GET", f"{path}/registrations").status_code == 404
    booking = {"language": "ar", "interpreting": "professional_phone"}
    booked = ask(here.fatima, "POST", f"{path}/interpreters", json=booking)
    assert booked.get_json()["interpreters"][0]["booked"] == "professional_phone"
    assert ask(here.bob, "POST", f"{path}/interpreters", json=booking).status_code == 404
    undone = ask(here.fatima, "DELETE", f"{path}/interpreters/ar")
    assert undone.get_json()["interpreters"][0]["booked"] == ""


def test_a_cancelled_activity_says_so(here: Neighbourhood, ask: Ask) -> None:
    path = f"/activities/{here.activity()}/cancel"
    assert ask(here.fatima, "POST", path).status_code == 428
    assert ask(here.bob, "POST", path, headers={"If-Match": '"1"'}).status_code == 404
    assert ask(here.fatima, "POST", path, headers={"If-Match": '"1"'}).get_json()["status"] == "cancelled"


def test_halls_are_named_and_listed(here: Neighbourhood, ask: Ask) -> None:
    hall = {"organisation_id": str(here.kompas), "name": "Turnzaal", "town": TOWN}
    made = ask(here.fatima, "POST", "/halls", json=hall)
    assert made.status_code == 201
    assert ask(here.bob, "GET", f"/halls?town={TOWN}").get_json()["items"] == [made.get_json()]
    assert ask(here.bob, "POST", "/halls", json=hall).status_code == 404
    assert ask(ANYONE, "GET", "/halls").status_code == 401


def test_the_feed_is_a_calendar_that_others_can_read(here: Neighbourhood, ask: Ask) -> None:
    weekly = here.activity(times=on_day(3, rrule="FREQ=WEEKLY;COUNT=3"))
    gone = here.activity(here.bob, times=on_day(4))
    assert ask(here.bob, "POST", f"/activities/{gone}/cancel", headers={"If-Match": '"1"'}).status_code == 200
    answer = ask(ANYONE, "GET", f"/calendar.ics?town={TOWN}")
    assert answer.mimetype == "text/calendar"
    read: Any = Calendar.from_ical(answer.data)
    assert [zone["TZID"] for zone in read.walk("VTIMEZONE")] == ["Europe/Brussels"]
    events = read.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events) == 4
    assert sorted(str(event["STATUS"]) for event in events) == ["CANCELLED", "CONFIRMED", "CONFIRMED", "CONFIRMED"]
    assert all(event["LAST-MODIFIED"].dt.tzinfo for event in events)
    first = min(events, key=lambda event: event["DTSTART"].dt)
    assert str(first["SUMMARY"]) == "Oudercafé ☕"
    assert first["DTSTART"].dt.replace(tzinfo=None) == on_day(3).starts
    assert str(weekly) in str(first["URL"])
    again = {"If-None-Match": answer.headers["ETag"]}
    assert ask(ANYONE, "GET", f"/calendar.ics?town={TOWN}", headers=again).status_code == 304
    assert ask(ANYONE, "GET", "/calendar.ics").status_code == 422
    assert Calendar.from_ical(ask(ANYONE, "GET", "/calendar.ics?town=Nergens").data).walk("VEVENT") == []


def test_the_feed_knows_no_person(here: Neighbourhood, ask: Ask) -> None:
    amal, occurrence = here.family(), here.occurrence()
    before = ask(ANYONE, "GET", f"/calendar.ics?town={TOWN}").data
    here.register(amal, occurrence, children=2, interpreter="ar")
    assert ask(ANYONE, "GET", f"/calendar.ics?town={TOWN}").data == before


def test_the_api_describes_itself(app: Flask) -> None:
    told: Any = app.test_client().get("/activities/api/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    assert "/activities/api/v1/activities/{activity_id}/registrations" in told["paths"]


def test_everyone_may_do_what_the_table_says_and_nothing_else(
    here: Neighbourhood,
    app: Flask,
    bearer: Callable[[Actor], dict[str, str]],
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)

    amal = here.family()

    def arrange() -> Things:
        here.fresh()
        named, drop_in = here.occurrence(), here.drop_in()
        seat = here.register(amal, named)
        coming = count_me_in(here.web, ANYONE, SeatWish(drop_in))
        free = calendar.occurrence(here.web, ANYONE, drop_in)
        activity_id = {"activity_id": calendar.occurrence(here.web, ANYONE, named).activity_id}
        own, open_seat, booking = {"registration_id": seat}, {"registration_id": coming}, {"language": "ar"}
        booking |= {"interpreting": "professional_phone"}
        version = {"version": "1"}
        told = [one for one in app.url_map.iter_rules() if "occurrence_id" in one.arguments]
        return Things(
            owner=here.kompas,
            receiver=uuid4(),
            person=amal.person.id,
            values={one.endpoint: {"occurrence_id": named, "language": "ar"} for one in told}
            | {key: {"occurrence_id": drop_in} for key in ("seats.come", "seats.count")}
            | dict.fromkeys(("seats.see", "seats.cancel"), own)
            | dict.fromkeys(("seats.coming", "seats.leave"), open_seat)
            | dict.fromkeys(("api_registrations.see", "api_registrations.cancel"), open_seat)
            | dict.fromkeys(
                (
                    "week.activity",
                    "organising.cancel",
                    "api_activities.see",
                    "api_activities.cancel",
                    "api_activities.change",
                ),
                activity_id,
            )
            | {"api_registrations.register": {"activity_id": free.activity_id}},
            bodies={
                "seats.register": {"children": "0", "answer": "no"},
                "seats.count": {"children": "0"},
                "organising.book": booking,
                "api_registrations.book": booking,
                "api_registrations.register": {"occurrence_id": str(drop_in)},
                "api_activities.change": {"title": {"text": "Koffie", "lang": "nl"}},
                **dict.fromkeys(("seats.cancel", "seats.leave"), version),
                **dict.fromkeys(("organising.cancel", "organising.cancel_one"), version),
            },
            versions={"api_registrations.cancel": 1, "api_activities.cancel": 1, "api_activities.change": 1}
            | {"api_activities.cancel_one": 1},
        )

    wrong = play(Try(app, TABLE, arrange, sign_in, bearer))
    assert not wrong, "\n".join(wrong)
