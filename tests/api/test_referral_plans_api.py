"""The API of family plans as programs use it: the school's, a partner's, and the family's own."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from services.referral.app import create_app
from services.referral.permissions import TABLE
from shared import clock
from shared.security import ANYONE, Actor
from tests.builders.activities import Issuers
from tests.builders.plans import Family, a_plan, action, words
from tests.builders.referral import Town
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
    """`ask(actor, "POST", "/plans", json={...})`, with that actor's bearer token; `at` is the version in If-Match."""

    def do(actor: Actor, method: str, path: str, at: int | None = None, **more: Any) -> TestResponse:
        headers = bearer(actor) if actor != ANYONE else {}
        if at is not None:
            headers["If-Match"] = f'"{at}"'
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def test_a_plan_from_its_beginning_to_the_yes_of_the_family(town: Town, ask: Ask) -> None:
    family = Family(town).arrive()
    called = [{"person_id": str(family.amal.id), "called": "Amal"}]
    begun = ask(town.mira, "POST", "/plans", json={"family_id": str(family.family_id), "persons": called, "lang": "ar"})
    assert begun.status_code == 201, begun.text
    plan = begun.get_json()
    path = f"/plans/{plan['id']}"
    assert ask(town.mira, "POST", "/plans", json={"family_id": str(family.family_id)}).status_code == 409
    her = next(one for one in plan["persons"] if one["called"] == "Amal")
    body = {
        "items": [{"text": "الهدوء", "lang": "ar", "beside": "Rust", "beside_lang": "nl", "said_by": her["id"]}],
        "actions": [{"text": "Bel het OCMW", "who": her["id"], "by": "2030-01-01"}],
    }
    written = ask(town.mira, "PUT", f"{path}/sections/finances", 0, json=body)
    assert (written.status_code, written.headers["ETag"]) == (200, '"1"'), written.text
    mine = ask(family.amal, "GET", "/plans/mine").get_json()
    assert (mine["id"], mine["seen_as"]) == (plan["id"], "family")
    [section] = mine["sections"]
    assert section["items"][0]["text"] == "الهدوء"
    yes = {"edition": mine["edition"], "lang": "ar"}
    said = ask(family.amal, "POST", f"{path}/yes", json=yes)
    assert [one["edition"] for one in said.get_json()["yes"]] == [1]
    assert ask(family.amal, "POST", f"{path}/yes", json={"edition": 0}).status_code == 412
    [listed] = ask(town.mira, "GET", "/plans").get_json()["items"]
    assert listed["agreed"]


def test_a_family_that_nobody_knows_is_no_fault_of_the_server(town: Town, ask: Ask) -> None:
    refused = ask(town.mira, "POST", "/plans", json={"family_id": str(uuid4())})
    assert (refused.status_code, refused.get_json()["type"]) == (409, "urn:brug:problem:family-not-here-yet")


def test_r10_a_change_says_which_version_it_changes_and_may_be_kept_beside(town: Town, ask: Ask) -> None:
    path = f"/plans/{a_plan(town).plan_id}/sections/wishes"
    first, second = ({"items": [{"text": text}]} for text in ("een", "twee"))
    assert ask(town.mira, "PUT", path, json=first).status_code == 428
    assert ask(town.mira, "PUT", path, 0, json=first).status_code == 200
    assert ask(town.mira, "PUT", path, 0, json=second).status_code == 412
    beside = ask(town.mira, "PUT", path, 0, json=second | {"beside": True}).get_json()
    assert [beside["items"][0]["text"], beside["besides"][0]["items"][0]["text"]] == ["een", "twee"]
    choice = {"number": beside["besides"][0]["number"], "keep": "both"}
    both = ask(town.mira, "POST", f"{path}/choice", beside["number"], json=choice).get_json()
    assert [one["text"] for one in both["items"]] == ["een", "twee"]
    assert both["besides"] == []


def test_r03_a_receiver_reads_its_parts_under_ids_of_its_own(town: Town, ask: Ask) -> None:
    family = a_plan(town)
    family.write(town.mira, "finances", words("Rust"), actions=(action("Bel", family.person(family.amal)),))
    family.write(town.mira, "work", words("Een job"))
    assert ask(town.els, "GET", f"/plans/{family.plan_id}").status_code == 404
    yes = family.opens("finances")
    shown = ask(town.els, "GET", f"/plans/{family.plan_id}")
    assert shown.get_json()["parts"] == ["finances"]
    for word in ("Een job", "Karim", str(family.family_id), str(family.amal.id)):
        assert word not in shown.text
    assert ask(town.els, "GET", f"/plans/{family.plan_id}/sections/work").status_code == 404
    assert ask(town.els, "GET", f"/plans/{family.plan_id}/versions").get_json() == {"items": []}
    assert [one["names"] for one in ask(town.els, "GET", "/plans").get_json()["items"]] == [[]]
    town.stop(yes)
    assert ask(town.els, "GET", f"/plans/{family.plan_id}").status_code == 404


