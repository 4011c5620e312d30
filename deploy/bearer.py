"""Signs in at the demo's identity provider without a browser, and gets the bearer token that the API wants."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx

from deploy.local.home import Failure
from shared.openid_clients import COMMAND_LINE

_BACK = "http://127.0.0.1/callback"  # nothing listens there: the code is read from the redirect


def token_of(public_url: str, person: str) -> str:
    """An access token of this person of the demo: authorization code with PKCE, as any client gets one."""
    issuer, verifier, state = f"{public_url}/idp", secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": COMMAND_LINE,
        "redirect_uri": _BACK,
        "scope": "openid profile",
        "state": state,
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    with httpx.Client(timeout=10, trust_env=False) as browser:
        try:
            places = browser.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
            code = _code(browser, places["authorization_endpoint"], asked, person)
            answer = browser.post(
                places["token_endpoint"],
                data={
                    "grant_type": "authorization_code",
                    "client_id": COMMAND_LINE,
                    "code": code,
                    "redirect_uri": _BACK,
                    "code_verifier": verifier,
                },
            ).raise_for_status()
        except httpx.HTTPError as error:
            raise Failure(f"The identity provider at {issuer} does not answer as it should: {error}") from error
    return str(answer.json()["access_token"])


def _code(browser: httpx.Client, authorize: str, asked: dict[str, str], person: str) -> str:
    """Follow the sign-in page's redirects up to ours; choose the person on the way."""
    answer = browser.get(authorize, params=asked)
    for _ in range(6):
        place = answer.headers.get("location", "")
        if place.startswith(_BACK):
            told = parse_qs(urlsplit(place).query)
            if told.get("state") != [asked["state"]] or "code" not in told:
                raise Failure(f"The identity provider refused: {told.get('error', ['no code'])[0]}")
            return str(told["code"][0])
        if not place:
            raise Failure(f"Nobody in the demo is called '{person}'. The names stand on the page {authorize}.")
        page = answer.url.join(place)
        chosen = page.path.endswith("/idp/")
        next_place = page.params.get("next", "")
        answer = browser.post(page, data={"key": person, "next": next_place}) if chosen else browser.get(page)
    raise Failure("The identity provider redirects without end.")
