"""Intake's API: files, akkoorden, codes and looks, as a program that plays the story uses them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.security import Actor
from tests.builders.intake import Place, person, staff
from tests.conftest import remember_memberships

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
    """A client with the bearer token of one actor; who the issuer says it is stands in for the token."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        self._app, self._actor = app, actor

    def open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        def know() -> None:
            g.actor = self._actor

        self._app.before_request_funcs.setdefault(None, []).insert(0, know)
        try:
            client: FlaskClient = self._app.test_client()
            return client.open(f"{API}{path}", method=method, **kwargs)
        finally:
            self._app.before_request_funcs[None].remove(know)


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def mira(place: Place, app_of: Any, owner_of: Any) -> Program:
    remember_memberships(owner_of("intake"), place.mira)
    return Program(app_of("intake"), place.mira)


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
    change = {"goes_well": []}
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


def test_amal_stops_with_her_own_token_and_sees_who_looked(mira: Program, place: Place, app_of: Any) -> None:
    file = opened(mira)
    amal_id = UUID(file["persons"][0]["id"])
    granted = told(mira.open("POST", f"/persons/{amal_id}/akkoorden", json=a_yes(file, place)), 201)
    amal = Program(app_of("intake"), person(amal_id))
    assert [one["id"] for one in told(amal.open("GET", f"/persons/{amal_id}/akkoorden"))["items"]] == [granted["id"]]
    stopped = told(amal.open("POST", f"/akkoorden/{granted['id']}/stop"))
    assert (stopped["status"], stopped["version"]) == ("stopped", 2)
    assert amal.open("POST", f"/akkoorden/{granted['id']}/stop").status_code == 409
    assert told(amal.open("GET", f"/persons/{amal_id}/looks"))["items"] == []
    assert amal.open("GET", f"/files/{file['id']}").status_code == 403


def test_others_find_nothing_of_hers(mira: Program, place: Place, app_of: Any) -> None:
    file = opened(mira)
    amal_id = file["persons"][0]["id"]
    granted = told(mira.open("POST", f"/persons/{amal_id}/akkoorden", json=a_yes(file, place)), 201)
    for actor in (place.jo, person(uuid4())):
        other = Program(app_of("intake"), actor)
        for method, path in (
            ("GET", f"/persons/{amal_id}/akkoorden"),
            ("GET", f"/persons/{amal_id}/looks"),
            ("POST", f"/akkoorden/{granted['id']}/stop"),
        ):
            assert other.open(method, path).status_code == 404
    jo = Program(app_of("intake"), place.jo)
    assert jo.open("GET", f"/files/{file['id']}").status_code == 404
    assert jo.open("POST", f"/persons/{amal_id}/sign-in-codes").status_code == 404
    helper = Program(app_of("intake"), staff(place.school, "helper", "buddy"))
    assert helper.open("GET", f"/files/{file['id']}").status_code == 403


def test_a_code_for_a_person_opens_her_page(mira: Program, app_of: Any) -> None:
    file = opened(mira)
    made = told(mira.open("POST", f"/persons/{file['persons'][0]['id']}/sign-in-codes"), 201)
    assert len(made["code"]) == 10
    assert made["url"].startswith("http://localhost/intake/code/")


def test_who_is_not_signed_in_is_told_so(client_of: Any, place: Place) -> None:
    for method, path in (("GET", "/files"), ("POST", "/files"), ("GET", f"/persons/{uuid4()}/akkoorden")):
        assert client_of("intake").open(f"{API}{path}", method=method, json={}).status_code == 401


def test_the_description_names_every_route(client_of: Any, place: Place) -> None:
    spec = told(client_of("intake").get("/intake/api/openapi.json"))
    assert spec["openapi"] == "3.1.0"
    assert {path.removeprefix(API) for path in spec["paths"]} == {
        "/files",
        "/files/{family_id}",
        "/persons/{person_id}/akkoorden",
        "/akkoorden/{akkoord_id}/stop",
        "/persons/{person_id}/sign-in-codes",
        "/persons/{person_id}/looks",
    }
