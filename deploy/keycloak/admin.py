"""Keycloak's admin API, as far as setting Brug up needs it. What referral itself does there is in referral."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import UUID

import httpx

from deploy.keycloak.realm import REALM
from deploy.local.home import Failure

_AT_ONCE = 10  # people in one request: each password takes Keycloak a tenth of a second
_PATIENCE = 120.0  # seconds


class ServiceAccount(NamedTuple):
    """A program that uses the API in its own name. `user_id` is whom a membership names."""

    client_id: str
    secret: str
    user_id: UUID


class Admin:
    """Signed in as Keycloak's administrator. `address`: where Keycloak answers inside, with its path."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._address = address.rstrip("/")
        self._http = httpx.Client(timeout=_PATIENCE, trust_env=False)
        self._who = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        self._http.close()

    def add_people(self, people: Iterable[Mapping[str, Any]]) -> int:
        """Make these accounts with the ids that they bring; who is there already stays. Returns how many are new."""
        waiting, made = list(people), 0
        while waiting:
            now, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            told = self.ask("POST", "/partialImport", {"ifResourceExists": "SKIP", "users": now}).json()
            made += int(told["added"])
        return made

    def add_service_account(self, name: str, scopes: Sequence[str]) -> ServiceAccount:
        """A client for a program, that gets these scopes and no others; refuses a name that is taken."""
        secret = secrets.token_urlsafe(32)
        wanted = {
            "clientId": name,
            "secret": secret,
            "publicClient": False,
            "standardFlowEnabled": False,
            "directAccessGrantsEnabled": False,
            "serviceAccountsEnabled": True,
            "fullScopeAllowed": False,
            "attributes": {"access.token.lifespan": "300"},
            "defaultClientScopes": ["basic", "brug"],
            "optionalClientScopes": list(scopes),
        }
        if self._client(name) is not None:
            raise Failure(f"Keycloak has a client '{name}' already. Choose another name.")
        self.ask("POST", "/clients", wanted)
        user = self.ask("GET", f"/clients/{self._client(name)}/service-account-user").json()
        return ServiceAccount(name, secret, UUID(user["id"]))

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request for our realm; raises `Failure` with Keycloak's own words."""
        try:
            token = self._http.post(f"{self._address}/realms/master/protocol/openid-connect/token", data=self._who)
            if token.status_code == httpx.codes.UNAUTHORIZED:
                raise Failure("Keycloak does not know this administrator, or not with this password.")
            header = {"Authorization": f"Bearer {token.raise_for_status().json()['access_token']}"}
            place = f"{self._address}/admin/realms/{REALM}{path}"
            return self._http.request(method, place, json=body, headers=header).raise_for_status()
        except httpx.HTTPStatusError as error:
            raise Failure(f"Keycloak refuses {method} {path}: {error.response.text[:200]}") from error
        except httpx.HTTPError as error:
            raise Failure(f"Keycloak does not answer at {self._address}: {type(error).__name__}") from error

    def _client(self, name: str) -> str | None:
        found = self.ask("GET", f"/clients?clientId={name}").json()
        return str(found[0]["id"]) if found else None
