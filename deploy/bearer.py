"""Signs a person of the demo in without a browser, and gets the bearer token that the API wants."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import httpx

from deploy.keycloak import form
from deploy.keycloak.people import Credentials
from deploy.local.home import Failure
from shared.openid_clients import COMMAND_LINE
from shared.settings import IssuerSettings

_BACK = "http://127.0.0.1/callback"  # nothing listens there: the code is read from the redirect
_ENDINGS = ("/protocol/openid-connect/auth", "/authorize")


def token_of(public_url: str, person: str, passwords: Mapping[str, Credentials] = MappingProxyType({})) -> str:
    """An access token of this person: authorization code with PKCE, as any client gets one.

    `passwords` is what the people of the demo type where their provider asks them (Keycloak).
    """
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
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
    if person in passwords and passwords[person].app:
        asked["acr_values"] = IssuerSettings.model_fields["strong_acr"].default[0]
    with form.browser(public_url) as browser:
        issuer = _issuer(browser, public_url)
        try:
            places = browser.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
            code = _code(browser, places["authorization_endpoint"], asked, (person, passwords))
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


def _issuer(browser: httpx.Client, public_url: str) -> str:
    """Whom the services send staff to: a stranger needs to know no more than the public address."""
    front = public_url.rstrip("/")
    try:
        place = str(browser.get(f"{front}/referral/sign-in?as=staff").headers.get("location", ""))
    except httpx.HTTPError as error:
        raise Failure(f"Brug does not answer at {front}: {error}") from error
    address = place.partition("?")[0]
    ending = next((one for one in _ENDINGS if address.endswith(one)), None)
    if ending is None:
        raise Failure(f"The services at {front} send staff to no identity provider that is known here: {address}")
    return address.removesuffix(ending)


def _code(
    browser: httpx.Client, authorize: str, asked: dict[str, str], who: tuple[str, Mapping[str, Credentials]]
) -> str:
    """Follow the sign-in page's redirects up to ours; choose the person, or type what they type, on the way."""
    person, passwords = who
    answer = browser.get(authorize, params=asked)
    for _ in range(6):
        place = answer.headers.get("location", "")
        if not place and person in passwords:
            place = form.sign_in(browser, answer, passwords[person], _BACK)
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
