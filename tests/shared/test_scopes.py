"""A staff member's token opens an API only where it was given for it, whatever the member may do (RFC 6750)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.shared.conftest import PUBLIC, SERVICE, Issuers, Sign

NOTES = f"/{SERVICE}/api/v1/notes"


@pytest.fixture
def ask(browser: FlaskClient, access_token: Sign, member: Callable[..., None], issuers: Issuers) -> Callable[..., Any]:
    member(issuers.staff_id, "school_staff")

    def do(method: str, **claims: Any) -> Any:
        body: dict[str, Any] = {"json": {"title": "x"}} if method == "POST" else {}
        header = {"Authorization": f"Bearer {access_token(**claims)}"}
        return browser.open(NOTES, method=method, headers=header, **body)

    return do


def test_a_token_for_reading_reads_and_does_nothing_else(ask: Callable[..., Any]) -> None:
    reading = f"openid {SERVICE}.read"
    assert ask("GET", scope=reading).status_code == 200
    refused = ask("POST", scope=reading)
    assert refused.status_code == 403
    assert refused.headers["WWW-Authenticate"] == (
        f'Bearer realm="brug", error="insufficient_scope", scope="{SERVICE}.write"'
    )
    assert refused.json["type"] == "urn:brug:problem:scope-missing"


def test_a_token_for_writing_alone_does_not_read(ask: Callable[..., Any]) -> None:
    assert ask("POST", scope=f"{SERVICE}.write").status_code == 201
    assert ask("GET", scope=f"{SERVICE}.write").status_code == 403


@pytest.mark.parametrize(
    "scope", ["", None, "openid profile", "intake.read intake.write", f"{SERVICE}.readx", f"x{SERVICE}.read"]
)
def test_a_token_for_something_else_opens_nothing(ask: Callable[..., Any], scope: str | None) -> None:
    assert ask("GET", scope=scope).status_code == 403


def test_a_persons_own_token_needs_no_scope(browser: FlaskClient, access_token: Sign, issuers: Issuers) -> None:
    key, header = issuers.person_key, {"kid": issuers.person_key.kid}
    token = access_token(key=key, header=header, iss=f"{PUBLIC}/intake/oidc", sub=str(uuid4()), scope="openid")
    answered = browser.get(NOTES, headers={"Authorization": f"Bearer {token}"})
    assert (answered.status_code, "WWW-Authenticate" in answered.headers) == (403, False)


def test_the_description_of_an_api_names_its_scopes(browser: FlaskClient) -> None:
    told: Any = browser.get(f"/{SERVICE}/api/openapi.json").json
    described = told["components"]["securitySchemes"]["bearer"]["description"]
    assert f"{SERVICE}.read" in described
    assert f"{SERVICE}.write" in described
    for operations in told["paths"].values():
        for method, operation in operations.items():
            wanted = f"{SERVICE}.{'read' if method == 'get' else 'write'}"
            assert operation["security"] == [{"bearer": [wanted]}]
