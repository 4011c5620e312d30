"""The API's manners: problems that name the field and repeat nothing, versions, keys, cursors."""

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared import clock, idempotency
from shared.db import Database
from shared.paging import after, cursor_of
from shared.refusals import Invalid
from shared.security import Actor, worker_of
from tests.shared.conftest import SERVICE, Issuers
from tests.shared.corner import Corner

API = f"/{SERVICE}/api/v1"
NOTE = f"{API}/notes/{UUID(int=1)}"


def told(answer: TestResponse) -> Any:
    return answer.json


@pytest.fixture
def staff(bearer: Callable[..., dict[str, str]], member: Callable[..., None], issuers: Issuers) -> dict[str, str]:
    """The headers of a request by a member of a school's staff."""
    member(issuers.staff_id, "school_staff")
    return bearer()


def test_who_is_not_signed_in_is_told_how(browser: FlaskClient) -> None:
    refused = browser.post(f"{API}/notes", json={"title": "t"})
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="brug"'
    assert told(refused)["status"] == 401


def test_the_api_is_deaf_to_cookies(browser: FlaskClient, sign_in: Any, school_staff: Actor) -> None:
    sign_in(browser, school_staff)
    assert browser.get(f"/{SERVICE}/notes").status_code == 200
    assert browser.get(f"{API}/notes").status_code == 401


def test_the_api_needs_no_forms_token(browser: FlaskClient, staff: dict[str, str], corner: Corner) -> None:
    assert browser.post(f"{API}/notes", json={"title": " t "}, headers=staff).status_code == 201
    assert corner.made == ["t"]


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"title": "geheim" * 20}, "title", "string_too_long"),
        ({"title": "   "}, "title", "string_too_short"),
        ({}, "title", "missing"),
        ({"title": 7}, "title", "string_type"),
        ({"title": "t", "geheim": "geheim"}, "geheim", "extra_forbidden"),
        ({"title": "t", "of": "geheim"}, "of", "uuid_parsing"),
        ({"title": "geheim\x00"}, "body", "text"),
        ({"title": "geheim\ud800"}, "body", "text"),
        (["geheim"], "body", "model_type"),
        ("geheim", "body", "text"),
    ],
)
def test_a_problem_names_the_field_and_never_repeats_what_was_sent(
    browser: FlaskClient, staff: dict[str, str], corner: Corner, sent: object, field: str, code: str
) -> None:
    refused = browser.post(f"{API}/notes", data=json.dumps(sent), content_type="application/json", headers=staff)
    assert refused.status_code == 422, refused.text
    assert refused.mimetype == "application/problem+json"
    (error,) = told(refused)["errors"]
    assert error["field"] == field
    assert "geheim" not in refused.text.replace('"field": "geheim"', "")
    assert staff["Authorization"].split()[1] not in refused.text
    assert error["message"]
    if field != "body":
        assert error["code"] == code
    assert corner.made == []


@pytest.mark.parametrize(("body", "kind", "status"), [("{", "application/json", 400), ("a=b", "text/plain", 415)])
def test_what_cannot_be_read_is_no_invalid_field(
    browser: FlaskClient, staff: dict[str, str], body: str, kind: str, status: int
) -> None:
    refused = browser.post(f"{API}/notes", data=body, content_type=kind, headers=staff)
    assert refused.status_code == status
    assert refused.mimetype == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(browser: FlaskClient, staff: dict[str, str]) -> None:
    assert browser.post(f"{API}/notes", json={"title": "x" * 1_100_000}, headers=staff).status_code == 413


def test_a_wrong_query_is_named(browser: FlaskClient, staff: dict[str, str]) -> None:
    for query in ("limit=0", "limit=many", "limit=1000", "after=%00", "colour=red"):
        refused = browser.get(f"{API}/notes?{query}", headers=staff)
        assert refused.status_code == 422, query
        assert told(refused)["errors"]


