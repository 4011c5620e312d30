"""What every page of every service does the same: refusals, headers, forms, language, health, trace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from shared.permissions import HOUSE, action_of
from shared.security import Actor, ActorKind
from tests.shared.conftest import SERVICE
from tests.shared.corner import TABLE, Corner

HERE = f"/{SERVICE}"


def test_every_route_says_what_it_does(app: Flask) -> None:
    actions = {action for _, _, action in TABLE | HOUSE}
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert action_of(app.view_functions[rule.endpoint]) in actions, rule


def test_pages_that_are_not_for_everyone_are_kept_nowhere(browser: FlaskClient, sign_in: Any, a_person: Actor) -> None:
    assert browser.get(f"{HERE}/welcome").headers["Cache-Control"] == "private, max-age=60"
    sign_in(browser, a_person)
    for page in ("welcome", "own", "nowhere"):
        assert browser.get(f"{HERE}/{page}").headers["Cache-Control"] == "no-store"


def test_a_page_runs_nothing_but_our_own_files_and_shows_in_no_frame(browser: FlaskClient) -> None:
    headers = browser.get(f"{HERE}/welcome").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_refusal_is_a_page_in_plain_words(browser: FlaskClient, sign_in: Any, a_person: Actor) -> None:
    sign_in(browser, a_person)
    refused = browser.get(f"{HERE}/late")
    assert refused.status_code == 410
    assert "Te laat." in refused.text
    assert "<html" in refused.text
    assert browser.get(f"{HERE}/notes").status_code == 403
    assert browser.get(f"{HERE}/nowhere").status_code == 404
    assert browser.post(f"{HERE}/welcome").status_code in (400, 405)


def test_a_fault_of_ours_tells_nothing_of_what_it_was_about(app: Flask) -> None:
    app.testing = False
    with structlog.testing.capture_logs() as lines:
        broken = app.test_client().get(f"{HERE}/broken?name=Amal")
    assert broken.status_code == 500
    assert "Amal" not in broken.text
    assert [line["event"] for line in lines] == ["request_failed", "request"]
    assert all("name=Amal" not in str(value) for line in lines for value in line.values())


def test_a_form_without_its_token_writes_nothing(
    browser: FlaskClient, sign_in: Any, school_staff: Actor, corner: Corner
) -> None:
    sign_in(browser, school_staff)
    assert browser.post(f"{HERE}/notes", data={"title": "t"}).status_code == 400
    token = browser.get(f"{HERE}/notes").text.split("|")[0]
    assert browser.post(f"{HERE}/notes", data={"title": "t", "csrf_token": token}).status_code == 201
    assert corner.made == ["t"]


def test_a_forms_token_ends_with_the_session_it_was_made_in(
    app: Flask, sign_in: Any, school_staff: Actor, corner: Corner
) -> None:
    first, second = sign_in(app.test_client(), school_staff), sign_in(app.test_client(), school_staff)
    token = first.get(f"{HERE}/notes").text.split("|")[0]
    assert second.post(f"{HERE}/notes", data={"title": "t", "csrf_token": token}).status_code == 400
    assert corner.made == []


def test_over_https_a_form_must_come_from_our_own_pages(
    browser: FlaskClient, sign_in: Any, school_staff: Actor, corner: Corner
) -> None:
    sign_in(browser, school_staff)
    https: dict[str, Any] = {"base_url": "https://localhost"}
    token = browser.get(f"{HERE}/notes").text.split("|")[0]
    sent = {"title": "t", "csrf_token": token}
    elsewhere = {"Referer": "https://evil.example/"}
    ours = {"Referer": "https://localhost/activities/notes"}
    assert browser.post(f"{HERE}/notes", data=sent, headers=elsewhere, **https).status_code == 400
    assert browser.post(f"{HERE}/notes", data=sent, headers=ours, **https).status_code == 201


def test_nothing_but_the_forms_token_goes_into_a_cookie(app: Flask) -> None:
    from flask import flash, session

    with app.test_request_context(f"{HERE}/welcome"):
        with pytest.raises(TypeError):
            session["family"] = "x"
        with pytest.raises(TypeError):
            flash("Amal is bewaard")


@pytest.mark.parametrize(
    ("asked", "cookie", "preferred", "language"),
    [
        ("?lang=ar", "", "nl", "ar rtl"),
        ("", "ar", "nl", "ar rtl"),
        ("", "", "ar-MA,ar;q=0.9,nl;q=0.1", "ar rtl"),
        ("", "", "fr", "nl ltr"),
        ("?lang=xx", "", "", "nl ltr"),
        ("?lang=nl", "ar", "ar", "nl ltr"),
    ],
)
def test_language_is_the_choice_then_the_browsers_then_dutch(
    browser: FlaskClient, asked: str, cookie: str, preferred: str, language: str
) -> None:
    if cookie:
        browser.set_cookie("brug_lang", cookie)
    page = browser.get(f"{HERE}/welcome{asked}", headers={"Accept-Language": preferred})
    assert language in page.text
    assert f'lang="{language[:2]}" dir="{language[3:]}"' in page.text


def test_a_chosen_language_stays(browser: FlaskClient) -> None:
    browser.get(f"{HERE}/welcome?lang=ar")
    assert "ar rtl" in browser.get(f"{HERE}/welcome").text


def test_a_person_reads_their_own_language_and_staff_read_dutch(
    app: Flask, sign_in: Any, a_person: Actor, school_staff: Actor
) -> None:
    persons = sign_in(app.test_client(), a_person).get(f"{HERE}/welcome", headers={"Accept-Language": "nl"})
    assert "ar rtl" in persons.text
    staffs = sign_in(app.test_client(), school_staff).get(f"{HERE}/welcome", headers={"Accept-Language": "ar"})
    assert "nl ltr" in staffs.text


def test_a_fragment_that_did_not_change_is_not_sent_again(browser: FlaskClient, sign_in: Any, a_person: Actor) -> None:
    both = sign_in(browser, Actor(a_person.id, ActorKind.PERSON))
    first = both.get(f"{HERE}/fragment?state=sent")
    again = both.get(f"{HERE}/fragment?state=sent", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    changed = both.get(f"{HERE}/fragment?state=seen", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.text) == (200, "<p>seen</p>")


def test_a_trace_goes_on_from_the_caller(browser: FlaskClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answered = browser.get(f"{HERE}/welcome", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answered.headers["traceparent"].split("-")[1] == trace
    fresh = browser.get(f"{HERE}/welcome", headers={"traceparent": "nonsense"})
    assert len(fresh.headers["traceparent"].split("-")[1]) == 32


def test_a_request_leaves_one_line_without_its_address(browser: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        browser.get(f"{HERE}/welcome?code=secret")
    assert [line["event"] for line in lines] == ["request"]
    assert "secret" not in str(lines)


def test_the_process_says_whether_it_can_work(
    browser: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.get(f"{HERE}/health/live").status_code == 200
    assert browser.get(f"{HERE}/health/ready").status_code == 200
    assert b"brug_" in browser.get(f"{HERE}/metrics").data

    def away(_: object) -> None:
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(app.extensions["brug"].db, "transaction", away)
    assert browser.get(f"{HERE}/health/live").status_code == 200
    assert browser.get(f"{HERE}/health/ready").status_code == 503
    browser.set_cookie(f"brug_{SERVICE}", "x", path=HERE)
    gone = browser.get(f"{HERE}/own")
    assert gone.status_code == 503
    assert "even niet bereikbaar" in gone.text


def test_a_service_with_waiting_migrations_is_not_ready(app: Flask, owner_of: Callable[..., Any]) -> None:
    from services import activities
    from shared.web import health

    real = Flask("real")
    real.extensions["brug"] = app.extensions["brug"]
    real.register_blueprint(health.blueprint(Path(str(activities.__file__)).parent / "migrations"))
    browser, owner = real.test_client(), owner_of(SERVICE)
    assert browser.get("/health/ready").status_code == 200
    owner.execute("UPDATE alembic_version SET version_num = 'older' || version_num")
    try:
        assert browser.get("/health/ready").status_code == 503
    finally:
        owner.execute("UPDATE alembic_version SET version_num = substr(version_num, 6)")