def test_r10_r15_the_school_cannot_touch_the_familys_own_words(town: Town, ask: Ask) -> None:
    family = a_plan(town)
    path = f"/plans/{family.plan_id}/sections/wishes"
    written = ask(family.amal, "PUT", path, 0, json={"items": [{"text": "ik wil rustt"}]}).get_json()
    [hers] = written["items"]
    assert hers["by_family"]
    better = {"items": [{"id": hers["id"], "text": "Ik wil rust"}]}
    assert ask(town.mira, "PUT", path, 1, json=better).status_code == 409
    assert ask(town.mira, "PUT", path, 1, json={"items": []}).status_code == 409


def test_r10_the_family_closes_a_part_to_its_school(town: Town, ask: Ask) -> None:
    family = a_plan(town)
    family.write(town.mira, "finances", words("Rust"))
    path = f"/plans/{family.plan_id}"
    at = ask(family.amal, "GET", path).get_json()["version"]
    assert ask(family.amal, "PUT", f"{path}/school-parts", at, json={"parts": ["wishes"]}).status_code == 200
    assert ask(town.mira, "GET", path).get_json()["sections"] == []
    assert ask(town.mira, "GET", f"{path}/sections/finances").status_code == 404
    assert ask(family.amal, "PUT", f"{path}/school-parts", at + 1, json={"parts": ["own"]}).status_code == 422


def test_r12_an_outcome_is_the_persons_own(town: Town, ask: Ask) -> None:
    family = a_plan(town)
    going = action("Oudercafé", family.person(family.amal))
    family.write(town.mira, "leisure", actions=(going,))
    path = f"/plans/{family.plan_id}/actions/{going.id}/outcome"
    assert ask(family.amal, "POST", path, json={"answer": "yes"}).status_code == 204
    assert ask(family.other, "POST", path, json={"answer": "yes"}).status_code == 404
    assert ask(town.mira, "POST", path, json={"answer": "yes"}).status_code == 403


def test_r23_a_third_persons_no_takes_the_name_away(town: Town, ask: Ask) -> None:
    path = f"/plans/{a_plan(town).plan_id}"
    body = {"kind": "third", "called": "Samira", "role": "zus"}
    added = ask(town.mira, "POST", f"{path}/persons", json=body)
    third = next(one for one in added.get_json()["persons"] if one["kind"] == "third")
    answered = ask(town.mira, "POST", f"{path}/persons/{third['id']}/answer", json={"answer": "no"})
    assert "Samira" not in answered.text


def test_the_frame_of_a_plan_is_changed_by_its_own_version(town: Town, ask: Ask) -> None:
    family = a_plan(town)
    path = f"/plans/{family.plan_id}"
    plan = ask(town.mira, "GET", path).get_json()
    frame = {name: plan["frame"][name] for name in ("lang", "started_on", "review_on", "ends_on")}
    new = frame | {"coordinator": str(family.person(family.amal))}
    assert ask(town.mira, "PUT", f"{path}/frame", plan["frame"]["version"], json=new).status_code == 200
    assert ask(town.mira, "PUT", f"{path}/frame", plan["frame"]["version"], json=new).status_code == 412
    wrong = new | {"ends_on": frame["started_on"]}
    assert ask(town.mira, "PUT", f"{path}/frame", 2, json=wrong).status_code == 422
    assert ask(town.mira, "POST", f"{path}/review", None).status_code == 428
    at = ask(town.mira, "GET", path).get_json()["version"]
    assert ask(town.mira, "POST", f"{path}/review", at).status_code == 200
    assert ask(family.amal, "POST", f"{path}/end", at + 1).get_json()["status"] == "ended"
    assert ask(town.mira, "PUT", f"{path}/sections/work", 0, json={}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"items": [{"text": ""}]}, "items.0.text"),
        ({"items": [{"text": "x" * 2001}]}, "items.0.text"),
        ({"items": [{"text": "x", "lang": "klingon"}]}, "items.0.lang"),
        ({"items": [{"text": "x", "lang": ""}]}, "items.0.lang"),
        ({"items": [{"text": "x\x00"}]}, "body"),
        ({"actions": [{"text": "Bel"}]}, "actions.0.who"),
        ({"actions": [{"text": "Bel", "who": str(UUID(int=1))}]}, "actions.0.by"),
        ({"items": [{"text": "Ze is moslima"}]}, "items.0.text"),
        ({"everything": 1}, "everything"),
    ],
)
def test_a_text_that_cannot_be_used_names_its_field_and_writes_nothing(
    town: Town, ask: Ask, owner_of: Any, body: Any, field: str
) -> None:
    family = a_plan(town)
    problem = ask(town.mira, "PUT", f"/plans/{family.plan_id}/sections/wishes", 0, json=body)
    assert problem.status_code == 422, problem.text
    assert field in [error["field"] for error in problem.get_json()["errors"]]
    assert owner_of("referral").execute("SELECT count(*) FROM plan_section").fetchone() == (0,)


