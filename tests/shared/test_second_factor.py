"""Roles with much to see count only after a second factor; the rest of what somebody is goes on without."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from shared.security import Actor, ActorKind, Membership
from tests.shared.conftest import SERVICE, Issuers, Sign
from tests.shared.test_sign_in import at_the_issuer, cookies_of

HERE = f"/{SERVICE}"
SCHOOL = Membership(uuid4(), "school_staff", "brugfiguur", "ambtsgeheim")
PARTNER = Membership(uuid4(), "partner_worker", "maatschappelijk werker", "beroepsgeheim")


def staff(*memberships: Membership) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, memberships)


@pytest.fixture
def acr() -> str:
    """This issuer asks nobody for a second factor, whatever it is asked for."""
    return "password"


def test_who_needs_none_is_asked_for_none(browser: FlaskClient, issuers: Issuers, member: Callable[..., None]) -> None:
    member(issuers.staff_id, "school_staff")
    arrived = browser.get(at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/notes").location))
    assert arrived.location == f"{HERE}/notes"
    assert browser.get(arrived.location).status_code == 200


@pytest.mark.parametrize("role", ["partner_worker", "coordinator", "dpo"])
def test_who_needs_one_is_asked_at_once_and_not_let_in_where_it_does_not_come(
    browser: FlaskClient, issuers: Issuers, member: Callable[..., None], owner_of: Any, role: str
) -> None:
    member(issuers.staff_id, role)
    again = browser.get(at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location))
    assert parse_qs(urlsplit(again.location).query)["acr_values"] == ["second-factor"]
    assert f"brug_{SERVICE}=" in cookies_of(again)
    refused = browser.get(at_the_issuer(issuers, again.location))
    assert refused.status_code == 403
    assert "tweede stap" in refused.text
    assert owner_of(SERVICE).execute("SELECT strong FROM session").fetchall() == [(False,)]


def test_a_membership_that_needs_one_is_absent_and_its_page_leads_to_it(browser: FlaskClient, sign_in: Any) -> None:
    sign_in(browser, staff(PARTNER), strong=False)
    led = browser.get(f"{HERE}/read")
    assert led.status_code == 303
    assert led.location == f"{HERE}/sign-in?as=staff&strong=1&next={HERE}/read"
    to_issuer = browser.get(led.location)
    assert parse_qs(urlsplit(to_issuer.location).query)["acr_values"] == ["second-factor"]
    assert browser.get(f"{HERE}/read", headers={"HX-Request": "true"}).status_code == 401


def test_what_else_somebody_is_goes_on_without(browser: FlaskClient, sign_in: Any) -> None:
    sign_in(browser, staff(SCHOOL, PARTNER), strong=False)
    assert browser.get(f"{HERE}/notes").status_code == 200
    assert browser.get(f"{HERE}/read").status_code == 303
    sign_in(browser, staff(SCHOOL, PARTNER))
    assert browser.get(f"{HERE}/read").status_code == 200


def test_who_has_no_such_role_is_led_nowhere(browser: FlaskClient, sign_in: Any) -> None:
    sign_in(browser, staff(SCHOOL), strong=False)
    assert browser.get(f"{HERE}/read").status_code == 403


def test_a_token_of_a_weak_sign_in_says_what_it_lacks(
    browser: FlaskClient, access_token: Sign, issuers: Issuers, member: Callable[..., None]
) -> None:
    member(issuers.staff_id, "partner_worker")

    def ask(**claims: Any) -> Any:
        header = {"Authorization": f"Bearer {access_token(**claims)}"}
        return browser.get(f"{HERE}/api/v1/read", headers=header)

    assert ask().status_code == 200
    for weak in ("password", "", None, "Second-Factor"):
        refused = ask(acr=weak)
        assert refused.status_code == 401
        assert 'error="insufficient_user_authentication"' in refused.headers["WWW-Authenticate"]
        assert 'acr_values="second-factor"' in refused.headers["WWW-Authenticate"]


def test_a_program_has_no_phone_and_needs_none(
    browser: FlaskClient, access_token: Sign, issuers: Issuers, member: Callable[..., None]
) -> None:
    member(issuers.staff_id, "partner_worker")
    token = access_token(acr=None, service_account="counting", scope=f"{SERVICE}.read")
    assert browser.get(f"{HERE}/api/v1/read", headers={"Authorization": f"Bearer {token}"}).status_code == 200
