"""The API and the pages of webhooks: registering, the secret once, the log, replays; and who may what."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from services.referral.app import create_app
from services.referral.commands import webhooks
from services.referral.domain.webhooks import TYPES
from services.referral.permissions import TABLE
from shared import clock
from shared.security import Actor
from tests.builders.activities import Issuers
from tests.builders.referral import Town
from tests.builders.webhooks import Receiver, a_coordinator, a_dpo, a_receiver, deliver, registered
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play
from tests.pages import well_formed

API = "/referral/api/v1"
Ask = Callable[..., TestResponse]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    known: dict[str, Any] = {}
    yield known
    if known:
        known["app"].extensions["brug"].db.close()


@pytest.fixture
def app(town: Town, made: dict[str, Any]) -> Flask:
    if not made:
        made["issuers"] = Issuers(town.settings)
        settings = town.settings.model_copy(update={"webhooks_to_localhost": True})
        made["app"] = create_app(settings, transport=made["issuers"].transport())
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
    def do(actor: Actor, method: str, path: str, at: int | None = None, **more: Any) -> TestResponse:
        headers = bearer(actor) | ({"If-Match": f'"{at}"'} if at is not None else {}) | more.pop("headers", {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


@pytest.fixture
def theirs() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


def test_from_registering_to_the_log(town: Town, ask: Ask, theirs: Receiver) -> None:
    dpo = a_dpo(town.ocmw)
    body = {"url": theirs.url, "types": ["referral.sent", "referral.recalled"]}
    first = ask(dpo, "POST", "/webhooks", json=body, headers={"Idempotency-Key": "one"})
    assert first.status_code == 201, first.text
    theirs.secret = first.get_json()["secret"]
    assert theirs.secret.startswith("whsec_")
    again = ask(dpo, "POST", "/webhooks", json=body, headers={"Idempotency-Key": "one"}).get_json()
    assert (again["webhook"]["id"], again["secret"]) == (first.get_json()["webhook"]["id"], None)
    path = f"/webhooks/{again['webhook']['id']}"
    assert "secret" not in ask(dpo, "GET", path).get_json()
    ping = ask(dpo, "POST", f"{path}/ping")
    town.sent()
    deliver(town)
    assert sorted(theirs.types) == ["ping", "referral.sent"]
    log = ask(dpo, "GET", f"{path}/deliveries?limit=1").get_json()
    assert [one["type"] for one in log["items"]] == ["referral.sent"]
    older = ask(dpo, "GET", f"{path}/deliveries?limit=1&after={log['next']}").get_json()
    assert [one["id"] for one in older["items"]] == [ping.get_json()["delivery_id"]]
    assert ask(dpo, "GET", f"{path}/deliveries?state=failed").get_json()["items"] == []
    [one] = log["items"]
    assert ask(dpo, "POST", f"{path}/deliveries/{one['id']}/replay").status_code == 202
    stretch = {"since": (clock.now() - timedelta(hours=1)).isoformat(), "until": clock.now().isoformat()}
    assert ask(dpo, "POST", f"{path}/replay", json=stretch).get_json() == {"deliveries": 1}
    deliver(town)
    assert theirs.ids[one["id"]] == 2
    paused = ask(dpo, "PUT", path, 1, json=body | {"paused": True})
    assert paused.get_json()["state"] == "paused"
    assert ask(dpo, "POST", f"{path}/ping").status_code == 409
    assert ask(dpo, "PUT", path, json=body).status_code == 428
    assert ask(dpo, "DELETE", path, 1).status_code == 412
    assert ask(dpo, "DELETE", path, 2).status_code == 204
    assert ask(dpo, "GET", "/webhooks").get_json()["items"] == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"url": "http://example.org/"}, "url", "unsafe_https"),
        ({"url": "https://10.0.0.1/"}, "url", "unsafe_inside"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "url", "unsafe_inside"),
        ({"url": "https://[fd00::1]/"}, "url", "unsafe_inside"),
        ({"url": "https://name.invalid/"}, "url", "unsafe_name"),
        ({"url": "https://example.org:8080/"}, "url", "unsafe_port"),
        ({"url": "x" * 501}, "url", "string_too_long"),
        ({"types": []}, "types", "too_short"),
        ({"types": ["referral.sent\u0000"]}, "body", "text"),
        ({"types": ["نقود 💶"]}, "types.0", "enum"),
        ({"organisation_id": "me"}, "organisation_id", "uuid_parsing"),
        ({"name": "x"}, "name", "extra_forbidden"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(town: Town, ask: Ask, change: Any, field: str, code: str) -> None:
    body = {"url": "http://localhost:1/", "types": ["referral.sent"]} | change
    answer = ask(a_dpo(town.ocmw), "POST", "/webhooks", json=body)
    assert answer.status_code == 422
    errors = {one["field"]: one["code"] for one in answer.get_json()["errors"]}
    assert errors[field] == code
    assert "whsec" not in answer.text


def test_with_two_organisations_one_says_which(town: Town, ask: Ask, theirs: Receiver) -> None:
    both = replace(a_dpo(town.ocmw), memberships=(*a_dpo(town.ocmw).memberships, *a_dpo(town.katrol).memberships))
    body = {"url": theirs.url, "types": ["referral.sent"]}
    assert ask(both, "POST", "/webhooks", json=body).status_code == 422
    answer = ask(both, "POST", "/webhooks", json=body | {"organisation_id": str(town.katrol)})
    assert answer.get_json()["webhook"]["organisation_id"] == str(town.katrol)


def test_the_pages_from_registering_to_removing(
    town: Town, app: Flask, sign_in: Any, theirs: Receiver, owner_of: Any
) -> None:
    browser = sign_in(app.test_client(), a_coordinator(town.ocmw))

    def form(path: str, action: str) -> dict[str, Any]:
        page: html.HtmlElement = html.document_fromstring(browser.get(path).text)
        [found] = [one for one in page.forms if (one.get("action"), one.method) == (action, "POST")]
        return dict(found.form_values())

    home = "/referral/webhooks/"
    filled = form(home, home) | {"url": theirs.url, "types": list(TYPES)}
    bad = browser.post(home, data=filled | {"url": "http://example.org/"})
    assert bad.status_code == 422
    assert "https://" in bad.text
    shown = browser.post(home, data=filled)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    page: html.HtmlElement = html.document_fromstring(shown.text)
    theirs.secret = page.get_element_by_id("secret").get("value") or ""
    assert "al getoond" in browser.post(home, data=filled).text
    [(endpoint,)] = owner_of("referral").execute("SELECT id FROM webhook_endpoint").fetchall()
    path = f"/referral/webhooks/{endpoint}"
    assert browser.post(f"{path}/test", data=form(path, f"{path}/test")).status_code == 303
    town.sent()
    deliver(town)
    assert sorted(theirs.types) == ["ping", "referral.sent"]
    seen = browser.get(path).text
    assert not [
        fault for one in (seen, shown.text, bad.text, browser.get(home).text) for fault in well_formed.faults(one)
    ]
    assert all(words in seen for words in ("Proefbericht", "aangekomen"))
    assert "Proefbericht" not in browser.get(f"{path}?state=failed").text
    filled = form(path, f"{path}/replay")
    assert browser.post(f"{path}/replay", data=filled).status_code == 303
    assert browser.post(f"{path}/replay", data=filled | {"since": "2020-01-01"}).status_code == 422
    assert browser.post(f"{path}/replay", data=filled | {"until": ""}).status_code == 422
    deliver(town)
    assert sorted(theirs.ids.values()) == [1, 2]
    filled = form(path, path)
    assert browser.post(path, data=filled | {"types": ["referral.sent"], "state": "paused"}).status_code == 303
    assert "stuurt even niets" in browser.get(home).text
    assert browser.post(path, data=filled | {"types": ["referral.sent"]}).status_code == 409, "an older version"
    assert browser.post(path, data=filled | {"types": []}).status_code == 422
    answer = browser.post(f"{path}/secret", data=form(path, f"{path}/secret"))
    assert "Het vorige geheim klopt ook nog" in answer.text
    assert browser.post(f"{path}/remove", data=form(path, f"{path}/remove")).status_code == 303
    assert browser.get(path).status_code == 404


@pytest.fixture
def without_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Forms without their token, so that the matrix need not fetch a page for each."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    return app


def test_everyone_may_do_what_the_table_says_and_nothing_else(
    town: Town, without_tokens: Flask, bearer: Any, sign_in: Any, theirs: Receiver, owner_of: Any
) -> None:
    app = without_tokens
    mine = {one.endpoint for one in app.url_map.iter_rules() if "/webhooks" in one.rule}
    body = {"url": theirs.url, "types": ["referral.sent"]}
    day = str(clock.today())
    bodies: dict[str, Any] = {
        "api_webhooks.register": body,
        "api_webhooks.change": body,
        "api_webhooks.replay": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
        "webhooks.register": body | {"organisation": str(town.ocmw)},
        "webhooks.change": body | {"version": "1", "state": "active"},
        "webhooks.replay": {"since": day, "until": day},
        "webhooks.remove": {"version": "7"},  # an older page: what is gone could not be tried by the next
    }

    def arrange() -> Things:
        owner_of("referral").execute("DELETE FROM webhook_endpoint")
        endpoint = registered(town, town.ocmw, theirs)
        delivery = webhooks.ping_webhook(town.web, a_dpo(town.ocmw), endpoint)
        return Things(
            owner=town.ocmw,
            receiver=town.school,
            person=uuid4(),
            values={name: {"endpoint_id": endpoint, "delivery_id": delivery} for name in mine},
            bodies=bodies,
            versions={"api_webhooks.change": 1, "api_webhooks.remove": 7},
        )

    others = {one.endpoint for one in app.url_map.iter_rules()} - mine
    wrong = play(Try(app, TABLE, arrange, sign_in, bearer, frozenset(others)))
    assert not wrong, "\n".join(wrong)