def test_lists_page_by_cursor(town: Town, ask: Ask) -> None:
    made = {str(a_plan(town).plan_id) for _ in range(3)}
    first = ask(town.mira, "GET", "/plans?limit=2").get_json()
    rest = ask(town.mira, "GET", f"/plans?limit=2&after={first['next']}").get_json()
    assert {one["id"] for one in first["items"] + rest["items"]} == made
    assert rest["next"] is None


def test_everyone_may_do_with_a_plan_what_the_table_says_and_nothing_else(
    town: Town, app: Flask, bearer: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    others = {one.endpoint for one in app.url_map.iter_rules() if not one.endpoint.partition(".")[0].endswith("plans")}
    by = str(clock.today() + timedelta(days=3))

    def arrange() -> Things:
        family = a_plan(town)
        going = action("Oudercafé", family.person(family.amal))
        family.write(town.mira, "leisure", actions=(going,))
        third = family.third()
        family.write(town.mira, "wishes", words("een"))
        family.write(town.mira, "wishes", words("twee"), after=0)
        family.opens(*("strengths", "wishes", "leisure"))
        plan = family.seen(town.mira).plan
        frame = {"lang": "nl", "started_on": str(plan.started_on), "review_on": str(plan.review_on)}
        frame |= {"ends_on": str(plan.ends_on)}
        routes = [one for one in app.url_map.iter_rules() if one.endpoint not in others]
        known = {"plan_id": family.plan_id, "section": "wishes", "action_id": going.id, "person_id": third}
        new = Family(town).arrive()
        version = {"version": str(plan.version)}
        return Things(
            owner=town.school,
            receiver=town.ocmw,
            person=family.amal.id,
            values={one.endpoint: {name: known[name] for name in one.arguments} for one in routes}
            | dict.fromkeys(("plans.action", "plans.save_action"), known | {"section": "leisure"}),
            bodies={
                "api_plans.start": {"family_id": str(new.family_id)},
                "api_plans.arrange": frame | {"coordinator": None},
                "api_plans.write": {"items": [{"text": "drie"}]},
                "api_plans.choose": {"number": 2, "keep": "current"},
                "api_plans.add_person": {"kind": "staff", "role": "leerkracht"},
                "api_plans.answer": {"answer": "yes"},
                "api_plans.say_yes": {"edition": plan.edition},
                "api_plans.open_parts": {"parts": ["wishes"]},
                "api_plans.tell": {"answer": "yes"},
                **pages(family, new, frame, version, by),
            },
            versions={
                "api_plans.arrange": plan.frame,
                "api_plans.write": 1,
                "api_plans.choose": 1,
                "api_plans.say_yes": plan.version,
                "api_plans.open_parts": plan.version,
                "api_plans.review": plan.version,
                "api_plans.end": plan.version,
            },
        )

    wrong = play(Try(app, TABLE, arrange, sign_in, bearer, frozenset(others)))
    assert not wrong, "\n".join(wrong)


def pages(
    family: Family, new: Family, frame: dict[str, str], version: dict[str, str], by: str
) -> dict[str, dict[str, Any]]:
    """What the pages of plans send, so that nothing is refused for its form before its relation counts."""
    seen = family.seen(family.town.mira)
    [going] = seen.content("leisure").actions
    number = {"version": str(seen.number("wishes"))}
    return {
        "plans.new": {"family": str(new.family_id)},
        "plans.begin": {"family": str(new.family_id), "lang": "nl"},
        "plans.arrange": frame | {"coordinator": "", "version": str(seen.plan.frame)},
        "plans.add_person": {"kind": "third", "called": "Samira", "role": "zus", "answer": "unknown"},
        "plans.note_answer": {"answer": "yes"},
        "plans.review": version,
        "plans.end": version,
        "plans.say_yes": {"version": str(seen.plan.edition)},
        "plans.open_parts": version | {"parts": ["wishes"]},
        "plans.tell": {"answer": "yes"},
        "plans.save_words": number | {"text": "drie", "lang": "nl"},
        "plans.save_action": {"version": str(seen.number("leisure"))}
        | {"text": "Bel", "lang": "nl", "who": str(going.who), "by": by, "state": "open"},
        "plans.drop": number | {"id": str(seen.content("wishes").items[0].id)},
        "plans.choose": number | {"number": "2", "keep": "current"},
    }
