"""Signing in at the issuer and out everywhere; what travels in cookies, and what cannot be forged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared import clock, sessions
from shared.db import Database
from shared.security import Actor, ActorKind
from tests.shared.conftest import PUBLIC, SERVICE, Issuers
from tests.shared.corner import Corner

HERE = f"/{SERVICE}"


def path_of(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}"


def at_the_issuer(issuers: Issuers, location: str) -> str:
    """Click on the demo's one person; returns the way back to the service."""
    browser = issuers.staff.test_client()
    page = browser.get(path_of(location))
    back = parse_qs(urlsplit(page.location).query)["next"][0]
    clicked = browser.post("/idp/", data={"key": "brugfiguur", "next": back})
    return path_of(browser.get(clicked.location).location)


def cookies_of(response: Any) -> str:
    return "; ".join(response.headers.getlist("Set-Cookie"))


def test_a_staff_member_signs_in_and_arrives_where_they_wanted_to_be(
    browser: FlaskClient,
    issuers: Issuers,
    member: Callable[..., None],
    owner_of: Callable[..., psycopg.Connection[Any]],
) -> None:
    member(issuers.staff_id, "school_staff")
    away = browser.get(f"{HERE}/notes?a=1")
    assert away.status_code == 303
    assert "as=staff" in away.location
    to_issuer = browser.get(away.location)
    assert to_issuer.location.startswith(f"{PUBLIC}/idp/authorize?")
    arrived = browser.get(at_the_issuer(issuers, to_issuer.location))
    assert (arrived.status_code, arrived.location) == (303, f"{HERE}/notes?a=1")
    assert browser.get(arrived.location).status_code == 200
    cookie = next(one for one in arrived.headers.getlist("Set-Cookie") if one.startswith(f"brug_{SERVICE}="))
    for wanted in ("HttpOnly", "SameSite=Lax", f"Path={HERE}"):
        assert wanted in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    row = owner_of(SERVICE).execute("SELECT id, actor_id, kind, name FROM session").fetchone()
    assert row is not None
    assert row[1:] == (issuers.staff_id, "staff", "Els")
    assert row[0] not in cookie


def test_a_service_hears_the_name_of_staff_who_sign_in_and_of_nobody_else(
    browser: FlaskClient, issuers: Issuers, corner: Corner
) -> None:
    browser.get(at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location))
    assert corner.entered == [(issuers.staff_id, "Els")]
    to_issuer = browser.get(f"{HERE}/sign-in?as=person")
    browser.get(path_of(issuers.person.test_client().get(path_of(to_issuer.location)).location))
    assert corner.entered == [(issuers.staff_id, "Els")]


def test_a_person_signs_in_at_intakes_issuer(browser: FlaskClient, issuers: Issuers) -> None:
    away = browser.get(f"{HERE}/own")
    assert "as=person" in away.location
    to_issuer = browser.get(away.location)
    assert to_issuer.location.startswith(f"{PUBLIC}/intake/oidc/authorize?")
    back = issuers.person.test_client().get(path_of(to_issuer.location)).location
    arrived = browser.get(path_of(back))
    assert browser.get(arrived.location).text == str(issuers.person_id)


def test_who_may_be_either_is_asked(browser: FlaskClient) -> None:
    away = browser.get(f"{HERE}/both")
    assert "as=" not in away.location
    page = browser.get(away.location)
    assert page.status_code == 200
    assert "as=person" in page.text
    assert "as=staff" in page.text


def test_forty_started_sign_ins_leave_the_cookies_small(browser: FlaskClient) -> None:
    for number in range(40):
        browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/notes?page={number}")
    sent = "".join(f"{cookie.key}={cookie.value}" for cookie in (browser._cookies or {}).values())
    assert len(sent) < 200


def test_each_of_several_started_sign_ins_can_be_finished(browser: FlaskClient, issuers: Issuers) -> None:
    first = browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/notes").location
    second = browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/both").location
    assert browser.get(at_the_issuer(issuers, first)).location == f"{HERE}/notes"
    assert browser.get(at_the_issuer(issuers, second)).location == f"{HERE}/both"


def test_a_sign_in_ends_once_and_only_in_the_browser_that_started_it(
    app: Flask, browser: FlaskClient, issuers: Issuers
) -> None:
    back = at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location)
    stranger = app.test_client()
    assert stranger.get(back).status_code == 400
    assert "brug_activities=" not in cookies_of(stranger.get(back))
    arrived = browser.get(back)
    assert f"brug_{SERVICE}=" in cookies_of(arrived)
    again = browser.get(back)
    assert (again.status_code, cookies_of(again)) == (303, "")


def test_a_sign_in_that_took_too_long_starts_anew(browser: FlaskClient, issuers: Issuers) -> None:
    back = at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location)
    with clock.fixed(clock.now() + timedelta(minutes=16)):
        assert browser.get(back).status_code == 400


def test_an_answer_with_a_foreign_code_or_an_error_signs_nobody_in(browser: FlaskClient, issuers: Issuers) -> None:
    for change in ("code=forged", "error=access_denied", ""):
        location = browser.get(f"{HERE}/sign-in?as=staff").location
        state = parse_qs(urlsplit(location).query)["state"][0]
        answered = browser.get(f"{HERE}/sign-in/return?state={state}&{change}")
        assert answered.status_code == 400
        assert f"brug_{SERVICE}=" not in cookies_of(answered)


