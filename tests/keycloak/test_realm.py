"""The realm file: what each client may, what tokens say, and what of Keycloak a stranger can reach."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext

from deploy.keycloak.admin import Admin
from deploy.keycloak.server import Keycloak
from deploy.services import SERVICES
from tests.keycloak import pages
from tests.keycloak.conftest import Brug

Window = Callable[..., BrowserContext]
CHALLENGE = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"


def said(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


def ask(outsider: httpx.Client, keycloak: Keycloak, **changes: str | None) -> httpx.Response:
    wanted: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "brug-intake",
        "redirect_uri": f"{keycloak.where.public_url}/intake/sign-in/return",
        "scope": "openid profile",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    query = urlencode({name: value for name, value in (wanted | changes).items() if value is not None})
    return outsider.get(f"{keycloak.where.inside}/realms/brug/protocol/openid-connect/auth?{query}")


def test_a_service_gets_a_sign_in_page_in_dutch_for_its_own_way_back(
    outsider: httpx.Client, keycloak: Keycloak
) -> None:
    page = ask(outsider, keycloak)
    assert page.status_code == 200
    assert 'lang="nl"' in page.text
    assert "Wachtwoord" in page.text
    assert 'name="viewport"' in page.text
    for language, word in (("fr", "Mot de passe"), ("en", "Password")):
        assert word in ask(outsider, keycloak, ui_locales=language).text


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/intake/sign-in/return"},
        {"client_id": "brug-referral"},
        {"redirect_uri": None},
        {"client_id": "brug-cli", "redirect_uri": "https://evil.example/callback"},
        {"client_id": "brug-cli", "redirect_uri": "http://127.0.0.1.evil.example/callback"},
        {"client_id": "brug-accounts"},
        {"client_id": "unknown"},
    ],
)
def test_no_other_way_back_is_taken(outsider: httpx.Client, keycloak: Keycloak, changes: dict[str, str | None]) -> None:
    refused = ask(outsider, keycloak, **changes)
    assert refused.status_code == 400
    assert "location" not in refused.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"response_type": "id_token"},
    ],
)
def test_nobody_signs_in_without_pkce_or_past_the_code(
    outsider: httpx.Client, keycloak: Keycloak, changes: dict[str, str | None]
) -> None:
    refused = ask(outsider, keycloak, **changes)
    told = parse_qs(urlsplit(refused.headers["location"]).query or urlsplit(refused.headers["location"]).fragment)
    assert "error" in told
    assert "code" not in told


@pytest.mark.parametrize("client", [*(f"brug-{one}" for one in SERVICES), "brug-cli"])
def test_no_client_takes_a_password_or_has_an_account_of_its_own(
    outsider: httpx.Client, keycloak: Keycloak, brug: Brug, client: str
) -> None:
    place = f"{keycloak.where.inside}/realms/brug/protocol/openid-connect/token"
    secret = keycloak.secrets.clients.get(client.removeprefix("brug-"), "")
    who = brug.passwords["brugfiguur"]
    own = {"client_id": client} | ({"client_secret": secret} if secret else {})
    typed = {"grant_type": "password", "username": who.username, "password": who.password}
    for form in (typed, {"grant_type": "client_credentials"}):
        answer = outsider.post(place, data=own | form)
        assert answer.status_code in (400, 401), answer.text
        assert answer.json()["error"] == "unauthorized_client"


def test_a_token_says_who_and_for_what_and_nothing_of_roles(brug: Brug) -> None:
    told = said(brug.token("brugfiguur"))
    assert (told["aud"], told["typ"], told["acr"]) == ("brug", "Bearer", "password")
    assert {f"{one}.{what}" for one in SERVICES for what in ("read", "write")} <= set(told["scope"].split())
    assert not {"realm_access", "resource_access", "groups", "roles", "email", "name"} & set(told)


def test_the_client_that_makes_accounts_may_do_that_and_nothing_else(
    outsider: httpx.Client, keycloak: Keycloak
) -> None:
    inside = keycloak.where.inside
    answer = outsider.post(
        f"{inside}/realms/brug/protocol/openid-connect/token",
        data={"grant_type": "client_credentials"},
        auth=("brug-accounts", keycloak.secrets.accounts),
    )
    header = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    place = f"{inside}/admin/realms/brug"
    assert outsider.get(f"{place}/users?max=1", headers=header).status_code == 200
    assert outsider.get(f"{place}/clients", headers=header).status_code == 403
    assert outsider.get(f"{place}/events", headers=header).status_code == 403
    assert outsider.put(place, headers=header, json={"enabled": False}).status_code == 403
    assert outsider.get(f"{inside}/admin/realms/master/users", headers=header).status_code in (401, 403)


def test_nobody_takes_the_mail_address_of_a_colleague_who_is_yet_to_be_invited(
    brug: Brug, window: Window, admin: Admin
) -> None:
    from deploy.keycloak import addresses

    assert not addresses.keep(admin)
    page = window().new_page()
    pages.sign_in(page, f"{brug.url}/intake/", brug.passwords["brugfiguur"])
    asked = {
        "response_type": "code",
        "client_id": "brug-intake",
        "redirect_uri": f"{brug.url}/intake/sign-in/return",
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "kc_action": "UPDATE_PROFILE",
    }
    page.goto(f"{brug.url}/auth/realms/brug/protocol/openid-connect/auth?{urlencode(asked)}")
    assert page.locator("input[name=firstName]").is_editable()
    assert not page.locator("input[name=email]:not([disabled]):not([readonly])").count()


def test_the_demos_people_keep_their_ids(brug: Brug, admin: Admin) -> None:
    from deploy.demo import directory

    one = next(one for one in directory.staff() if one.key == "ocmw")
    found = admin.ask("GET", f"/users/{one.id}").json()
    assert (found["username"], found["totp"]) == ("ocmw", True)


@pytest.mark.parametrize(
    "path",
    [
        "/auth",
        "/auth/",
        "/auth/admin",
        "/auth/admin/",
        "/auth/admin/master/console/",
        "/auth//admin/",
        "/auth/./admin/",
        "/auth/metrics",
        "/auth/health/ready",
        "/auth/realms/master",
        "/auth/realms/master/protocol/openid-connect/token",
        "/auth/realms/brug/../master",
        "/auth/realms/brug/%2e%2e/master",
        "/auth/realms/brug%2f..%2fmaster",
        "/auth/realms/brug/..;/master",
        "/auth/realms/brug/;x/../../master",
        "/auth/realms/master;x/",
        "/auth/resources/../admin/",
        "/auth/resources/%2e%2e/admin/",
    ],
)
def test_the_gateway_shows_of_keycloak_only_what_signing_in_needs(brug: Brug, path: str) -> None:
    import http.client

    # By hand: a client that is polite would tidy the path before it sends it.
    line = http.client.HTTPConnection(brug.url.removeprefix("http://"), timeout=10)
    line.putrequest("GET", path)
    line.endheaders()
    answer = line.getresponse()
    assert answer.status == 404
    assert answer.read() == b"Deze pagina bestaat niet."
    line.close()


def test_the_gateway_serves_sign_in_under_the_public_address(brug: Brug, outsider: httpx.Client) -> None:
    found = outsider.get(f"{brug.url}/auth/realms/brug/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{brug.url}/auth/realms/brug"
    assert found["end_session_endpoint"].startswith(f"{brug.url}/auth/")
