"""A token says who somebody is, and only one that our issuer made for us counts."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey

from tests.shared.conftest import PUBLIC, SERVICE, Issuers, Sign

NOTES = f"/{SERVICE}/api/v1/notes"


@pytest.fixture
def answer(browser: FlaskClient) -> Callable[[str], Any]:
    return lambda token: browser.get(NOTES, headers={"Authorization": f"Bearer {token}"})


def test_a_members_token_opens_what_the_membership_allows(
    answer: Any, access_token: Sign, issuers: Issuers, member: Callable[[UUID, str], None]
) -> None:
    assert answer(access_token()).status_code == 403
    member(issuers.staff_id, "school_staff")
    assert answer(access_token()).status_code == 200


def test_what_a_token_says_of_roles_counts_for_nothing(answer: Any, access_token: Sign) -> None:
    assert answer(access_token(roles=["school_staff"], role="school_staff")).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "someone-else"},
        {"aud": None},
        {"iss": f"{PUBLIC}/idp2"},
        {"iss": "https://evil.example/idp"},
        {"iss": f"{PUBLIC}/intake/oidc"},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"exp": "never"},
        {"nbf": 4_000_000_000},
        {"sub": "not-a-uuid"},
        {"sub": None},
    ],
)
def test_a_token_for_another_time_place_or_audience_is_refused(
    answer: Any, access_token: Sign, member: Any, issuers: Issuers, claims: dict[str, Any]
) -> None:
    member(issuers.staff_id, "school_staff")
    refused = answer(access_token(**claims))
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_an_id_token_is_no_access_token(answer: Any, access_token: Sign) -> None:
    assert answer(access_token(header={"typ": "JWT"})).status_code == 401


def test_a_token_of_keycloak_names_its_kind_in_its_claims(answer: Any, access_token: Sign) -> None:
    assert answer(access_token(header={"typ": "JWT"}, typ="Bearer")).status_code == 403
    assert answer(access_token(header={"typ": "JWT"}, typ="ID")).status_code == 401


def test_a_token_signed_by_nobody_or_by_a_stranger_is_refused(
    answer: Any, access_token: Sign, issuers: Issuers
) -> None:
    unsigned = access_token().rsplit(".", 1)[0] + "."
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + access_token().split(".")[1] + "."
    stranger = access_token(key=ECKey.generate_key("P-256"))
    public = OctKey.import_key(json.dumps(issuers.staff_key.as_dict(private=False)).encode())
    confused = access_token(key=public, header={"alg": "HS256"})
    for token in (unsigned, none, stranger, confused, "x", "a.b.c", "..", "é"):
        assert answer(token).status_code == 401, token


def test_a_key_that_the_issuer_took_into_use_later_is_fetched(
    answer: Any, access_token: Sign, issuers: Issuers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(access_token()).status_code == 403
    unknown = access_token(header={"kid": "new"})
    assert answer(unknown).status_code == 401
    monkeypatch.setattr("shared.openid_keys.ASKED_AGAIN", 0)
    assert answer(unknown).status_code == 401
    assert answer(access_token()).status_code == 403


def test_a_person_has_a_token_of_the_other_issuer(browser: FlaskClient, access_token: Sign, issuers: Issuers) -> None:
    header = {"kid": issuers.person_key.kid}
    token = access_token(key=issuers.person_key, header=header, iss=f"{PUBLIC}/intake/oidc", sub=str(uuid4()))
    answered = browser.get(NOTES, headers={"Authorization": f"Bearer {token}"})
    assert answered.status_code == 403


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token"])
def test_another_scheme_is_refused(browser: FlaskClient, header: str) -> None:
    assert browser.get(NOTES, headers={"Authorization": header}).status_code == 401


def test_pages_are_deaf_to_tokens(browser: FlaskClient, access_token: Sign, member: Any, issuers: Issuers) -> None:
    member(issuers.staff_id, "school_staff")
    page = browser.get(f"/{SERVICE}/notes", headers={"Authorization": f"Bearer {access_token()}"})
    assert page.status_code == 303
