"""What of the realm follows from settings, brought to what they say now: its file is read at the first start only.

Addresses and secrets of our clients, and the mail server. People and what a city added stay as they are.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from deploy.keycloak import addresses
from deploy.keycloak.admin import Admin
from deploy.keycloak.realm import FILE
from deploy.local.home import Failure

_OPEN = re.compile(r"\$\{(BRUG_\w+)(?::([^}]*))?\}")
_OF_A_CLIENT = ("secret", "redirectUris", "attributes")


def settle(admin: Admin, values: Mapping[str, str]) -> list[str]:
    """Alter what differs; a line for each thing that did. `values` is what Keycloak's own environment has."""
    wanted = json.loads(filled(FILE.read_text(encoding="utf-8"), values))
    lines = []
    found = admin.ask("GET", "").json()
    if _differs(found.get("smtpServer", {}), wanted["smtpServer"]):
        admin.ask("PUT", "", {"smtpServer": wanted["smtpServer"]})
        lines.append("the mail server")
    if addresses.keep(admin):
        lines.append("who changes mail addresses")
    for client in wanted["clients"]:
        if _settle_client(admin, client):
            lines.append(f"client {client['clientId']}")
    return lines


def filled(text: str, values: Mapping[str, str]) -> str:
    """The realm file as Keycloak reads it: what it leaves open comes from these values, or from its own default."""

    def value(found: re.Match[str]) -> str:
        told = values.get(found[1], found[2])
        if told is None:
            raise Failure(f"{FILE.name} asks for {found[1]}, which is not set.")
        return json.dumps(told)[1:-1]

    return _OPEN.sub(value, text)


def _settle_client(admin: Admin, wanted: Mapping[str, Any]) -> bool:
    found = admin.ask("GET", f"/clients?clientId={wanted['clientId']}").json()
    if not found:
        raise Failure(f"Keycloak's realm has no client '{wanted['clientId']}'; was it made from {FILE.name}?")
    ours = {name: wanted[name] for name in _OF_A_CLIENT if name in wanted}
    attributes = {**found[0].get("attributes", {}), **ours.get("attributes", {})}
    if all(not _differs(found[0].get(name, {}), value) for name, value in ours.items()):
        return False
    admin.ask("PUT", f"/clients/{found[0]['id']}", {**found[0], **ours, "attributes": attributes})
    return True


def _differs(found: Any, wanted: Any) -> bool:
    """Keycloak knows more of a thing than we say; it hides passwords, so those count as another each time."""
    if isinstance(wanted, Mapping):
        return any(found.get(name) != value for name, value in wanted.items() if value != "")
    if isinstance(wanted, list):
        return sorted(found) != sorted(wanted)  # Keycloak keeps addresses as a set
    return bool(found != wanted)
