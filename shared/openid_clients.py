"""The clients that a provider of ours knows: one for all services, one for the command line."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

ALL_SERVICES = "brug"
COMMAND_LINE = "brug-cli"


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """Without a secret it is public, and its way back is the loopback at whatever port (RFC 8252 7.3)."""

    client_id: str
    secret: str
    redirect_uris: frozenset[str]
    after_sign_out: frozenset[str] = frozenset()
    always: tuple[str, ...] = ()  # scopes that every token of this client has

    id_token_signed_response_alg = "ES256"  # noqa: S105 - an algorithm

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        asked = (scope or "openid").split()
        return " ".join([*(one for one in ("openid", "profile") if one in asked), *self.always])

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris or (not self.secret and _is_loopback(redirect_uri))

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == ("client_secret_basic" if self.secret else "none"))

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def scopes_of(services: Iterable[str]) -> tuple[str, ...]:
    """What a staff member's token may be for: reading and changing, service by service."""
    return tuple(f"{service}.{what}" for service in services for what in ("read", "write"))


def our_clients(
    public_url: str, services: Iterable[str], secret: str, *, scopes: tuple[str, ...] = ()
) -> tuple[Client, Client]:
    """The confidential client of all services, and the public one of the command line, which gets these scopes."""
    front = public_url.rstrip("/")
    if not secret:
        raise ValueError("the services' client needs a secret")
    returns = frozenset(f"{front}/{service}/sign-in/return" for service in services)
    return (
        Client(ALL_SERVICES, secret, returns, frozenset({f"{front}/"})),
        Client(COMMAND_LINE, "", frozenset(), always=scopes),
    )


def _is_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1") and not parts.username
