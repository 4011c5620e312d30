"""A city's own OpenID provider, played by a second realm of the same Keycloak, which the gateway does not show."""

from collections.abc import Mapping
from typing import Any

import httpx

from deploy.keycloak.server import ADMIN, Keycloak

REALM = "stad"
SECRET = "secret-of-brug-at-the-city"
PASSWORD = "een lange zin van de stad"


class City:
    """Its people have names, addresses, and whether the city has verified them: `(name, address, verified)`."""

    def __init__(self, keycloak: Keycloak) -> None:
        self._inside, self._secret = keycloak.where.inside, keycloak.secrets.admin
        self.discovery = f"{self._inside}/realms/{REALM}/.well-known/openid-configuration"

    def found(self, people: list[tuple[str, str, bool]], back: str) -> None:
        self.end()
        client = {
            "clientId": "brug",
            "secret": SECRET,
            "redirectUris": [back],
            "attributes": {"pkce.code.challenge.method": "S256"},
        }
        wanted = {
            "realm": REALM,
            "enabled": True,
            "attributes": {"frontendUrl": self._inside},
            "clients": [client],
            "users": [_person(*one) for one in people],
        }
        self._ask("POST", "", wanted).raise_for_status()

    def end(self) -> None:
        self._ask("DELETE", f"/{REALM}")

    def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        who = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": self._secret}
        with httpx.Client(timeout=60, trust_env=False) as http:
            token = http.post(f"{self._inside}/realms/master/protocol/openid-connect/token", data=who).json()
            header = {"Authorization": f"Bearer {token['access_token']}"}
            return http.request(method, f"{self._inside}/admin/realms{path}", json=body, headers=header)


def _person(name: str, address: str, verified: bool) -> Mapping[str, Any]:
    return {
        "username": name,
        "email": address,
        "emailVerified": verified,
        "enabled": True,
        "firstName": name,
        "lastName": "van de stad",
        "credentials": [{"type": "password", "value": PASSWORD}],
    }
