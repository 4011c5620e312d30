"""An OpenID provider: authorization code with PKCE. Who is signed in, and where codes are kept, is its owner's."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.wrappers import Response

from shared import clock
from shared.openid_client import AUDIENCE
from shared.openid_clients import Client
from shared.openid_codes import Codes, IssuedCode, MemoryCodes, Subject
from shared.permissions import ISSUE, declared

__all__ = ["Client", "Codes", "IssuedCode", "MemoryCodes", "Provider", "Subject"]

ALGORITHM = "ES256"
SCOPES = ("openid", "profile")
CODE_LASTS = 60  # seconds
ID_TOKEN_LASTS = 300  # seconds; it is read once, at the return


@dataclass(frozen=True)
class Provider:
    """`authenticate` says who is signed in; `sign_in_url` where to send a browser with nobody, given its way back.

    `leave` ends the provider's own session on the answer that it is given. Times are in seconds. `acr` is what its
    tokens say of how strong every sign-in here is.
    """

    issuer: str
    key: ECKey
    clients: tuple[Client, ...]
    codes: Codes
    authenticate: Callable[[], Subject | None]
    sign_in_url: Callable[[str], str]
    leave: Callable[[Response], Response]
    access_token_lasts: int = 600
    acr: str = ""
    server: AuthorizationServer = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.key.ensure_kid()
        server = AuthorizationServer()
        server.init_app(_NoConfiguration(), self.client, lambda token, request: None)
        server.provider = self
        server.register_token_generator("default", self._token)
        server.register_grant(_Grant, [_Challenge(), _IdToken(self)])
        object.__setattr__(self, "server", server)

    def blueprint(self) -> Blueprint:
        """Discovery, keys, authorize, token and end-session, to mount at the issuer's path."""
        pages = Blueprint("openid", __name__)
        for rule, name, view, methods in (
            ("/.well-known/openid-configuration", "discovery", self.discovery, ["GET"]),
            ("/jwks", "jwks", self.jwks, ["GET"]),
            ("/authorize", "authorize", self._authorize, ["GET"]),
            ("/token", "token", self._exchange, ["POST"]),
            ("/end-session", "end_session", self._end_session, ["GET"]),
        ):
            pages.add_url_rule(rule, name, declared(_view(view), ISSUE), methods=methods)
        return pages

    def client(self, client_id: str) -> Client | None:
        return next((one for one in self.clients if one.client_id == client_id), None)

    def public_keys(self) -> KeySet:
        return KeySet([self.key])

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False, use="sig", alg=ALGORITHM)]}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end-session",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "scopes_supported": list(
                dict.fromkeys((*SCOPES, *(one for client in self.clients for one in client.always)))
            ),
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login"],
            "claims_supported": ["sub", "name", "locale", "auth_time"],
        }

    def _authorize(self) -> ResponseReturnValue:
        subject = self.authenticate()
        try:
            grant = self.server.get_consent_grant(end_user=subject)
        except OAuth2Error as error:
            refused: Response = self.server.handle_error_response(None, error)
            return refused
        if subject is None or grant.prompt == "login":
            again = {name: value for name, value in request.args.items() if name != "prompt"}
            return redirect(self.sign_in_url(f"{request.path}?{urlencode(again)}"), 303)
        answer: Response = self.server.create_authorization_response(grant_user=subject, grant=grant)
        return answer

    def _exchange(self) -> ResponseReturnValue:
        answer: Response = self.server.create_token_response()
        return answer

    def _end_session(self) -> ResponseReturnValue:
        """Sign out here, then back to a page that the client registered for that, or to the front."""
        client = self.client(request.args.get("client_id", ""))
        wanted = request.args.get("post_logout_redirect_uri", "")
        parts = urlsplit(self.issuer)
        known = client is not None and wanted in client.after_sign_out
        return self.leave(redirect(wanted if known else f"{parts.scheme}://{parts.netloc}/", 303))

    def strength(self) -> dict[str, str]:
        return {"acr": self.acr} if self.acr else {}

    def _token(self, client: Client, user: Subject, scope: str, **_: object) -> dict[str, object]:
        """A JWT access token (RFC 9068). It says who, never what they may do."""
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": user.get_user_id(),
            "aud": AUDIENCE,
            "client_id": client.client_id,
            "iat": now,
            "exp": now + self.access_token_lasts,
            "jti": str(uuid4()),
            "scope": scope,
            "locale": user.locale,
        } | self.strength()
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self.key.kid}
        token = jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])
        return {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": self.access_token_lasts,
            "scope": scope,
        }


class _NoConfiguration:
    config: ClassVar[dict[str, object]] = {}


def _view(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """A function of its own: a bound method cannot carry the route's action."""

    def answer() -> ResponseReturnValue:
        return view()

    return answer


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


class _Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["client_secret_basic", "none"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        now = int(clock.now().timestamp())
        sent = request.payload.data
        self.server.provider.codes.save(
            IssuedCode(
                digest=_digest(code),
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=sent.get("nonce", ""),
                challenge=sent["code_challenge"],
                subject=request.user,
                signed_in_at=now,
                expires_at=now + CODE_LASTS,
            )
        )

    def query_authorization_code(self, code: str, client: Client) -> IssuedCode | None:
        found: IssuedCode | None = self.server.provider.codes.take(_digest(code))
        in_time = found is not None and found.expires_at > clock.now().timestamp()
        return found if found and in_time and found.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code: IssuedCode) -> None:
        """Taking it was its end."""

    def authenticate_user(self, authorization_code: IssuedCode) -> Subject:
        return authorization_code.subject


class _Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE for every client, and never in plain text."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        sent = grant.request.payload.data
        if not sent.get("code_challenge") or sent.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)


class _IdToken(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=False)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False  # a code is taken once, so its nonce cannot come twice

    def resolve_client_private_key(self, client: Client) -> ECKey:
        return self._provider.key

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": ALGORITHM, "kid": self._provider.key.kid}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        told = {"iss": self._provider.issuer, "aud": client.client_id, "iat": now, "exp": now + ID_TOKEN_LASTS}
        return told | self._provider.strength()

    def generate_user_info(self, user: Subject, scope: str) -> dict[str, str]:
        named = {"name": user.name} if user.name and "profile" in scope.split() else {}
        return {"sub": user.get_user_id(), "locale": user.locale, **named}
