"""Staff's issuer does not answer: who is signed in goes on, who signs in reads why not, nothing is lost."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared import openid_keys
from shared.db import Database
from shared.security import Actor
from shared.settings import ServiceSettings
from shared.web import Wiring, create_service
from tests.shared.conftest import SERVICE, Issuers, Sign
from tests.shared.corner import TABLE, Corner
from tests.shared.test_sign_in import at_the_issuer

HERE = f"/{SERVICE}"


class Line(httpx.BaseTransport):
    """The way to the issuer, which can be cut."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.cut, self.status, self.asked = inner, False, 0, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.cut:
            raise httpx.ConnectError("cut", request=request)
        return httpx.Response(self.status) if self.status else self.inner.handle_request(request)


@pytest.fixture
def line(issuers: Issuers) -> Line:
    return Line(issuers.transport)


@pytest.fixture
def app(corner_settings: ServiceSettings, db_of: Callable[..., Database], line: Line) -> Flask:
    corner = Corner(SERVICE)
    parts: dict[str, Any] = {"web": [corner.web()], "api": [corner.api()], "spec": corner.spec, "transport": line}
    return create_service(
        Wiring(
            service=SERVICE,
            package="tests.shared.corner",
            settings=corner_settings,
            db=db_of(SERVICE),
            table=TABLE,
            **parts,
        )
    )


def test_who_is_signed_in_goes_on(browser: FlaskClient, sign_in: Any, school_staff: Actor, line: Line) -> None:
    sign_in(browser, school_staff)
    line.cut = True
    assert browser.get(f"{HERE}/notes").status_code == 200


@pytest.mark.parametrize("status", [0, 500, 503])
def test_who_signs_in_reads_that_it_cannot_be_now_and_comes_in_later(
    browser: FlaskClient, issuers: Issuers, member: Any, line: Line, status: int
) -> None:
    member(issuers.staff_id, "school_staff")
    # Also where the service has asked the issuer everything before.
    browser.get(f"{HERE}/sign-in?as=staff")
    line.cut, line.status = status == 0, status
    away = browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/notes")
    assert away.status_code == 503
    assert "Aanmelden kan nu even niet" in away.text
    line.cut, line.status = False, 0
    arrived = browser.get(at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff&next={HERE}/notes").location))
    assert browser.get(arrived.location).status_code == 200


@pytest.mark.parametrize("status", [0, 502])
def test_an_issuer_that_goes_away_halfway_is_no_fault_of_the_person(
    browser: FlaskClient, issuers: Issuers, line: Line, status: int
) -> None:
    back = at_the_issuer(issuers, browser.get(f"{HERE}/sign-in?as=staff").location)
    line.cut, line.status = status == 0, status
    answered = browser.get(back)
    assert answered.status_code == 503
    assert "Aanmelden kan nu even niet" in answered.text


def test_a_token_of_a_known_key_goes_on_however_long_the_issuer_is_silent(
    browser: FlaskClient, access_token: Sign, issuers: Issuers, member: Any, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(issuers.staff_id, "school_staff")

    def ask(**changes: Any) -> int:
        header = {"Authorization": f"Bearer {access_token(**changes)}"}
        return browser.get(f"{HERE}/api/v1/notes", headers=header).status_code

    monkeypatch.setattr(openid_keys, "KEPT", 0)
    assert ask() == 200
    line.cut = True
    asked = line.asked
    assert [ask() for _ in range(3)] == [200] * 3
    assert line.asked == asked + 1
    assert ask(header={"kid": "new"}) in (401, 503)
    assert ask() == 200


def test_a_token_that_comes_before_any_key_is_known_waits_for_the_issuer(
    browser: FlaskClient, access_token: Sign, line: Line
) -> None:
    line.cut = True
    header = {"Authorization": f"Bearer {access_token()}"}
    assert browser.get(f"{HERE}/api/v1/notes", headers=header).status_code == 503


def test_signing_out_works_without_the_issuer(
    browser: FlaskClient, sign_in: Any, school_staff: Actor, line: Line, owner_of: Any
) -> None:
    sign_in(browser, school_staff)
    token = browser.get(f"{HERE}/notes").text.split("|")[0]
    line.cut = True
    left = browser.post(f"{HERE}/sign-out", data={"csrf_token": token})
    assert (left.status_code, left.location) == (303, "http://localhost/")
    assert owner_of(SERVICE).execute("SELECT count(*) FROM session").fetchone() == (0,)
