"""The API of a referral's whole round: information, meetings, reports, the person's word, tasks; and who may what."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from services.referral import commands, timers
from services.referral.app import create_app
from services.referral.permissions import TABLE
from services.referral.views import tasks
from shared import clock
from shared.security import Actor
from tests.builders.activities import Issuers
from tests.builders.referral import Town, an_appointment
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play

API = "/referral/api/v1"
Ask = Callable[..., TestResponse]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    """The application and its issuers: one for all tests here."""
    known: dict[str, Any] = {}
    yield known
    if known:
        known["app"].extensions["brug"].db.close()


@pytest.fixture
def app(town: Town, made: dict[str, Any]) -> Flask:
    if not made:
        made["issuers"] = Issuers(town.settings)
        made["app"] = create_app(town.settings, transport=made["issuers"].transport())
    found: Flask = made["app"]
    return found


@pytest.fixture
def bearer(app: Flask, made: dict[str, Any], owner_of: Any) -> Callable[[Actor], dict[str, str]]:
    def header(actor: Actor) -> dict[str, str]:
        if actor.memberships:
            remember_memberships(owner_of("referral"), actor)
        told: dict[str, str] = made["issuers"].bearer(actor)
        return told

    return header


@pytest.fixture
def ask(app: Flask, bearer: Callable[[Actor], dict[str, str]]) -> Ask:
    """`ask(actor, "POST", path, json={...})` with that actor's token; `at` is the version in If-Match."""

    def do(actor: Actor, method: str, path: str, at: int | None = None, **more: Any) -> TestResponse:
        headers = bearer(actor) | ({"If-Match": f'"{at}"'} if at is not None else {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def visit(**changes: Any) -> dict[str, Any]:
    at = (clock.now() + timedelta(days=3)).isoformat()
    return {"contact": "Els", "at": at, "place": "Gasthuisstraat 33"} | changes


def version(answer: TestResponse, status: int = 200) -> int:
    assert answer.status_code == status, answer.text
    return int(answer.headers["ETag"].strip('"'))


def test_a_round_from_yes_to_closed(town: Town, ask: Ask) -> None:
    yes = town.yes(way_back=["first_meeting"])
    path = f"/referrals/{town.sent(yes)}"
    amal = town.person(yes)
    at = version(ask(town.els, "GET", path))
    planned = ask(town.els, "POST", f"{path}/accept", at, json=visit(interpreting="professional_phone"))
    assert planned.get_json()["appointment"]["interpreter"] == "asked", "R11: not booked yet"
    booked = ask(town.mira, "POST", f"{path}/interpreter", version(planned))
    assert booked.get_json()["appointment"]["interpreter"] == "booked"
    assert ask(town.els, "POST", f"{path}/met", version(booked)).status_code == 409, "its hour is still to come"
    with clock.fixed(clock.now() + timedelta(days=4)):
        town.fresh()
        met = ask(town.els, "POST", f"{path}/met", version(booked))
        assert met.get_json()["status"] == "meeting_held"
        mine = ask(amal, "GET", f"/me{path}").get_json()
        assert mine["may_say_helped"]
        helped = ask(amal, "POST", f"/me{path}/helped", version(met), json={"code": "helped"})
        assert helped.get_json()["helped"] == "helped"
        done = ask(town.els, "POST", f"{path}/outcome", version(met), json={"code": "helped"})
        ours = ask(town.mira, "GET", path)
        told = ours.get_json()
        assert (told["status"], told["outcome"], told["helped"]) == ("meeting_held", None, None), "R4"
        assert done.get_json()["status"] == "outcome_reported"
        at = version(ours)
        assert ask(town.mira, "POST", f"{path}/close", at, json={}).status_code == 409, "R7: talk first"
        closed = ask(town.mira, "POST", f"{path}/close", at, json={"talk": "parent_declined"})
        assert closed.get_json()["status"] == "closed"
        assert ask(town.els, "GET", path).status_code == 404, "R24: nothing opens any more"
        assert ask(town.els, "GET", f"{path}/meeting.ics").status_code == 404


def test_a_yes_without_an_hour_gets_one_later(town: Town, ask: Ask) -> None:
    path = f"/referrals/{town.sent()}"
    taken = ask(town.els, "POST", f"{path}/accept", 2, json={"contact": "Els"})
    assert (taken.get_json()["status"], taken.get_json()["warm"]) == ("accepted", False)
    planned = ask(town.els, "POST", f"{path}/meeting", version(taken), json=visit())
    assert (planned.get_json()["status"], planned.get_json()["warm"]) == ("meeting_planned", True)
    moved = ask(town.els, "POST", f"{path}/meeting", version(planned), json=visit(place="Kelder"))
    assert moved.get_json()["appointment"]["sequence"] == 1
    off = ask(town.mira, "POST", f"{path}/meeting/cancel", version(moved))
    assert off.status_code == 204
    assert ask(town.els, "GET", path).get_json()["status"] == "accepted"


def test_the_receiver_asks_and_the_school_answers_on_a_newer_yes(town: Town, ask: Ask) -> None:
    """R1, R3: more is shared only with another yes, and then the receiver reads exactly that."""
    first = town.yes(level="reach")
    referral_id = town.sent(first)
    path = f"/referrals/{referral_id}"
    assert ask(town.els, "GET", path).get_json()["shared"]["package"]["question"] is None
    asked = ask(town.els, "POST", f"{path}/ask-information", 3, json={"kind": "question"})
    assert asked.get_json()["status"] == "needs_information"
    stranger = {"code": "added", "akkoord_id": str(town.yes().akkoord_id)}
    refused = ask(town.mira, "POST", f"{path}/answer-information", version(asked), json=stranger)
    assert refused.status_code == 409, "another person's yes is no yes"
    newer = town.yes(person_id=first.person_id, family_id=first.family_id)
    body = {"code": "added", "akkoord_id": str(newer.akkoord_id)}
    answered = ask(town.mira, "POST", f"{path}/answer-information", version(asked), json=body)
    assert (answered.get_json()["status"], answered.get_json()["akkoord_id"]) == ("seen", str(newer.akkoord_id))
    seen = ask(town.els, "GET", path).get_json()
    assert (seen["answer_code"], seen["shared"]["level"]) == ("added", "question")
    town.stop(first)
    assert ask(town.els, "GET", path).status_code == 200, "it rests on the newer yes"
    town.stop(newer)
    assert ask(town.els, "GET", path).status_code == 404


@pytest.mark.parametrize("body", [{}, {"kind": "income"}, {"kind": "question", "text": "Hoeveel verdient ze?"}])
def test_r1_a_question_about_a_family_has_no_words(town: Town, ask: Ask, body: Any) -> None:
    path = f"/referrals/{town.sent()}/ask-information"
    assert ask(town.els, "POST", path, 2, json=body).status_code == 422


@pytest.mark.parametrize("end", ["withdraw", "error", "family-ends"])
def test_r24_every_end_from_the_school_closes_it_at_once(town: Town, ask: Ask, end: str) -> None:
    path = f"/referrals/{town.accepted()}"
    assert ask(town.els, "GET", path).status_code == 200
    assert ask(town.mira, "POST", f"{path}/{end}", 3).status_code in (200, 204)
    for method, address in (("GET", path), ("GET", f"{path}/meeting.ics"), ("POST", f"{path}/met")):
        assert ask(town.els, method, address, 4).status_code == 404


def test_a_person_ends_it_and_nobody_asks_why(town: Town, ask: Ask) -> None:
    yes = town.yes()
    path = f"/referrals/{town.accepted(yes)}"
    other = town.person(town.yes())
    assert ask(other, "POST", f"{path}/family-ends", 3).status_code == 404
    assert ask(town.person(yes), "POST", f"{path}/family-ends", 3).status_code == 204
    assert ask(town.els, "GET", path).status_code == 404
    [mine] = ask(town.person(yes), "GET", "/me/referrals").get_json()["items"]
    assert mine["status"] == "ended_by_family"


def test_calendar_files_name_nobody_and_count_their_changes(town: Town, ask: Ask) -> None:
    yes = town.yes()
    referral_id = town.accepted(yes)
    path = f"/referrals/{referral_id}"

    def event(actor: Actor) -> Any:
        answer = ask(actor, "GET", f"{path}/meeting.ics")
        assert answer.content_type == "text/calendar; charset=utf-8"
        for secret in ("Amal", "Mira", "OCMW", "Els", str(yes.person_id), str(yes.family_id), "finan"):
            assert secret not in answer.text
        return Calendar.from_ical(answer.data).walk("VEVENT")[0]

    told = [event(one) for one in (town.mira, town.els, town.person(yes))]
    assert {str(one["summary"]) for one in told} == {"Afspraak"}
    assert {str(one["location"]) for one in told} == {"Lange Gasthuisstraat 33"}
    assert {str(one["status"]) for one in told} == {"CONFIRMED"}
    commands.cancel_meeting(town.web, town.person(yes), town.target(referral_id))
    off = event(town.mira)
    assert (str(off["status"]), off["sequence"], off["uid"]) == ("CANCELLED", 1, told[0]["uid"])
    commands.plan_meeting(town.web, town.els, town.target(referral_id), an_appointment(), town.terms)
    assert event(town.els)["sequence"] == 1


def test_tasks_are_listed_done_and_put_off(town: Town, ask: Ask) -> None:
    town.declined()
    [task] = ask(town.mira, "GET", "/tasks").get_json()["items"]
    assert (task["kind"], task["by_hand"], task["other_name"]) == ("talk_with_parent", True, "OCMW Antwerpen")
    assert "Amal" not in str(task)
    path = f"/tasks/{task['id']}"
    at = version(ask(town.mira, "GET", path))
    tomorrow = str(clock.today() + timedelta(days=1))
    later = ask(town.mira, "POST", f"{path}/later", at, json={"to": tomorrow})
    assert later.get_json()["due_on"] == task["due_on"], "its term stays"
    assert ask(town.mira, "GET", "/tasks").get_json()["items"] == []
    assert len(ask(town.mira, "GET", "/tasks?waiting=true").get_json()["items"]) == 1
    assert ask(town.mira, "POST", f"{path}/done", at, json={"result": "talked"}).status_code == 412
    done = ask(town.mira, "POST", f"{path}/done", version(later), json={"result": "parent_declined"})
    assert (done.get_json()["state"], done.get_json()["result"]) == ("done", "parent_declined")
    assert ask(town.mira, "POST", f"{path}/done", version(done), json={"result": "talked"}).status_code == 409
    assert ask(town.jo, "GET", path).status_code == 404
    assert ask(town.els, "GET", path).status_code == 404


@pytest.mark.parametrize(("to", "status"), [("2020-01-01", 422), ("2030-01-01", 422), ("morgen", 422), (None, 422)])
def test_a_task_waits_until_a_day_to_come(town: Town, ask: Ask, to: Any, status: int) -> None:
    town.declined()
    [task] = ask(town.mira, "GET", "/tasks").get_json()["items"]
    assert ask(town.mira, "POST", f"/tasks/{task['id']}/later", 1, json={"to": to}).status_code == status


def test_a_task_that_ends_by_its_step_is_not_ticked_off(town: Town, ask: Ask) -> None:
    town.asked()
    [task] = ask(town.mira, "GET", "/tasks").get_json()["items"]
    assert (task["kind"], task["by_hand"]) == ("give_information", False)
    answer = ask(town.mira, "POST", f"/tasks/{task['id']}/done", 1, json={"result": "talked"})
    assert answer.status_code == 409


def test_tasks_page_by_cursor_without_a_gap(town: Town, ask: Ask) -> None:
    for _ in range(5):
        town.declined()
    found, after = [], ""
    while True:
        page = ask(town.mira, "GET", f"/tasks?limit=2{after}").get_json()
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert len(set(found)) == len(found) == 5
    assert ask(town.mira, "GET", "/tasks?after=nonsense").status_code == 422


@pytest.mark.parametrize(
    "path", ["interpreter", "met", "start", "pause", "withdraw", "error", "family-ends", "meeting/cancel"]
)
def test_a_step_without_a_version_is_refused(town: Town, ask: Ask, path: str) -> None:
    referral_id = town.accepted()
    actor = town.els if path in ("met", "start", "pause") else town.mira
    assert ask(actor, "POST", f"/referrals/{referral_id}/{path}").status_code == 428
    assert ask(actor, "POST", f"/referrals/{referral_id}/{path}", 99).status_code == 412


def test_a_request_that_comes_twice_has_one_effect(town: Town, owner_of: Any) -> None:
    target = commands.Target(town.met(), 4, "once")
    for _ in range(2):
        commands.start_help(town.web, town.els, target)
    assert owner_of("referral").execute("SELECT status, version FROM referral").fetchone() == ("in_progress", 5)


_DRAFT = {"referrals.send", "api_referrals.send"}
_SENT = {"answers.accept", "answers.ask", "answers.decline", "answers.ask_why"} | {
    f"api_referrals.{one}" for one in ("accept", "ask_information", "decline")
}
_ASKED = {"referrals.information", "api_referrals.answer_information"}
_TAKEN_ON = {"progress.met", "api_meetings.met"}
_MET = {"progress.start", "progress.pause", "api_meetings.start", "api_meetings.pause", "mine.helped", "mine.ask"} | {
    "api_meetings.helped"
}


def test_everyone_may_do_what_the_table_says_and_nothing_else(
    town: Town,
    app: Flask,
    bearer: Any,
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    routes = {one.endpoint for one in app.url_map.iter_rules() if "referral_id" in one.arguments}
    task_routes = {one.endpoint for one in app.url_map.iter_rules() if "task_id" in one.arguments}
    own_routes = {one.endpoint for one in app.url_map.iter_rules() if "/contact/" in one.rule}
    forms: dict[str, Any] = {
        "referrals.companion": {"goes_along": "Mira"},
        "teams.move": {"team": ""},
        "referrals.information": {"code": "ask_parent"},
        "answers.accept": visit(day="", hour=""),
        "answers.ask": {"kind": "question"},
        "answers.decline": {"code": "no_room"},
        "meetings.plan": visit(day="", hour=""),
        "progress.outcome": {"code": "helped"},
        "endings.close": {"talk": "talked"},
        "mine.helped": {"face": "helped", "tell": "no"},
        "tasks.done": {"result": "talked"},
        "tasks.later": {"days": "2"},
    }
    bodies: dict[str, Any] = {
        "api_referrals.accept": visit(),
        "api_referrals.ask_information": {"kind": "question"},
        "api_referrals.answer_information": {"code": "ask_parent"},
        "api_referrals.companion": {"goes_along": "Mira"},
        "api_teams.move": {"team_id": None},
        "api_referrals.decline": {"code": "no_room"},
        "api_referrals.close": {"talk": "talked"},
        "api_meetings.plan": visit(),
        "api_meetings.outcome": {"code": "helped"},
        "api_meetings.helped": {"code": "helped"},
        "api_tasks.done": {"result": "talked"},
        "api_tasks.later": {"to": str(clock.today() + timedelta(days=2))},
    }

    def arrange() -> Things:
        """One person's five referrals, each where some step is next."""
        yes = town.yes()

        def same() -> Any:
            return town.yes(person_id=yes.person_id, family_id=yes.family_id)

        made = {
            1: (town.draft(same()), _DRAFT),
            2: (town.sent(same()), _SENT),
            3: (town.asked(same()), _ASKED),
            4: (town.met(same()), _MET),
        }
        taken_on, planned = town.taken_on(same()), town.accepted(yes)
        standing = {name: (referral_id, at) for at, (referral_id, names) in made.items() for name in names}
        standing |= dict.fromkeys(_TAKEN_ON, (taken_on, 3))
        standing = {name: standing.get(name, (planned, 3)) for name in routes}
        [task] = [one.id for one in tasks.of_referral(town.web, town.mira, town.declined(same()))]
        versions = {name: at for name, (_, at) in standing.items()} | dict.fromkeys(task_routes, 1)
        return Things(
            owner=town.school,
            receiver=town.ocmw,
            person=yes.person_id,
            values={name: {"referral_id": one} for name, (one, _) in standing.items()}
            | {name: {"task_id": task} for name in task_routes}
            | {name: {"organisation_id": town.school} for name in own_routes},
            only=dict.fromkeys(task_routes | own_routes, frozenset({"owner"})),
            bodies=bodies | {name: forms.get(name, {}) | {"version": str(at)} for name, at in versions.items()
                             if not name.startswith("api_")},
            versions={name: at for name, at in versions.items() if name.startswith("api_")},
        )  # fmt: skip

    # Between whom a question is, its query keeps: it has no owner in the table.
    questions = {"organisations.asking", "organisations.answers", "api_capacity.answer"}
    # Plans have persons of their own: tests/api/test_referral_plans_api.py.
    plans = {one.endpoint for one in app.url_map.iter_rules() if "plan" in one.endpoint}
    # Invitations have their own: tests/pages/test_referral_staff_pages.py.
    # Whoever has the link of a mail: tests/rules/test_r24_guest.py.
    mailed = {one.endpoint for one in app.url_map.iter_rules() if "token" in one.arguments}
    invited = {one.endpoint for one in app.url_map.iter_rules() if "/staff/" in one.rule}
    # How an organisation keeps itself: tests/api/test_referral_keeping_api.py.
    kept = {
        one
        for one in app.view_functions
        if one.split(".")[0] in ("agreements", "api_agreements", "api_keeping", "api_teams")
    }
    # Webhooks too: tests/api/test_referral_webhooks_api.py.
    webhooks = {one.endpoint for one in app.url_map.iter_rules() if "/webhooks" in one.rule}
    elsewhere = frozenset((questions | plans | invited | mailed | kept | webhooks) - routes)
    wrong = play(Try(app, TABLE, arrange, sign_in, bearer, elsewhere))
    assert not wrong, "\n".join(wrong)


def test_the_timers_and_the_api_tell_the_same(town: Town, ask: Ask) -> None:
    town.sent()
    with clock.fixed(clock.now() + timedelta(days=40)):
        timers.look_at_terms(town.worker)
        [one] = ask(town.mira, "GET", "/referrals?status=expired").get_json()["items"]
        assert one["to_organisation"] == str(town.ocmw)
        assert ask(town.els, "GET", "/referrals").get_json()["items"] == []
