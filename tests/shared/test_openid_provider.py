"""Our own OpenID provider: codes that count once, for one client, with PKCE; tokens that say who."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr, ValidationError

from deploy.identity.config import Settings as IdentitySettings
from shared import clock
from shared.openid_provider import Subject
from tests.shared.conftest import PUBLIC, SECRET, a_provider

KEY = ECKey.generate_key("P-256")
AMAL = Subject(uuid4(), "ar")
BACK = f"{PUBLIC}/intake/sign-in/return"
LOOPBACK = "http://127.0.0.1:51004/callback"
VERIFIER = "v" * 60
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "brug",
    "redirect_uri": BACK,
    "scope": "openid profile",
    "state": "s-1",
    "nonce": "n-1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
BASIC = "Basic " + base64.b64encode(f"brug:{SECRET}".encode()).decode()


@pytest.fixture
def signed_in() -> list[Subject]:
    return [AMAL]


@pytest.fixture
def provider(signed_in: list[Subject]) -> FlaskClient:
    app = Flask("provider")
    made = a_provider(KEY, lambda: signed_in[0] if signed_in else None)
    app.register_blueprint(made.blueprint(), url_prefix="/intake/oidc")
    return app.test_client()


def ask(provider: FlaskClient, **changes: str | None) -> Any:
    query = {name: value for name, value in (ASKED | changes).items() if value is not None}
    return provider.get(f"/intake/oidc/authorize?{urlencode(query)}")


def code_of(answer: Any) -> str:
    return str(parse_qs(urlsplit(answer.location).query)["code"][0])


def exchange(provider: FlaskClient, code: str, authorization: str = BASIC, **changes: str | None) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    headers = {"Authorization": authorization} if authorization else {}
    return provider.post("/intake/oidc/token", data=sent, headers=headers)


def test_a_code_becomes_an_id_token_and_an_access_token(provider: FlaskClient) -> None:
    answered = ask(provider)
    assert answered.location.startswith(f"{BACK}?")
    assert "state=s-1" in answered.location
    tokens = exchange(provider, code_of(answered))
    assert tokens.headers["Cache-Control"] == "no-store"
    keys = KeySet.import_key_set(provider.get("/intake/oidc/jwks").json)  # type: ignore[arg-type]
    assert not any(key.is_private for key in keys)
    identity = jwt.decode(tokens.json["id_token"], keys, ["ES256"])
    assert {"aud": "brug", "nonce": "n-1", "sub": str(AMAL.id), "locale": "ar"}.items() <= identity.claims.items()
    assert "name" not in identity.claims
    access = jwt.decode(tokens.json["access_token"], keys, ["ES256"])
    assert access.header["typ"] == "at+jwt"
    assert {"aud": "brug", "client_id": "brug", "sub": str(AMAL.id)}.items() <= access.claims.items()
    assert access.claims["exp"] - access.claims["iat"] == tokens.json["expires_in"] == 600


def test_a_code_counts_once(provider: FlaskClient) -> None:
    code = code_of(ask(provider))
    assert exchange(provider, code).status_code == 200
    assert exchange(provider, code).json["error"] == "invalid_grant"


def test_a_code_lasts_a_minute(provider: FlaskClient) -> None:
    code = code_of(ask(provider))
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        assert exchange(provider, code).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 60},
        {"code_verifier": None},
        {"redirect_uri": f"{PUBLIC}/referral/sign-in/return"},
        {"redirect_uri": None},
        {"code": "made-up"},
    ],
)
def test_a_stolen_code_gives_nothing(provider: FlaskClient, changes: dict[str, str | None]) -> None:
    code = code_of(ask(provider))
    assert exchange(provider, **{"code": code, **changes}).status_code == 400  # type: ignore[arg-type]


@pytest.mark.parametrize("authorization", ["", "Basic YnJ1Zzp3cm9uZw==", "Basic YnJ1Zzo=", "Basic x"])
def test_the_services_client_must_show_its_secret(provider: FlaskClient, authorization: str) -> None:
    refused = exchange(provider, code_of(ask(provider)), authorization, client_id="brug")
    assert refused.status_code == 401
    assert refused.json["error"] == "invalid_client"


def test_the_command_line_has_no_secret_but_its_own_loopback(provider: FlaskClient) -> None:
    cli = {"client_id": "brug-cli", "redirect_uri": LOOPBACK}
    code = code_of(ask(provider, **cli))
    assert exchange(provider, code, "", **cli).status_code == 200
    assert exchange(provider, code_of(ask(provider, **cli)), BASIC, redirect_uri=LOOPBACK).status_code == 400
    assert ask(provider, client_id="brug-cli", redirect_uri=BACK).status_code == 400
    assert ask(provider, redirect_uri=LOOPBACK).status_code == 400


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://evil.example/", f"{BACK}x", f"{BACK}?a=b", "http://127.0.0.1@evil.example/", "http://[", "", None],
)
def test_a_code_goes_to_no_other_address(provider: FlaskClient, redirect_uri: str | None) -> None:
    for client in ("brug", "brug-cli", "unknown"):
        refused = ask(provider, client_id=client, redirect_uri=redirect_uri)
        assert refused.status_code in (400, 401)
        assert "Location" not in refused.headers


@pytest.mark.parametrize(
    "changes",
    [{"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None}],
)
def test_without_pkce_there_is_no_code(provider: FlaskClient, changes: dict[str, str | None]) -> None:
    refused = ask(provider, **changes)
    assert "error=invalid_request" in refused.location
    assert "code=" not in refused.location.replace("code_challenge", "")


def test_nobody_signed_in_is_sent_to_sign_in_and_back(provider: FlaskClient, signed_in: list[Subject]) -> None:
    signed_in.clear()
    sent = ask(provider)
    assert sent.location.startswith("/intake/code?next=/intake/oidc/authorize?")
    assert "error=login_required" in ask(provider, prompt="none").location


def test_asked_to_sign_in_again_somebody_does_so_once(provider: FlaskClient) -> None:
    sent = ask(provider, prompt="login")
    assert sent.location.startswith("/intake/code?next=/intake/oidc/authorize?")
    assert "prompt" not in sent.location


def test_the_discovery_document_tells_all_addresses(provider: FlaskClient) -> None:
    found = provider.get("/intake/oidc/.well-known/openid-configuration").json
    assert found is not None
    assert found["issuer"] == f"{PUBLIC}/intake/oidc"
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_the_demos_provider_does_not_start_outside_a_demo() -> None:
    with pytest.raises(ValidationError, match="BRUG_DEMO"):
        IdentitySettings(secret_key=SecretStr("x"), staff_client_secret=SecretStr("x"))


def test_the_demos_page_signs_in_for_our_own_ends_only(issuers: Any, sent_by: Callable[..., int]) -> None:
    ours = f"/idp/authorize?{urlencode(ASKED)}"
    assert sent_by(issuers.staff, next=ours, origin=PUBLIC) == 303
    assert sent_by(issuers.staff, next="https://evil.example/", origin=PUBLIC) == 400
    assert sent_by(issuers.staff, next="//evil.example/", origin=PUBLIC) == 400
    assert sent_by(issuers.staff, next=ours, origin="https://evil.example") == 400


@pytest.fixture
def sent_by() -> Callable[..., int]:
    def send(app: Flask, *, next: str, origin: str) -> int:  # noqa: A002 - the field's name
        form = {"key": "brugfiguur", "next": next}
        return app.test_client().post("/idp/", data=form, headers={"Origin": origin}).status_code

    return send