def test_what_does_not_exist_is_a_problem_too(browser: FlaskClient, staff: dict[str, str]) -> None:
    assert browser.get(f"{API}/nowhere", headers=staff).mimetype == "application/problem+json"
    wrong = browser.delete(f"{API}/notes", headers=staff)
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        *((None, 428), ("*", 428), ("", 428)),
        *(('"2"', 412), ("3", 412), ('"x"', 412), ('"2-gzip"', 412)),
        # Caddy writes into the ETag how it compressed an answer.
        *(('"3"', 200), ('W/"3"', 200), ('"3-gzip"', 200)),
    ],
)
def test_a_change_says_which_version_it_changes(
    browser: FlaskClient, staff: dict[str, str], given: str | None, status: int
) -> None:
    sent = staff if given is None else staff | {"If-Match": given}
    answered = browser.patch(NOTE, json={"title": "t"}, headers=sent)
    assert answered.status_code == status
    if status == 200:
        assert answered.headers["ETag"] == '"4"'


def test_a_request_that_comes_twice_makes_one_thing(
    browser: FlaskClient, staff: dict[str, str], corner: Corner
) -> None:
    keyed = staff | {"Idempotency-Key": "k-1"}
    first, again = (browser.post(f"{API}/notes", json={"title": "t"}, headers=keyed) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert told(first)["id"] == told(again)["id"]
    assert corner.made == ["t"]


def test_a_key_counts_for_one_route_and_one_actor(
    browser: FlaskClient, staff: dict[str, str], access_token: Any, member: Any
) -> None:
    keyed = {"Idempotency-Key": "k-1"}
    made = told(browser.post(f"{API}/notes", json={"title": "t"}, headers=staff | keyed))["id"]
    assert told(browser.post(f"{API}/other-notes", json={"title": "t"}, headers=staff | keyed))["id"] != made
    other = UUID(int=7)
    member(other, "school_staff")
    someone_else = {"Authorization": f"Bearer {access_token(sub=str(other))}"} | keyed
    assert told(browser.post(f"{API}/notes", json={"title": "t"}, headers=someone_else))["id"] != made


def test_two_requests_at_once_with_one_key_make_one_thing(db_of: Callable[..., Database], school_staff: Actor) -> None:
    made: list[UUID] = []

    def make() -> None:
        with db_of(SERVICE).transaction(school_staff) as conn:
            before = idempotency.made_before(conn, "k-1", "POST /notes")
            if before is None:
                made.append(uuid4())
                time.sleep(0.1)
                idempotency.remember(conn, "k-1", "POST /notes", made[-1])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_key_is_forgotten_after_a_day(db_of: Callable[..., Database], school_staff: Actor) -> None:
    with db_of(SERVICE).transaction(school_staff) as conn:
        idempotency.remember(conn, "k-1", "POST /notes", uuid4())
    worker = worker_of(SERVICE)
    for hours, forgotten in ((23, 0), (25, 1)):
        with clock.fixed(clock.now() + timedelta(hours=hours)), db_of(SERVICE, "worker").transaction(worker) as conn:
            assert idempotency.forget_old(conn) == forgotten


def test_a_key_that_is_no_key_is_refused(browser: FlaskClient, staff: dict[str, str], corner: Corner) -> None:
    for key in ("", "a b", "x" * 201, "é"):
        sent = staff | {"Idempotency-Key": key.encode().decode("latin-1")}
        assert browser.post(f"{API}/notes", json={"title": "t"}, headers=sent).status_code == 422
    assert corner.made == []


def test_pages_of_a_list_join_without_gap_or_double(browser: FlaskClient, staff: dict[str, str]) -> None:
    found: list[int] = []
    cursor: str | None = ""
    for _ in range(3):
        page = told(browser.get(f"{API}/notes?limit=2&after={cursor}", headers=staff))
        found += [UUID(item["id"]).int for item in page["items"]]
        cursor = page["next"]
    assert (found, cursor) == ([1, 2, 3, 4, 5], None)


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "é", cursor_of("x"), cursor_of(), cursor_of(1, 2), "W10", "bnVsbA", "eyJhIjoxfQ"]
)
def test_a_cursor_that_we_did_not_make_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        after(cursor, int)


def test_the_description_is_of_this_api_and_names_its_problems(browser: FlaskClient) -> None:
    described = told(browser.get(f"/{SERVICE}/api/openapi.json"))
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        f"{API}/notes",
        f"{API}/other-notes",
        f"{API}/notes/{{note_id}}",
        f"{API}/read",
    }
    written = described["paths"][f"{API}/notes"]["post"]
    assert "application/problem+json" in written["responses"]["422"]["content"]
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    text = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert "[" not in name
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}:
        assert reference in described["components"]["schemas"], reference
