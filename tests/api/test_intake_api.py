"""Intake's API: files, akkoorden, codes and looks, as a program that plays the story uses them."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.intake.app import create_app
from services.intake.permissions import TABLE
from shared.security import Actor, ActorKind
from tests.builders.intake import Place, person, staff, two_homes
from tests.builders.referral import StaffIssuer
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play

API = "/intake/api/v1"
BODY: dict[str, Any] = {
    "persons": [
        {
            "name_to_call": "Amal",
            "phone": "0470 12 34 56",
            "channel": "call",
            "when": ["evening"],
            "languages": [{"tag": "ar", "reads": "no"}, {"tag": "fr"}],
            "arrangements": ["interpreter"],
        },
        {"kind": "child", "name_to_call": "Yusuf", "birth_year": 2020},
    ],
    "goes_well": [{"text": "Ze leest elke avond voor.", "lang": "nl"}],
    "asks": [{"text": {"text": "Het geld is op.", "lang": "nl"}, "life_domain": "finances"}],
}


class Program:
    """A client with the bearer token of one actor."""

    def __init__(self, app: Flask, bearer: Mapping[str, str]) -> None:
        self._app, self._bearer = app, dict(bearer)

    def open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = self._bearer | kwargs.pop("headers", {})
        return self._app.test_client().open(f"{API}{path}", method=method, headers=headers, **kwargs)


Sign = Callable[[Actor], Program]


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture(scope="module")
def issuer() -> StaffIssuer:
    return StaffIssuer("http://localhost/idp")


@pytest.fixture(scope="module")
def apps() -> Iterator[dict[str, Flask]]:
    made: dict[str, Flask] = {}
    yield made
    for app in made.values():
        app.extensions["brug"].db.close()


@pytest.fixture
def app(place: Place, issuer: StaffIssuer, apps: dict[str, Flask], settings_of: Any) -> Flask:
    if "app" not in apps:
        apps["app"] = create_app(settings_of("intake"), transport=issuer.transport())
    return apps["app"]


@pytest.fixture
def bearer(app: Flask, issuer: StaffIssuer, owner_of: Any, sign_in: Any) -> Callable[[Actor], Mapping[str, str]]:
    """Staff have a token of their issuer, persons one of intake itself."""

    def sign(actor: Actor) -> Mapping[str, str]:
        if actor.kind == ActorKind.PERSON:
            return {"Authorization": f"Bearer {token_of(sign_in(app.test_client(), actor))}"}
        remember_memberships(owner_of("intake"), actor)
        return issuer.bearer(actor)

    return sign


@pytest.fixture
def as_(app: Flask, bearer: Callable[[Actor], Mapping[str, str]]) -> Sign:
    return lambda actor: Program(app, bearer(actor))


@pytest.fixture
def mira(place: Place, as_: Sign) -> Program:
    return as_(place.mira)


def token_of(browser: FlaskClient) -> str:
    """An access token as the command line gets it: authorization code with PKCE, for who has a session here."""
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": "brug-cli",
        "redirect_uri": "http://127.0.0.1:9/callback",
        "scope": "openid",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    there = browser.get("/intake/oidc/authorize", query_string=asked)
    code = parse_qs(urlsplit(there.location).query)["code"][0]
    sent = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier} | asked
    told = browser.post("/intake/oidc/token", data=sent)
    assert told.status_code == 200, told.text
    again = browser.post("/intake/oidc/token", data=sent)
    assert again.status_code == 400
    return str(told.json["access_token"])  # type: ignore[index]


def told(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


def opened(mira: Program) -> Any:
    return told(mira.open("POST", "/files", json=BODY), 201)


def a_yes(file: Any, place: Place, **changes: Any) -> dict[str, Any]:
    amal = file["persons"][0]["id"]
    return {
        "receiver_organisation": str(place.ocmw),
        "level": "question",
        "ask_id": file["asks"][0]["id"],
        "explained_in": "ar",
        "interpreting": "professional_phone",
        "interpreter_is_adult": True,
        "said_back": True,
        "yes": [{"person_id": amal, "cards": {"reach": True, "question": True, "until": True}}],
    } | changes


def test_a_file_is_opened_once_for_one_key_and_can_be_read_again(mira: Program) -> None:
    first = mira.open("POST", "/files", json=BODY, headers={"Idempotency-Key": "k1"})
    again = mira.open("POST", "/files", json=BODY, headers={"Idempotency-Key": "k1"})
    assert told(first, 201)["id"] == told(again, 201)["id"]
    assert first.headers["ETag"] == '"1"'
    shown = told(mira.open("GET", f"/files/{first.json['id']}"))  # type: ignore[index]
    assert shown["persons"][0]["languages"][0] == {"tag": "ar", "speaks": True, "reads": "no"}
    assert shown["persons"][0]["languages"][1]["reads"] == "unknown"
    assert shown["nudges"] == []
    listed = told(mira.open("GET", "/files"))
    assert [one["names"] for one in listed["items"]] == [["Amal"]]


def test_a_change_says_which_version_it_changes(mira: Program) -> None:
    file = opened(mira)
    path = f"/files/{file['id']}"
    change: dict[str, Any] = {"goes_well": []}
    assert mira.open("PATCH", path, json=change).status_code == 428
    assert mira.open("PATCH", path, json=change, headers={"If-Match": '"7"'}).status_code == 412
    changed = told(mira.open("PATCH", path, json=change, headers={"If-Match": '"1"'}))
    assert changed["version"] == 2
    assert changed["nudges"] == ["goes_well"]
    assert len(changed["asks"]) == 1
    older = {
        "persons": [{"id": file["persons"][1]["id"], "kind": "child", "name_to_call": "Yusuf", "class_name": "2B"}]
    }
    changed = told(mira.open("PATCH", path, json=older, headers={"If-Match": '"2"'}))
    assert changed["persons"][1]["class_name"] == "2B"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"persons": []}, "persons"),
        ({"persons": [{"name_to_call": ""}]}, "persons.0.name_to_call"),
        ({"persons": [{"name_to_call": "A", "nationality": "x"}]}, "persons.0.nationality"),
        ({"persons": [{"name_to_call": "A", "languages": [{"tag": "klingon"}]}]}, "persons.0.languages.0.tag"),
        ({"persons": [{"name_to_call": "A", "channel": "pigeon"}]}, "persons.0.channel"),
        ({"persons": [{"name_to_call": "A", "households": [3]}]}, "persons.0.households.0"),
        ({"persons": [{"name_to_call": "A"}] * 21}, "persons"),
        ({"asks": [{"text": {"text": "x" * 2001}, "life_domain": "work"}]}, "asks.0.text.text"),
        ({"asks": [{"text": {"text": "x"}, "life_domain": "work", "person": 9}]}, "persons"),
        ({"goes_well": [{"text": "Ze is moslima en bidt graag."}]}, "goes_well.0.text"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_field_and_nothing_is_written(
    mira: Program, owner_of: Any, change: dict[str, Any], field: str
) -> None:
    refused = told(mira.open("POST", "/files", json=BODY | change), 422)
    assert field in [one["field"] for one in refused["errors"]]
    assert owner_of("intake").execute("SELECT count(*) FROM file").fetchone() == (0,)


def test_a_hint_at_what_is_never_collected_may_be_overridden_by_who_understood(mira: Program) -> None:
    body = BODY | {"goes_well": [{"text": "Het geloof in zichzelf groeit."}]}
    assert mira.open("POST", "/files", json=body).status_code == 422
    assert mira.open("POST", "/files", json=body | {"understood": True}).status_code == 201


def test_a_yes_answers_with_exactly_what_the_receiver_sees(mira: Program, place: Place) -> None:
    file = opened(mira)
    granted = told(mira.open("POST", f"/persons/{file['persons'][0]['id']}/akkoorden", json=a_yes(file, place)), 201)
    assert granted["status"] == "granted"
    assert granted["way_back"] == ["first_meeting"]
    assert granted["package"]["question"] == {"text": "Het geld is op.", "lang": "nl"}
    assert granted["package"]["reach"]["phone"] == "0470 12 34 56"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"yes": []}, "yes"),
        ({"said_back": False}, "said_back"),
        ({"interpreter_is_adult": False}, "interpreter_is_adult"),
        ({"interpreting": "none"}, "interpreting"),
        ({"interpreting": "informal"}, "informal_understood"),
        ({"interpreting": "my_son"}, "interpreting"),
        ({"ask_id": None}, "ask_id"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"way_back": []}, "way_back"),
        ({"way_back": ["nothing", "outcome"]}, "way_back"),
        ({"level": "plan_parts"}, "plan_parts"),
        ({"explained_in": "xx"}, "explained_in"),
    ],
)
def test_a_yes_that_is_none_is_refused_by_field_and_nothing_is_written(
    mira: Program, place: Place, owner_of: Any, change: dict[str, Any], field: str
) -> None:
    file = opened(mira)
    path = f"/persons/{file['persons'][0]['id']}/akkoorden"
    refused = told(mira.open("POST", path, json=a_yes(file, place) | change), 422)
    assert field in [one["field"] for one in refused["errors"]]
    assert owner_of("intake").execute("SELECT count(*) FROM akkoord").fetchone() == (0,)


def test_without_an_agreement_there_is_no_yes_to_write_down(mira: Program, place: Place) -> None:
    file = opened(mira)
    wish = a_yes(file, place, receiver_organisation=str(place.stranger))
    refused = told(mira.open("POST", f"/persons/{file['persons'][0]['id']}/akkoorden", json=wish), 409)
    assert refused["type"] == "urn:brug:problem:agreement-missing"


def test_amal_stops_with_her_own_token_and_sees_who_looked(mira: Program, place: Place, as_: Sign) -> None:
    file = opened(mira)
    amal_id = UUID(file["persons"][0]["id"])
    granted = told(mira.open("POST", f"/persons/{amal_id}/akkoorden", json=a_yes(file, place)), 201)
    amal = as_(person(amal_id))
    assert [one["id"] for one in told(amal.open("GET", f"/persons/{amal_id}/akkoorden"))["items"]] == [granted["id"]]
    stopped = told(amal.open("POST", f"/akkoorden/{granted['id']}/stop"))
    assert (stopped["status"], stopped["version"]) == ("stopped", 2)
    assert amal.open("POST", f"/akkoorden/{granted['id']}/stop").status_code == 409
    assert told(amal.open("GET", f"/persons/{amal_id}/looks"))["items"] == []
    assert amal.open("GET", f"/files/{file['id']}").status_code == 403


def test_others_find_nothing_of_hers(mira: Program, place: Place, as_: Sign) -> None:
    file = opened(mira)
    amal_id = file["persons"][0]["id"]
    granted = told(mira.open("POST", f"/persons/{amal_id}/akkoorden", json=a_yes(file, place)), 201)
    for actor in (place.jo, person(uuid4())):
        other = as_(actor)
        for method, path in (
            ("GET", f"/persons/{amal_id}/akkoorden"),
            ("GET", f"/persons/{amal_id}/looks"),
            ("POST", f"/akkoorden/{granted['id']}/stop"),
        ):
            assert other.open(method, path).status_code == 404
    jo = as_(place.jo)
    assert jo.open("GET", f"/files/{file['id']}").status_code == 404
    assert jo.open("POST", f"/persons/{amal_id}/sign-in-codes").status_code == 404
    helper = as_(staff(place.school, "helper", "buddy"))
    assert helper.open("GET", f"/files/{file['id']}").status_code == 403


def test_a_code_for_a_person_opens_her_page(mira: Program) -> None:
    file = opened(mira)
    made = told(mira.open("POST", f"/persons/{file['persons'][0]['id']}/sign-in-codes"), 201)
    assert len(made["code"]) == 10
    assert made["url"].startswith("http://localhost/intake/code/")


def test_who_is_not_signed_in_is_told_so(app: Flask) -> None:
    for method, path in (("GET", "/files"), ("POST", "/files"), ("GET", f"/persons/{uuid4()}/akkoorden")):
        assert app.test_client().open(f"{API}{path}", method=method, json={}).status_code == 401


def test_the_description_names_every_route(app: Flask) -> None:
    spec = told(app.test_client().get("/intake/api/openapi.json"))
    assert spec["openapi"] == "3.1.0"
    assert {path.removeprefix(API) for path in spec["paths"]} == {
        "/files",
        "/files/alike",
        "/files/{family_id}",
        "/files/{family_id}/contacts",
        "/goal",
        "/files/{family_id}/hand-over",
        "/files/{family_id}/looks/named",
        "/persons/{person_id}/looks/named",
        "/persons/{person_id}/everything",
        "/persons/{person_id}/akkoorden",
        "/akkoorden/{akkoord_id}/stop",
        "/persons/{person_id}/sign-in-codes",
        "/persons/{person_id}/looks",
        "/persons/{person_id}/known",
        "/persons/{person_id}/safety",
        "/persons/{person_id}/corrections",
        "/corrections/{correction_id}/answer",
        "/corrections/{correction_id}/withdraw",
    }


def test_every_route_lets_in_whom_the_table_names_and_nobody_else(
    app: Flask,
    place: Place,
    sign_in: Any,
    owner_of: Any,
    bearer: Callable[[Actor], Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)

    colleague = staff(place.school, "school_staff", "zorgcoördinator")
    remember_memberships(owner_of("intake"), colleague)

    def arrange() -> Things:
        file = place.family()
        lina = two_homes(place, age=13).persons[2].id
        amal = file.persons[0].id
        named = {
            "family_id": file.id,
            "person_id": amal,
            "akkoord_id": place.yes(file),
            "token": "x",
            "kind": "child",
            "thing": f"phone:{amal}",
            "correction_id": place.doubt(file),
        }
        values = {rule.endpoint: named for rule in app.url_map.iter_rules()}
        values["persons.told"] = named | {"person_id": lina}
        objection = {"child": str(file.persons[1].id), "caregiver": str(amal), "known": "yes"}
        return Things(
            owner=place.school,
            receiver=place.ocmw,
            person=amal,
            values=values,
            bodies={
                "files.object_to": objection,
                "api_files.open_file": BODY,
                "api_files.alike": BODY,
                "api_files.hand_over": {"to": str(colleague.id)},
                "handing.hand_over": {"to": str(colleague.id), "version": 1},
                "api_files.change": {"goes_well": []},
                "api_contacts.note": {"person_id": str(amal), "way": "call", "interpreter": True},
                "contacts.note": {"person": str(amal), "way": "call", "interpreter": "y"},
                "known.ask": {"choice": "wrong"},
                "safety.keep": {"safety": "on"},
                "api_files.safety": {"safety": True},
                "known.answer": {"to": "adjusted", "version": 1},
                "api_known.ask": {"thing": "phone", "about": str(amal), "choice": "wrong"},
                "api_known.answer": {"to": "adjusted"},
                "api_akkoorden.grant": a_yes(file.model_dump(mode="json"), place),
            },
            versions={"api_files.change": 1, "api_files.hand_over": 1, "api_known.answer": 1},
        )

    wrong = play(Try(app, TABLE, arrange, sign_in, bearer))
    assert not wrong, "\n".join(wrong)
