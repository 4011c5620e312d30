"""The API of network as programs use it: each side with its own token."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.network import commands
from services.network.app import create_app
from services.network.domain.board import SENT
from services.network.domain.match import Status
from services.network.permissions import TABLE
from shared.security import ANYONE, Actor
from tests.builders.activities import Issuers
from tests.builders.facts import a_fact, cells, published
from tests.builders.network import HER_PHONE, PHONE, WORKER, Quarter
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play

API = "/network/api/v1"
Ask = Callable[..., TestResponse]


@pytest.fixture
def quarter(db_of: Any, settings_of: Any) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    """The application and its issuers: one for all tests here."""
    known: dict[str, Any] = {}
    yield known
    if known:
        known["app"].extensions["brug"].db.close()


@pytest.fixture
def app(quarter: Quarter, made: dict[str, Any]) -> Flask:
    if not made:
        made["issuers"] = Issuers(quarter.settings)
        made["app"] = create_app(quarter.settings, transport=made["issuers"].transport())
    found: Flask = made["app"]
    return found


@pytest.fixture
def bearer(app: Flask, made: dict[str, Any], owner_of: Any) -> Callable[[Actor], dict[str, str]]:
    def header(actor: Actor) -> dict[str, str]:
        if actor.memberships:
            remember_memberships(owner_of("network"), actor)
        told: dict[str, str] = made["issuers"].bearer(actor)
        return told

    return header


@pytest.fixture
def ask(app: Flask, bearer: Callable[[Actor], dict[str, str]]) -> Ask:
    """`ask(actor, "POST", "/requests", json={...})`, with that actor's bearer token."""

    def do(actor: Actor, method: str, path: str, **more: Any) -> TestResponse:
        headers = (bearer(actor) if actor != ANYONE else {}) | more.pop("headers", {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


CARD = {
    "first_name": "Nour",
    "role": "parent_ambassador",
    "languages": ["ar", "nl"],
    "times": ["evening"],
    "capacity": 2,
    "phone": "0470 11 22 33",
    "about": {"text": "Ik ben mama van drie", "lang": "nl"},
}
ASKED = {
    "name": "Amal Haddad",
    "languages": ["ar"],
    "times": ["evening"],
    "neighbourhood": "Kiel",
    "about": {"text": "أحب الطبخ", "lang": "ar"},
    "private": {"not_my_community": True, "community_languages": ["tr"], "not_these": ["Zulmira"]},
}


def test_the_whole_way_by_api(quarter: Quarter, ask: Ask) -> None:
    helper, parent = quarter.staff(quarter.house, "helper"), quarter.parent()
    card = ask(helper, "POST", "/helpers", json=CARD)
    assert (card.status_code, card.headers["ETag"], card.get_json()["phone"]) == (201, '"1"', "0470112233")
    asked = ask(parent.actor, "POST", "/requests", json=ASKED)
    assert (asked.status_code, asked.get_json()["first_name"]) == (201, "Amal")
    started = ask(quarter.lies, "POST", "/rounds", json={}).get_json()
    assert started["done_at"] is None
    quarter.proposals()
    done = ask(quarter.lies, "GET", f"/rounds/{started['id']}").get_json()
    assert (done["proposed"], done["without"]) == (1, 0)
    assert done["done_at"]

    [hers] = ask(parent.actor, "GET", "/matches").get_json()["items"]
    [his] = ask(helper, "GET", "/matches").get_json()["items"]
    assert hers["id"] == his["id"]
    assert hers["reasons"] == ["speaks:ar", "free:evening"]
    path = f"/matches/{hers['id']}"
    assert ask(parent.actor, "GET", path).get_json()["helper"]["phone"] is None
    seen = ask(helper, "GET", path).get_json()
    assert seen["person"]["first_name"] == "Amal"
    assert (seen["contact"], seen["contact_state"]) == (None, "until_both")

    version = {"If-Match": '"1"'}
    yes = ask(helper, "POST", f"{path}/accept", json={}, headers=version)
    assert (yes.status_code, yes.headers["ETag"]) == (200, '"2"')
    yes = ask(parent.actor, "POST", f"{path}/accept", json={"lang": "nl"}, headers=version)
    assert (yes.get_json()["status"], yes.headers["ETag"]) == ("made", '"3"')
    assert yes.get_json()["helper"]["phone"] == "0470112233"
    assert ask(helper, "GET", path).get_json()["contact_state"] == "follows"
    quarter.package_arrives(parent, UUID(hers["id"]))
    assert ask(helper, "GET", path).get_json()["contact_state"] == "not_sure"
    quarter.fresh()
    opened = ask(helper, "GET", path).get_json()
    assert (opened["contact_state"], opened["contact"]["phone"]) == ("open", HER_PHONE)

    ended = ask(parent.actor, "POST", f"{path}/end", headers={"If-Match": '"3"'})
    assert ended.status_code == 204
    assert ask(helper, "GET", path).status_code == 404
    assert ask(helper, "GET", "/matches").get_json()["items"] == []
    assert ask(parent.actor, "GET", path).get_json()["helper"] is None


def test_a_change_says_which_version_it_changes(quarter: Quarter, ask: Ask) -> None:
    parent, _, match_id = quarter.proposed()
    path = f"/matches/{match_id}/accept"
    assert ask(parent.actor, "POST", path, json={}).status_code == 428
    assert ask(parent.actor, "POST", path, json={}, headers={"If-Match": '"7"'}).status_code == 412
    assert ask(parent.actor, "POST", path, json={}, headers={"If-Match": "nonsense"}).status_code == 412
    assert quarter.row(match_id).version == 1


def test_an_answer_that_is_sent_twice_with_one_key_is_one(quarter: Quarter, ask: Ask) -> None:
    parent, _, match_id = quarter.proposed()
    headers = {"If-Match": '"1"', "Idempotency-Key": "once"}
    for _ in range(2):
        assert ask(parent.actor, "POST", f"/matches/{match_id}/accept", json={}, headers=headers).status_code == 200
    assert quarter.row(match_id).version == 2


def test_r26_a_yes_in_a_language_without_a_signed_text_is_refused(quarter: Quarter, ask: Ask) -> None:
    parent, _, match_id = quarter.proposed()
    answer = ask(parent.actor, "POST", f"/matches/{match_id}/accept", json={"lang": "ti"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "lang"


def test_a_no_answers_nothing_and_leads_to_the_next_best(quarter: Quarter, ask: Ask) -> None:
    parent, helper, match_id = quarter.proposed()
    quarter.helper(first_name="Lina")
    declined = ask(helper, "POST", f"/matches/{match_id}/decline", headers={"If-Match": '"1"'})
    assert (declined.status_code, declined.data) == (204, b"")
    assert quarter.row(match_id).status == Status.DECLINED
    quarter.proposals()
    both = ask(parent.actor, "GET", "/matches").get_json()["items"]
    assert [one["status"] for one in both] == ["declined", "proposed"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": []}, "languages"),
        ({"languages": ["qqq"]}, "languages"),
        ({"languages": ["Arabisch!"]}, "languages.0"),
        ({"languages": ["ar"] * 13}, "languages"),
        ({"name": "   "}, "name"),
        ({"name": "\u200e\u202e"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": None}, "name"),
        ({"times": ["noon"]}, "times.0"),
        ({"wish": "elf"}, "wish"),
        ({"about": {"text": "", "lang": "nl"}}, "about.text"),
        ({"about": {"text": "x" * 601, "lang": "nl"}}, "about.text"),
        ({"about": {"text": "ik ben vluchteling", "lang": "nl"}}, "about.text"),
        ({"private": {"not_my_community": True}}, "private.community_languages"),
        ({"private": {"not_my_community": True, "community_languages": ["ar"]}}, "private"),
        ({"private": {"not_these": ["a"] * 6}}, "private.not_these"),
        ({"nationality": "x"}, "nationality"),
    ],
)
def test_a_request_that_cannot_be_used_names_its_field_and_writes_nothing(
    quarter: Quarter, ask: Ask, owner_of: Any, changes: dict[str, Any], field: str
) -> None:
    answer = ask(quarter.parent().actor, "POST", "/requests", json=ASKED | changes)
    assert answer.status_code == 422, answer.text
    problem = answer.get_json()
    assert field in [error["field"] for error in problem["errors"]], problem
    assert all(error["message"] for error in problem["errors"])
    assert owner_of("network").execute("SELECT count(*) FROM request").fetchone() == (0,)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "bel mij"}, "phone"),
        ({"capacity": 0}, "capacity"),
        ({"role": "boss"}, "role"),
        ({"school": str(uuid4())}, "school"),
        ({"gender": "x"}, "gender"),
        ({"child_school_years": ["years_9"]}, "child_school_years.0"),
    ],
)
def test_a_card_that_cannot_be_used_names_its_field_and_writes_nothing(
    quarter: Quarter, ask: Ask, owner_of: Any, changes: dict[str, Any], field: str
) -> None:
    answer = ask(quarter.staff(quarter.house, "helper"), "POST", "/helpers", json=CARD | changes)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.get_json()["errors"]]
    assert owner_of("network").execute("SELECT count(*) FROM helper").fetchone() == (0,)


