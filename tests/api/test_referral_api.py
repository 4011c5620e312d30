"""Referral's API as a program of a school or a partner uses it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.referral.app import create_app
from shared import clock
from shared.db import Database
from shared.security import Actor
from tests.builders.referral import StaffIssuer, Town, Yes

V1 = "/referral/api/v1"
WORDS = "Deze doorverwijzing is niet meer voor jou beschikbaar."


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture(scope="module")
def issuer() -> StaffIssuer:
    return StaffIssuer("http://localhost/idp")


@pytest.fixture(scope="module")
def apps() -> dict[str, Flask]:
    return {}


@pytest.fixture
def app(town: Town, issuer: StaffIssuer, apps: dict[str, Flask]) -> Flask:
    if "app" not in apps:
        apps["app"] = create_app(town.settings, transport=issuer.transport())
    return apps["app"]


@pytest.fixture(scope="module", autouse=True)
def _closed(apps: dict[str, Flask]) -> Any:
    yield
    for app in apps.values():
        db: Database = app.extensions["brug"].db
        db.close()


class Program:
    """One staff member's program with its bearer token."""

    def __init__(self, app: Flask, issuer: StaffIssuer, actor: Actor) -> None:
        self._client: FlaskClient = app.test_client()
        self._headers = issuer.bearer(actor)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self._client.get(V1 + path, headers=self._headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.post(V1 + path, json=body, headers=sent)
        assert answer.status_code == status, answer.text
        return answer.json if answer.data else None


@pytest.fixture
def mira(app: Flask, issuer: StaffIssuer, town: Town) -> Program:
    return Program(app, issuer, town.mira)


@pytest.fixture
def els(app: Flask, issuer: StaffIssuer, town: Town) -> Program:
    return Program(app, issuer, town.els)


def drafted(town: Town, mira: Program, yes: Yes) -> Any:
    town.fresh()
    body = {"akkoord_id": str(yes.akkoord_id), "reason": "finances", "goes_along": "Mira, brugfiguur"}
    return mira.post("/referrals", body, 201)


def sent(town: Town, mira: Program, yes: Yes) -> str:
    made = drafted(town, mira, yes)
    mira.post(f"/referrals/{made['id']}/send", If_Match='"1"')
    return str(made["id"])


def visit() -> dict[str, str]:
    return {"contact": "Els", "at": (clock.now() + timedelta(days=3)).isoformat(), "place": "Gasthuisstraat 33"}


def test_a_referral_goes_from_yes_to_an_hour_and_a_name(town: Town, mira: Program, els: Program) -> None:
    yes = town.yes()
    referral_id = sent(town, mira, yes)
    [listed] = els.get("/referrals")["items"]
    assert listed["id"] == referral_id
    assert "Amal" not in str(listed)
    opened = els.get(f"/referrals/{referral_id}")
    assert opened["seen_as"] == "receiver"
    assert opened["shared"]["package"]["name_to_call"] == "Amal 🌷"
    assert opened["person_id"] != str(yes.person_id)
    answered = els.post(f"/referrals/{referral_id}/accept", visit(), If_Match=f'"{opened["version"]}"')
    assert answered["appointment"]["contact"] == "Els"
    ours = mira.get(f"/referrals/{referral_id}")
    assert (ours["status"], ours["warm"], ours["person_id"]) == ("meeting_planned", True, str(yes.person_id))


def test_r24_after_a_no_the_same_requests_find_nothing(town: Town, mira: Program, els: Program) -> None:
    referral_id = sent(town, mira, town.yes())
    version = els.get(f"/referrals/{referral_id}")["version"]
    els.post(f"/referrals/{referral_id}/decline", {"code": "not_eligible"}, 204, If_Match=f'"{version}"')
    gone = els.get(f"/referrals/{referral_id}", 404)
    assert gone["title"] == WORDS
    els.post(f"/referrals/{referral_id}/accept", visit(), 404, If_Match=f'"{version + 1}"')
    assert els.get("/referrals")["items"] == []
    assert mira.get(f"/referrals/{referral_id}")["decline_code"] == "other", "R4"


def test_r24_after_a_stop_the_same_request_finds_nothing(town: Town, mira: Program, els: Program) -> None:
    yes = town.yes()
    referral_id = sent(town, mira, yes)
    els.get(f"/referrals/{referral_id}")
    town.stop(yes)
    assert els.get(f"/referrals/{referral_id}", 404)["title"] == WORDS
    assert mira.get(f"/referrals/{referral_id}")["shared"] == {"state": "ended", "level": "question", "package": None}


def test_a_change_says_which_version_it_changes(town: Town, mira: Program) -> None:
    made = drafted(town, mira, town.yes())
    mira.post(f"/referrals/{made['id']}/send", None, 428)
    mira.post(f"/referrals/{made['id']}/send", None, 412, If_Match='"7"')


def test_a_request_that_comes_twice_has_one_effect(town: Town, mira: Program, els: Program) -> None:
    body = {"akkoord_id": str(town.yes().akkoord_id), "reason": "finances"}
    town.fresh()
    first, again = (mira.post("/referrals", body, 201, Idempotency_Key="a") for _ in range(2))
    assert first["id"] == again["id"]
    for _ in range(2):
        mira.post(f"/referrals/{first['id']}/send", If_Match='"1"', Idempotency_Key="b")
    assert len(els.get("/referrals")["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"at": "2027-12-01T10:00:00Z"}, "contact"),
        ({"at": "2027-12-01T10:00:00Z", "contact": "Els"}, "place"),
        ({"contact": "Els", "at": "morgen", "place": "hier"}, "at"),
        ({"contact": "Els", "at": "2026-12-01T10:00:00", "place": "hier"}, "at"),
        ({"contact": "Els", "at": "2020-01-01T10:00:00Z", "place": "hier"}, "at"),
        ({"contact": "E" * 101, "at": "2026-12-01T10:00:00Z", "place": "hier"}, "contact"),
        ({"contact": "Els\x00", "at": "2026-12-01T10:00:00Z", "place": "hier"}, "body"),
    ],
)
def test_an_answer_that_cannot_be_used_names_its_field_and_writes_nothing(
    town: Town, mira: Program, els: Program, owner_of: Any, body: Any, field: str
) -> None:
    referral_id = sent(town, mira, town.yes())
    problem = els.post(f"/referrals/{referral_id}/accept", body, 422, If_Match='"2"')
    assert field in [error["field"] for error in problem["errors"]]
    assert owner_of("referral").execute("SELECT status FROM referral").fetchone() == ("sent",)


@pytest.mark.parametrize(("code", "status"), [("", 422), ("because", 422), (None, 422)])
def test_r8_a_no_needs_a_code(town: Town, mira: Program, els: Program, code: Any, status: int) -> None:
    referral_id = sent(town, mira, town.yes())
    els.post(f"/referrals/{referral_id}/decline", {"code": code}, status, If_Match='"2"')


def test_r21_a_text_that_hints_at_what_is_never_collected_is_held_back(town: Town, mira: Program) -> None:
    body = {"akkoord_id": str(town.yes().akkoord_id), "reason": "finances", "goes_along": "buurman, moslim"}
    problem = mira.post("/referrals", body, 422)
    assert problem["errors"][0]["code"] == "never_collected"
    mira.post("/referrals", body | {"understood": True}, 201)


def test_r8_room_is_asked_and_answered(town: Town, mira: Program, els: Program) -> None:
    body = {"organisations": [str(town.ocmw), str(town.katrol)], "reason": "finances"}
    asked = mira.post("/capacity-questions", body, 201)
    assert {one["state"] for one in asked["questions"]} == {"unknown"}
    [mine] = els.get("/capacity-questions")["items"]
    els.post(f"/capacity-questions/{mine['id']}/answer", {"state": "room"})
    states = {one["to_name"]: one["state"] for one in mira.get("/capacity-questions")["items"]}
    assert states == {"OCMW Antwerpen": "room", "De Katrol": "unknown"}
    mira.post("/capacity-questions", body | {"about": "Amal"}, 422)
    mira.post("/capacity-questions", body | {"reason": "money"}, 422)


def test_organisations_are_found_by_name_town_kind_and_language(town: Town, mira: Program) -> None:
    def names(query: str) -> list[str]:
        return [one["name"] for one in mira.get(f"/organisations{query}")["items"]]

    assert names("") == ["Basisschool De Linde", "Basisschool Het Kompas", "De Katrol", "OCMW Antwerpen"]
    assert names("?town=dendermonde") == ["De Katrol"]
    assert names("?kind=ocmw&language=ar") == ["OCMW Antwerpen"]
    assert names("?q=katr") == ["De Katrol"]
    assert names("?q=%25") == []
    first = mira.get("/organisations?limit=3")
    assert [one["name"] for one in mira.get(f"/organisations?limit=3&after={first['next']}")["items"]] == [
        "OCMW Antwerpen"
    ]
    assert {one["name"]: one["agreed"] for one in first["items"]}["De Katrol"]


def test_lists_page_by_cursor_without_a_gap(town: Town, mira: Program) -> None:
    made = {drafted(town, mira, town.yes())["id"] for _ in range(5)}
    found: list[str] = []
    after = ""
    while True:
        page = mira.get(f"/referrals?limit=2{after}")
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert len(found) == 5
    assert set(found) == made
    mira.get("/referrals?after=nonsense", 422)


def test_a_cookie_opens_no_api(town: Town, app: Flask, sign_in: Any) -> None:
    browser = sign_in(app.test_client(), town.mira)
    assert browser.get(f"{V1}/referrals").status_code == 401


def test_the_description_names_every_route(app: Flask) -> None:
    told = app.test_client().get("/referral/api/openapi.json").json
    assert told
    assert told["openapi"].startswith("3.1")
    paths = {path.removeprefix(V1) for path in told["paths"]}
    assert {"/organisations", "/capacity-questions", "/referrals", "/referrals/{referral_id}/accept"} <= paths
