"""Accounts of staff at Keycloak: found or made for whoever is invited, by its admin API. Knows nobody's roles."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from shared.openid_client import NO_PROXY
from shared.settings import IssuerSettings

# Written on httpx, which we have: of Keycloak's API this needs six requests, and the client library on PyPI
# (python-keycloak) would bring five packages along for them.
_PATIENCE = 20.0  # seconds: Keycloak answers only when its mail server has taken the mail
_MAIL_LASTS = 3 * 24 * 3600  # seconds that the link in the mail works


class AccountsAway(Exception):
    """Keycloak does not answer, or does not let us in: it may later."""


class MailAway(Exception):
    """The account is there, but Keycloak cannot send mail now."""


class AccountRefused(Exception):
    """Keycloak does not take this address, or has blocked its account: trying again changes nothing."""


class Invited(NamedTuple):
    """Who is asked to come. `start`: the client where they begin; `second_factor`: their role needs one."""

    email: str
    start: str
    second_factor: bool


@dataclass(frozen=True)
class Place:
    """The admin API's realm and the token endpoint, as processes reach them."""

    users: str
    token: str

    @classmethod
    def of(cls, issuer: str) -> "Place":
        base, _, realm = issuer.rstrip("/").rpartition("/realms/")
        return cls(f"{base}/admin/realms/{realm}/users", f"{base}/realms/{realm}/protocol/openid-connect/token")


class Accounts:
    """Keycloak's users, as the client that may manage them."""

    def __init__(self, issuer: str, client: tuple[str, str], *, transport: httpx.BaseTransport | None = None) -> None:
        self._place, self._client = Place.of(issuer), client
        self._http = httpx.Client(transport=transport, timeout=_PATIENCE, mounts=NO_PROXY)

    @classmethod
    def of(cls, settings: IssuerSettings, client: tuple[str, str]) -> "Accounts":
        return cls(settings.staff_issuer_address or settings.staff_issuer, client)

    def invite(self, who: Invited) -> UUID:
        """The account of this address: the one that is there, or a new one with a mail to set its password.

        The same address twice is the same account. Raises `AccountsAway`, `MailAway`, `AccountRefused`.
        """
        try:
            with self._signed_in() as ask:
                found = self._find(ask, who.email) or self._make(ask, who)
                if not found.get("enabled", True):
                    raise AccountRefused("blocked")
                if not self._can_come_in(ask, found["id"]):
                    self._send_mail(ask, found["id"], who)
                return UUID(found["id"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise AccountsAway(type(error).__name__) from error

    def _signed_in(self) -> "_Asking":
        answer = self._http.post(self._place.token, data={"grant_type": "client_credentials"}, auth=self._client)
        return _Asking(self._http, self._place.users, str(answer.raise_for_status().json()["access_token"]))

    def _find(self, ask: "_Asking", email: str) -> dict[str, Any] | None:
        found = ask("GET", "", params={"email": email, "exact": "true"}).raise_for_status().json()
        return dict(found[0]) if found else None

    def _make(self, ask: "_Asking", who: Invited) -> dict[str, Any]:
        # No password is demanded here but in the mail: who signs in at a city's own provider needs none.
        told = {"username": who.email, "email": who.email, "enabled": True, "attributes": {"locale": ["nl"]}}
        answer = ask("POST", "", json=told)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise AccountRefused("address")
        if answer.status_code != httpx.codes.CONFLICT:  # somebody was first, for another organisation
            answer.raise_for_status()
        made = self._find(ask, who.email)
        if made is None:
            raise AccountRefused("address")
        return made

    def _can_come_in(self, ask: "_Asking", user: str) -> bool:
        """Whether they have a password, or sign in at another provider that Keycloak brokers."""
        credentials = ask("GET", f"/{user}/credentials").raise_for_status().json()
        if any(one.get("type") == "password" for one in credentials):
            return True
        return bool(ask("GET", f"/{user}/federated-identity").raise_for_status().json())

    def _send_mail(self, ask: "_Asking", user: str, who: Invited) -> None:
        query = {"client_id": who.start, "lifespan": str(_MAIL_LASTS)}
        answer = ask("PUT", f"/{user}/execute-actions-email", params=query, json=_actions(who))
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise AccountRefused("address")
        if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR and "mail" in answer.text:
            raise MailAway
        answer.raise_for_status()


class _Asking:
    """Requests under one access token, for as long as one invitation takes."""

    def __init__(self, http: httpx.Client, users: str, token: str) -> None:
        self._http, self._users = http, users
        self._header = {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> "_Asking":
        return self

    def __exit__(self, *_: object) -> None:
        self._header = {}

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._http.request(method, self._users + path, headers=self._header, **more)


def _actions(who: Invited) -> list[str]:
    return ["UPDATE_PASSWORD", *(["CONFIGURE_TOTP"] if who.second_factor else [])]