def test_names_in_any_script_and_emoji_come_back_as_they_were(quarter: Quarter, ask: Ask) -> None:
    parent = quarter.parent()
    about = {"text": 'نحب 🍉 و 👨‍👩‍👧 en een "grapje" <b>', "lang": "ar"}
    asked = ask(parent.actor, "POST", "/requests", json=ASKED | {"name": "አማል", "about": about}).get_json()
    assert (asked["first_name"], asked["about"]) == ("አማል", about)


def test_who_is_not_known_yet_hears_to_come_back(quarter: Quarter, ask: Ask) -> None:
    from shared.security import ActorKind

    answer = ask(Actor(uuid4(), ActorKind.PERSON), "POST", "/requests", json=ASKED)
    assert answer.status_code == 503
    assert "nog niet" in answer.get_json()["title"]


def test_a_coordinator_reads_helpers_of_the_circle_a_helper_the_own_card(quarter: Quarter, ask: Ask) -> None:
    helper, helper_id = quarter.helper()
    quarter.helper(quarter.far_school, first_name="Ver")
    page = ask(quarter.lies, "GET", "/helpers").get_json()
    assert [one["first_name"] for one in page["items"]] == ["Nour"]
    assert PHONE not in str(page)
    assert [one["id"] for one in ask(helper, "GET", "/helpers").get_json()["items"]] == [str(helper_id)]
    shown = ask(helper, "GET", f"/helpers/{helper_id}")
    assert shown.get_json()["phone"] == PHONE
    changed = ask(
        helper,
        "PUT",
        f"/helpers/{helper_id}",
        json=CARD | {"capacity": 5},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert changed.get_json()["capacity"] == 5
    assert ask(quarter.far_coordinator, "GET", f"/helpers/{helper_id}").status_code == 404


def test_helpers_come_in_pages(quarter: Quarter, ask: Ask) -> None:
    for number in range(3):
        quarter.helper(first_name=f"H{number}")
    first = ask(quarter.lies, "GET", "/helpers?limit=2").get_json()
    rest = ask(quarter.lies, "GET", f"/helpers?limit=2&after={first['next']}").get_json()
    assert [one["first_name"] for one in first["items"] + rest["items"]] == ["H0", "H1", "H2"]
    assert rest["next"] is None


def test_r16_no_answer_of_the_api_holds_a_private_wish(quarter: Quarter, ask: Ask) -> None:
    helper, _ = quarter.helper()
    parent = quarter.parent()
    asked = ask(parent.actor, "POST", "/requests", json=ASKED)
    commands.start_round(quarter.web, quarter.lies, quarter.house)
    quarter.proposals()
    [match] = ask(helper, "GET", "/matches").get_json()["items"]
    answers = [
        asked,
        ask(parent.actor, "GET", f"/requests/{asked.get_json()['id']}"),
        ask(parent.actor, "GET", "/matches"),
        ask(parent.actor, "GET", f"/matches/{match['id']}"),
        ask(helper, "GET", f"/matches/{match['id']}"),
        ask(quarter.lies, "GET", "/helpers"),
    ]
    for answer in answers:
        assert answer.status_code in (200, 201)
        for secret in ("ulmira", '"tr"', "community", "not_these", "private"):
            assert secret not in answer.text, answer.request.path


def test_a_coordinator_reads_the_board_and_a_hidden_number_has_no_cell(quarter: Quarter, ask: Ask) -> None:
    assert ask(quarter.lies, "GET", "/board").status_code == 404  # nothing is published yet
    sent = cells(ocmw={"warm": 20, "seen": 9}, clb={"warm": 8, "seen": 3})
    published(quarter, SENT, [a_fact(SENT, sent)])
    told = ask(quarter.lies, "GET", "/board?month=2026-09&town=Antwerpen").get_json()
    assert (told["town"], told["month"], told["published"]) == ("Antwerpen", "2026-09", [SENT])
    assert {"table": SENT, "row": "total", "column": "total", "number": 40} in told["cells"]
    assert all(one["number"] >= 5 for one in told["cells"])
    assert not [one for one in told["cells"] if (one["row"], one["column"]) == ("clb", "seen")]


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=2026-09-01", "?town=" + "x" * 200, "?order=asc"])
def test_a_question_for_the_board_that_makes_no_sense_is_refused(query: str, quarter: Quarter, ask: Ask) -> None:
    assert ask(quarter.lies, "GET", f"/board{query}").status_code == 422


def test_the_board_is_the_coordinators_alone(quarter: Quarter, ask: Ask) -> None:
    published(quarter, SENT, [a_fact(SENT, cells(ocmw={"warm": 20}))])
    for other in (quarter.teacher, quarter.staff(quarter.house, "helper"), quarter.parent().actor):
        assert ask(other, "GET", "/board").status_code == 403
    assert ask(quarter.far_coordinator, "GET", "/board?town=Gent").status_code == 404


def test_a_cookie_opens_nothing_here(
    quarter: Quarter, app: Flask, sign_in: Callable[[FlaskClient, Actor], FlaskClient]
) -> None:
    parent, _, _ = quarter.proposed()
    browser = sign_in(app.test_client(), parent.actor)
    assert browser.get(f"{API}/matches").status_code == 401


def test_others_matches_and_requests_do_not_exist(quarter: Quarter, ask: Ask) -> None:
    _parent, helper, match_id = quarter.proposed()
    other_helper, _ = quarter.helper(first_name="Lina")
    for actor in (quarter.parent().actor, other_helper):
        assert ask(actor, "GET", f"/matches/{match_id}").status_code == 404
        answer = ask(actor, "POST", f"/matches/{match_id}/accept", json={}, headers={"If-Match": '"1"'})
        assert answer.status_code == 404
    request_id = quarter.row(match_id).request_id
    assert ask(quarter.parent().actor, "GET", f"/requests/{request_id}").status_code == 404
    assert ask(helper, "GET", f"/requests/{request_id}").status_code == 403
    assert ask(quarter.teacher, "GET", f"/matches/{match_id}").status_code == 403


# Whose helper, whose card and whose match is more than a role at an organisation: tests of their own hold those.
OWN_THINGS = frozenset(
    {"matches.see", "matches.news", "api_matches.show", "helpers.edit", "api_helpers.show", "helpers.own"}
)
FORM = {"version": "1", "answer": "no", "account": "x"}


def test_the_matrix_of_routes_roles_and_relations(
    quarter: Quarter, app: Flask, sign_in: Any, bearer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)

    def arrange() -> Things:
        _helper, helper_id = quarter.helper()
        parent = quarter.parent()
        request_id = quarter.asks(parent)
        match_id = commands.propose(quarter.worker, WORKER, request_id)
        round_id = commands.start_round(quarter.web, quarter.lies, quarter.house)
        match, card = {"match_id": match_id}, {"helper_id": helper_id}
        mine = {"request_id": request_id}
        person = frozenset({"person"})
        at_house = frozenset({"receiver"})
        return Things(
            owner=quarter.house,
            receiver=quarter.house,
            person=parent.id,
            values={
                **dict.fromkeys(
                    ("matches.answer", "matches.end", "api_matches.accept", "api_matches.decline", "api_matches.end"),
                    match,
                ),
                **dict.fromkeys(("helpers.save", "api_helpers.change"), card),
                **dict.fromkeys(("requests.withdraw", "api_requests.withdraw", "api_requests.show"), mine),
                "api_rounds.show": {"round_id": round_id},
            },
            only={"api_requests.show": person, "matches.answer": person | at_house},
            bodies={
                "matches.answer": FORM,
                "matches.end": FORM,
                "requests.withdraw": FORM,
                "api_helpers.sign_up": CARD,
                "api_helpers.change": CARD,
                "api_requests.make": ASKED,
            },
            versions=dict.fromkeys(
                (
                    "api_matches.accept",
                    "api_matches.decline",
                    "api_matches.end",
                    "api_helpers.change",
                    "api_requests.withdraw",
                ),
                1,
            ),
        )

    wrong = play(Try(app, TABLE, arrange, sign_in, bearer, OWN_THINGS))
    assert wrong == [], "\n".join(wrong)


def test_the_description_of_the_api_knows_every_route(app: Flask) -> None:
    told = app.test_client().get("/network/api/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    for path in ("/helpers", "/requests", "/matches", "/matches/{match_id}/accept", "/matches/{match_id}/decline"):
        assert f"{API}{path}" in told["paths"]


def test_a_person_finds_the_own_open_request(quarter: Quarter, ask: Ask) -> None:
    parent = quarter.parent()
    assert ask(parent.actor, "GET", "/requests").get_json() == {"items": []}
    request_id = quarter.asks(parent)
    [own] = ask(parent.actor, "GET", "/requests").get_json()["items"]
    assert own["id"] == str(request_id)
    assert ask(quarter.parent().actor, "GET", "/requests").get_json() == {"items": []}
    assert ask(quarter.lies, "GET", "/requests").status_code == 403


def test_a_coordinator_reads_who_waits_and_each_of_them_can_read_so(quarter: Quarter, ask: Ask) -> None:
    parent = quarter.parent()
    request_id = quarter.asks(parent)
    [waits] = ask(quarter.lies, "GET", "/waiting").get_json()["items"]
    assert (waits["id"], waits["helper_first_name"], waits["reasons"]) == (str(request_id), None, [])
    assert [one.data["person_id"] for one in quarter.published("look.taken.v1")] == [str(parent.id)]
    numbers = ask(quarter.lies, "GET", "/rounds").get_json()
    assert (numbers["items"], numbers["waiting"], len(quarter.published("look.taken.v1"))) == ([], 1, 1)
    round_id = ask(quarter.lies, "POST", "/rounds", json={}).get_json()["id"]
    assert [one["id"] for one in ask(quarter.lies, "GET", "/rounds").get_json()["items"]] == [round_id]
    for path in ("/waiting", "/rounds", "/weights"):
        assert ask(quarter.lies, "GET", f"{path}?organisation={quarter.school}").status_code == 404
        assert ask(quarter.teacher, "GET", path).status_code == 403


def test_a_coordinator_sets_what_weighs_how_much(quarter: Quarter, ask: Ask) -> None:
    usual = ask(quarter.lies, "GET", "/weights")
    assert (usual.headers["ETag"], usual.get_json()["weights"]["same_school"]) == ('"0"', 4)
    seen = {"If-Match": usual.headers["ETag"]}
    done = ask(quarter.lies, "PUT", "/weights", json={"same_school": 9}, headers=seen)
    assert (done.status_code, done.get_json()["weights"]["same_school"]) == (200, 9)
    assert ask(quarter.lies, "PUT", "/weights", json={"same_school": 1}, headers=seen).status_code == 412
    assert ask(quarter.lies, "PUT", "/weights", json={"same_school": 1}).status_code == 428
    for wrong in ({"same_school": 11}, {"same_school": -1}, {"origin": 3}):
        assert ask(quarter.lies, "PUT", "/weights", json=wrong, headers=seen).status_code == 422
    assert ask(quarter.teacher, "PUT", "/weights", json={}, headers=seen).status_code == 403
    assert ask(quarter.far_coordinator, "GET", "/weights").get_json()["version"] == 0
