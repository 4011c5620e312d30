"""What we ask of an OpenID issuer: who signed in, whether a bearer token is its own, and whether a session is over."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from shared import clock
from shared.openid_keys import Keys
from shared.refusals import BadToken, IssuerSilent, SignInFailed
from shared.security import ActorKind

AUDIENCE = "brug"
ALGORITHMS = ["ES256", "RS256"]
LEEWAY = 30  # seconds that clocks may differ
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_NOT_OURS = (JoseError, ValueError, KeyError, TypeError)

# A proxy of the surroundings cannot reach an issuer on this machine.
NO_PROXY: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}


@dataclass(frozen=True)
class Identity:
    """Whom the issuer says it is; `name` is for the page's header only.

    `session` is the issuer's own id of this sign-in (`sid`), `acr` what it says of how strong it was.
    """

    id: UUID
    locale: str
    name: str
    session: str = ""
    acr: str = ""


@dataclass(frozen=True)
class Bearer:
    """Whose access token it is, and what the token was given for; a program may have one in its own name."""

    identity: Identity
    scopes: frozenset[str]
    is_program: bool


@dataclass(frozen=True)
class Ended:
    """A session at the issuer that is over, or all of one person's; `id` and `expires_at` are the message's own."""

    id: str
    session: str
    actor_id: UUID | None
    expires_at: int


@dataclass(frozen=True)
class Answered:
    """What the issuer gave for a code; `id_token` is for signing out at the issuer."""

    identity: Identity
    id_token: str


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
        # Past the gateway we say what it would: the issuer takes no sign-in over a connection that it thinks is open.
        told = {"X-Forwarded-Proto": urlsplit(self.issuer).scheme} if address else {}
        self._http = httpx.Client(transport=transport, timeout=5, mounts=NO_PROXY, headers=told)
        self._metadata: dict[str, Any] = {}
        self._keys = Keys(lambda: self._fetch(self._inside(self.metadata()["jwks_uri"])), own_keys)

    def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document, fetched once."""
        return self._metadata or self._discover()

    def sign_in_url(self, redirect_uri: str, started: "Started", locale: str, **more: str) -> str:
        """Where the browser goes: authorization code with PKCE. `more` is said to the issuer too.

        Asks the issuer first whether it is there: a browser that was sent to a silent one would see no page of ours.
        """
        return str(
            prepare_grant_uri(
                self._discover()["authorization_endpoint"],
                self._client[0],
                "code",
                redirect_uri=redirect_uri,
                scope="openid profile",
                state=started.state,
                nonce=started.nonce,
                code_challenge=create_s256_code_challenge(started.verifier),
                code_challenge_method="S256",
                ui_locales=locale,
                **more,
            )
        )

    def tells_of_ends(self) -> bool:
        """Whether it tells every client when a session is over; then it also wants to know which one ends."""
        return bool(self.metadata().get("backchannel_logout_supported"))

    def sign_out_url(self, back_to: str, id_token: str = "") -> str:
        """Where the browser goes to sign out of the issuer too; `back_to` where it has no such place."""
        place = self.metadata().get("end_session_endpoint")
        if not place:
            return back_to
        query = {"client_id": self._client[0], "post_logout_redirect_uri": back_to}
        known = {"id_token_hint": id_token} if id_token else {}
        return str(httpx.URL(place).copy_merge_params(query | known))

    def identify(self, code: str, redirect_uri: str, started: "Started") -> Answered:
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
        if answer.is_server_error:
            raise IssuerSilent(self.issuer)
        nonce: ClaimsOption = {"essential": True, "value": started.nonce}
        try:
            token = str(answer.raise_for_status().json()["id_token"])
            return Answered(_identity(self._claims(token, self._client[0], nonce=nonce).claims), token)
        except (httpx.HTTPStatusError, *_NOT_OURS) as error:
            raise SignInFailed(type(error).__name__) from error

    def issued(self, token: str) -> bool:
        """Whether the token says that it comes from here; only `bearer_of` believes it."""
        try:
            payload = json.loads(jws.extract_compact(token.encode()).payload)
            return isinstance(payload, dict) and str(payload.get("iss", "")).rstrip("/") == self.issuer
        except (JoseError, ValueError) as error:
            raise BadToken(type(error).__name__) from error

    def bearer_of(self, token: str) -> Bearer:
        """Whose access token this is; raises `BadToken`. An ID token is not one, even with our audience."""
        try:
            found = self._claims(token, AUDIENCE)
            if _type_of(found) != "at+jwt" and found.claims.get("typ") != "Bearer":
                raise BadToken("not an access token")
            scopes = frozenset(str(found.claims.get("scope") or "").split())
            return Bearer(_identity(found.claims), scopes, bool(found.claims.get("service_account")))
        except _NOT_OURS as error:
            raise BadToken(type(error).__name__) from error

    def ended(self, token: str) -> Ended:
        """What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6); raises `BadToken`."""
        now = int(clock.now().timestamp())
        try:
            found = self._claims(token, self._client[0], sub={}, iat={"essential": True}, jti={"essential": True})
            claims = found.claims
            if _type_of(found) not in ("logout+jwt", "jwt", ""):
                raise BadToken("another kind of token")
            if "nonce" in claims or not isinstance(claims.get("events"), dict) or _LOGOUT not in claims["events"]:
                raise BadToken("not a logout token")
            if not claims.get("sid") and not claims.get("sub"):
                raise BadToken("it says of nobody that it is over")
            if int(claims["exp"]) > now + 3600:
                raise BadToken("it lasts too long to remember that it came")
            who = UUID(str(claims["sub"])) if claims.get("sub") else None
            return Ended(str(claims["jti"])[:200], str(claims.get("sid") or "")[:200], who, int(claims["exp"]))
        except _NOT_OURS as error:
            raise BadToken(type(error).__name__) from error

    def _claims(self, token: str, audience: str, **also: ClaimsOption) -> jwt.Token:
        decoded = jwt.decode(token, self._keys.with_key(_key_id(token)), algorithms=ALGORITHMS)
        wanted: dict[str, ClaimsOption] = {
            "iss": {"essential": True, "values": [self.issuer, f"{self.issuer}/"]},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        claims = jwt.JWTClaimsRegistry(now=lambda: int(clock.now().timestamp()), leeway=LEEWAY, **(wanted | also))
        claims.validate(decoded.claims)
        return decoded

    def _inside(self, url: str) -> str:
        """The same place as processes reach it: a browser uses the issuer's own name, a closed network may not."""
        return self._address + url.removeprefix(self.issuer) if url.startswith(f"{self.issuer}/") else url

    def _discover(self) -> dict[str, Any]:
        found = self._fetch(self._inside(f"{self.issuer}/.well-known/openid-configuration"))
        if found.get("issuer", "").rstrip("/") != self.issuer:
            raise IssuerSilent("the discovery document names another issuer")
        self._metadata = found
        return found

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


def _type_of(token: jwt.Token) -> str:
    return str(token.header.get("typ", "")).lower().removeprefix("application/")


def _identity(claims: dict[str, Any]) -> Identity:
    return Identity(
        id=UUID(str(claims["sub"])),
        locale=str(claims.get("locale") or "nl")[:35],
        name=str(claims.get("name") or "")[:200],
        session=str(claims.get("sid") or "")[:200],
        acr=str(claims.get("acr") or "")[:200],
    )