def test_a_code_of_one_sign_in_does_not_finish_another(browser: FlaskClient, issuers: Issuers) -> None:
    stolen = at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location)
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    state = parse_qs(urlsplit(browser.get(f"{HERE}/sign-in?as=staff").location).query)["state"][0]
    assert browser.get(f"{HERE}/sign-in/return?state={state}&code={code}").status_code == 400


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/activities/",
        "//evil.example/activities/",
        "/\\evil.example",
        "\\\\evil.example/activities/",
        "/activities/\\..\\..",
        "javascript:alert(1)",
        "/activities/../intake/",
        "/intake/me",
        "/activitiesx/",
        "\t//evil.example",
        "/activities/\r\nSet-Cookie: a=b",
        "http:///activities/",
        "http://[",
        "",
    ],
)
def test_signing_in_never_leads_to_another_place(browser: FlaskClient, issuers: Issuers, wanted: str) -> None:
    location = browser.get(f"{HERE}/sign-in", query_string={"as": "staff", "next": wanted}).location
    assert browser.get(at_the_issuer(issuers, location)).location == f"{HERE}/"


def test_a_fragment_never_starts_a_sign_in(browser: FlaskClient, owner_of: Callable[..., Any]) -> None:
    for path in ("both", "own", "sign-in?as=staff"):
        answered = browser.get(f"{HERE}/{path}", headers={"HX-Request": "true"})
        assert answered.status_code == 401
        assert "Location" not in answered.headers
    assert owner_of(SERVICE).execute("SELECT count(*) FROM sign_in").fetchone() == (0,)


@pytest.mark.parametrize(("kind", "idle"), [(ActorKind.PERSON, 30), (ActorKind.STAFF, 60)])
def test_a_session_ends_when_nobody_does_anything(
    browser: FlaskClient, sign_in: Any, school_staff: Actor, a_person: Actor, kind: ActorKind, idle: int
) -> None:
    actor = school_staff if kind == ActorKind.STAFF else a_person
    sign_in(browser, actor)
    now = clock.now()
    with clock.fixed(now + timedelta(minutes=idle - 1)):
        assert browser.get(f"{HERE}/both").status_code == 200
    with clock.fixed(now + timedelta(minutes=2 * idle - 2)):
        assert browser.get(f"{HERE}/both").status_code == 200
    with clock.fixed(now + timedelta(minutes=3 * idle)):
        assert browser.get(f"{HERE}/both").status_code == 303


def test_a_session_of_staff_ends_after_eight_hours_of_work(
    browser: FlaskClient, sign_in: Any, school_staff: Actor
) -> None:
    sign_in(browser, school_staff)
    now = clock.now()
    for minutes in range(0, 8 * 60, 50):
        with clock.fixed(now + timedelta(minutes=minutes)):
            assert browser.get(f"{HERE}/both").status_code == 200
    with clock.fixed(now + timedelta(hours=8, minutes=1)):
        assert browser.get(f"{HERE}/both").status_code == 303


def test_a_page_that_polls_by_itself_keeps_nobody_signed_in(
    browser: FlaskClient, sign_in: Any, a_person: Actor
) -> None:
    person = Actor(a_person.id, ActorKind.STAFF, ())
    sign_in(browser, person)
    now = clock.now()
    answers = []
    for minutes in (20, 40, 61):
        with clock.fixed(now + timedelta(minutes=minutes)):
            answers.append(browser.get(f"{HERE}/fragment", headers={"HX-Request": "true"}).status_code)
    assert answers == [403, 403, 401]


def test_signing_out_ends_the_session_here_and_the_cookies_everywhere(
    browser: FlaskClient, sign_in: Any, school_staff: Actor, owner_of: Callable[..., Any]
) -> None:
    sign_in(browser, school_staff)
    token = browser.get(f"{HERE}/notes").text.split("|")[0]
    left = browser.post(f"{HERE}/sign-out", data={"csrf_token": token})
    assert left.status_code == 303
    assert left.location.startswith(f"{PUBLIC}/idp/end-session?")
    for service in ("intake", "referral", "activities", "network"):
        assert f"brug_{service}=; Expires=Thu, 01 Jan 1970" in cookies_of(left)
    assert owner_of(SERVICE).execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_signing_out_at_the_issuer_leads_back_to_our_front_only(issuers: Issuers) -> None:
    browser = issuers.staff.test_client()
    front = f"{PUBLIC}/"
    asked = f"/idp/end-session?client_id=brug&post_logout_redirect_uri={front}"
    assert browser.get(asked).location == front
    assert browser.get(asked.replace(front, "https://evil.example/")).location == front


def test_signing_out_needs_the_forms_token(browser: FlaskClient, sign_in: Any, school_staff: Actor) -> None:
    sign_in(browser, school_staff)
    assert browser.post(f"{HERE}/sign-out").status_code == 400
    assert browser.get(f"{HERE}/both").status_code == 200


def test_a_made_up_cookie_is_nobodys(
    browser: FlaskClient, owner_of: Callable[..., Any], db_of: Callable[..., Database], a_person: Actor
) -> None:
    with db_of(SERVICE).transaction(a_person) as conn:
        sessions.begin(conn, a_person)
    stored = owner_of(SERVICE).execute("SELECT id FROM session").fetchone()
    assert stored
    for value in ("", "x", stored[0], "'; DROP TABLE session; --"):
        browser.set_cookie(f"brug_{SERVICE}", value, path=HERE)
        assert browser.get(f"{HERE}/own").status_code == 303
