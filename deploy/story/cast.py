"""Who plays: each with their own browser and their own token, got by signing in as a stranger would."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from deploy import outside
from deploy.bearer import token_of
from deploy.demo import directory
from deploy.keycloak.people import Credentials
from deploy.story.browser import Api, Browser, Unexpected
from deploy.story.ledger import Ledger, answered

_BACK = "http://127.0.0.1/callback"
WITHOUT_ACCOUNT = "huiswerkklas"


class Cast:
    """The people of the story, and what they carry from step to step."""

    def __init__(self, url: str, ledger: Ledger, passwords: Mapping[str, Credentials]) -> None:
        self.url, self.ledger, self.passwords = url, ledger, passwords
        self._apis: dict[str, Api] = {}
        self.amal = Person(url, directory.a_first_name("ar_AA", secrets.token_hex(4)))
        self.son = directory.a_first_name("ar_AA", secrets.token_hex(4), woman=False)
        self.phone = f"04{secrets.randbelow(90) + 10:02} {secrets.randbelow(90) + 10} {secrets.randbelow(90) + 10} 31"
        self.file: dict[str, Any] = {}
        self.akkoorden: dict[str, str] = {}
        self.referrals: dict[str, str] = {}
        self.match = self.helper = self.plan = ""
        self.mail: Callable[[], str] | None = None

    def staff(self, key: str) -> Api:
        """The API as this person of the demo; signs in at the first use."""
        if key not in self._apis:
            self._apis[key] = Api(self.url, token_of(self.url, key, self.passwords))
        return self._apis[key]

    def organisation(self, key: str) -> str:
        if key == WITHOUT_ACCOUNT:
            return str(directory.without_account().id)
        return str(next(one for one in directory.staff() if one.key == key).organisation.id)


class Person:
    """A person of a family: a phone, and no account."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name, self.id = url, name, ""
        self.phone = Browser(url)
        self.api: Api

    def sign_in(self, code: str) -> None:
        """Types the code of the paper card."""
        page = self.phone.go("/intake/code").submit("/intake/code", {"code": code})
        if "/intake/me" not in page.url:
            raise Unexpected(f"the code did not let in: {page.url} {page.words[:300]}")
        self.api = Api(self.url, self._token())

    def _token(self) -> str:
        """For the API: authorization code with PKCE at intake, which knows this browser."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": "brug-cli",
            "redirect_uri": _BACK,
            "scope": "openid",
            "state": state,
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        issuer = f"{self.url}/intake/oidc"
        with outside.client() as stranger:
            found = answered(stranger.get(f"{issuer}/.well-known/openid-configuration")).json()
        place = self.phone.place_of(f"{found['authorization_endpoint']}?{urlencode(asked)}")
        told = parse_qs(urlsplit(place).query)
        if told.get("state") != [state] or "code" not in told:
            raise Unexpected(f"no code for the API: {place}")
        form = {
            "grant_type": "authorization_code",
            "client_id": "brug-cli",
            "code": told["code"][0],
            "redirect_uri": _BACK,
            "code_verifier": verifier,
        }
        with outside.client() as stranger:
            return str(answered(stranger.post(found["token_endpoint"], data=form)).json()["access_token"])
