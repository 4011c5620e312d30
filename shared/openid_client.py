"""What we ask of an OpenID issuer: who signed in, and whether a bearer token is its own."""

import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from shared import clock
from shared.refusals import BadToken, IssuerSilent, SignInFailed
from shared.security import ActorKind

AUDIENCE = "brug"
ALGORITHMS = ["ES256", "RS256"]
LEEWAY = 30  # seconds that clocks may differ
KEYS_KEPT = 3600  # seconds
KEYS_ASKED_AGAIN = 5  # seconds at least between two askings, whatever key ids strangers send

# A proxy of the surroundings cannot reach an issuer on this machine.
_NO_PROXY: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}


@dataclass(frozen=True)
class Identity:
    """Whom the issuer says it is; `name` is for the page's header only."""

    id: UUID
    locale: str
    name: str


class Issuer:
    """One OpenID issuer as seen by our one client there."""

    def __init__(
        self,
        kind: ActorKind,
        issuer: str,
        client: tuple[str, str],
        *,
        address: str = "",
        transport: httpx.BaseTransport | None = None,
        own_keys: KeySet | None = None,
    ) -> None:
        self.kind, self.issuer = kind, issuer.rstrip("/")
        self._address = address.rstrip("/") or self.issuer
        self._client = client
        self._own_keys = own_keys
        self._http = httpx.Client(transport=transport, timeout=5, mounts=_NO_PROXY)
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = own_keys
        self._asked = float("-inf")

    def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document, fetched once."""
        if not self._metadata:
            found = self._fetch(self._inside(f"{self.issuer}/.well-known/openid-configuration"))
            if found.get("issuer", "").rstrip("/") != self.issuer:
                raise IssuerSilent("the discovery document names another issuer")
            self._metadata = found
        return self._metadata

    def sign_in_url(self, redirect_uri: str, started: "Started", locale: str) -> str:
        """Where the browser goes: authorization code with PKCE."""
        return str(
            prepare_grant_uri(
                self.metadata()["authorization_endpoint"],
                self._client[0],
                "code",
                redirect_uri=redirect_uri,
                scope="openid profile",
                state=started.state,
                nonce=started.nonce,
                code_challenge=create_s256_code_challenge(started.verifier),
                code_challenge_method="S256",
                ui_locales=locale,
            )
        )

    def sign_out_url(self, back_to: str) -> str:
        """Where the browser goes to sign out of the issuer too; `back_to` where it has no such place."""
        place = self.metadata().get("end_session_endpoint")
        if not place:
            return back_to
        query = {"client_id": self._client[0], "post_logout_redirect_uri": back_to}
        return str(httpx.URL(place).copy_merge_params(query))

    def identify(self, code: str, redirect_uri: str, started: "Started") -> Identity:
        """Exchange the code for an ID token, and believe it only after all its checks."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": started.verifier,
        }
        try:
            answer = self._http.post(self._inside(self.metadata()["token_endpoint"]), data=form, auth=self._client)
        except httpx.HTTPError as error:
            raise IssuerSilent(self.issuer) from error
        nonce: ClaimsOption = {"essential": True, "value": started.nonce}
        try:
            token = answer.raise_for_status().json()["id_token"]
            return _identity(self._claims(token, self._client[0], nonce=nonce).claims)
        except (httpx.HTTPStatusError, JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInFailed(type(error).__name__) from error

    def issued(self, token: str) -> bool:
        """Whether the token says that it comes from here; only `actor_of` believes it."""
        try:
            payload = json.loads(jws.extract_compact(token.encode()).payload)
            return isinstance(payload, dict) and str(payload.get("iss", "")).rstrip("/") == self.issuer
        except (JoseError, ValueError) as error:
            raise BadToken(type(error).__name__) from error

    def actor_of(self, token: str) -> Identity:
        """Whose access token this is; raises `BadToken`. An ID token is not one, even with our audience."""
        try:
            found = self._claims(token, AUDIENCE)
            kind = str(found.header.get("typ", "")).lower().removeprefix("application/")
            if kind != "at+jwt" and found.claims.get("typ") != "Bearer":
                raise BadToken("not an access token")
            return _identity(found.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise BadToken(type(error).__name__) from error

    def _claims(self, token: str, audience: str, **also: ClaimsOption) -> jwt.Token:
        decoded = jwt.decode(token, self._key_set(_key_id(token)), algorithms=ALGORITHMS)
        claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "values": [self.issuer, f"{self.issuer}/"]},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            **also,
        )
        claims.validate(decoded.claims)
        return decoded

    def _key_set(self, key_id: str) -> KeySet:
        """The issuer's keys, asked again when a key id is new to us."""
        if self._own_keys is not None:
            return self._own_keys
        with self._lock:
            now = time.monotonic()
            known = self._keys and any(key.kid == key_id for key in self._keys)
            if (not known and now - self._asked > KEYS_ASKED_AGAIN) or now - self._asked > KEYS_KEPT:
                self._asked = now
                self._keys = KeySet.import_key_set(self._fetch(self._inside(self.metadata()["jwks_uri"])))  # type: ignore[arg-type]
            if self._keys is None:
                raise IssuerSilent(self.issuer)
            return self._keys

    def _inside(self, url: str) -> str:
        """The same place as processes reach it: a browser uses the issuer's own name, a closed network may not."""
        return self._address + url.removeprefix(self.issuer) if url.startswith(f"{self.issuer}/") else url

    def _fetch(self, url: str) -> dict[str, Any]:
        try:
            found = self._http.get(url).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise IssuerSilent(url) from error
        if not isinstance(found, dict):
            raise IssuerSilent(url)
        return found


@dataclass(frozen=True)
class Started:
    """A sign-in under way: what the issuer must give back, and what only we know."""

    state: str
    nonce: str
    verifier: str


def _key_id(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers().get("kid", ""))


def _identity(claims: dict[str, Any]) -> Identity:
    locale = str(claims.get("locale") or "nl")
    return Identity(UUID(str(claims["sub"])), locale[:35], str(claims.get("name") or "")[:200])
