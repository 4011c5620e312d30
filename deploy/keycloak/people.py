"""The demo's people as accounts of Keycloak: their own ids, passwords made here, codes of an app where a role needs."""

import base64
import hmac
import json
import secrets
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deploy.demo.directory import Staff
from deploy.keycloak.admin import Admin
from deploy.local.home import write_whole
from shared.settings import IssuerSettings

PERIOD = 30  # seconds that one code lasts (RFC 6238)
_FILE = "people-secrets.json"
_CODE = {"subType": "totp", "digits": 6, "counter": 0, "period": PERIOD, "algorithm": "HmacSHA1"}


class Credentials(NamedTuple):
    """What this person types; `app` is the secret of their authenticator app, empty for who has none."""

    username: str
    password: str
    app: str = ""

    def code(self, at: float) -> str:
        """What the app shows at this Unix time."""
        digest = hmac.digest(self.app.encode(), struct.pack(">Q", int(at) // PERIOD), "sha1")
        number = struct.unpack(">I", digest[digest[-1] & 15 :][:4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    @property
    def for_an_app(self) -> str:
        """The same secret as people type it into an app."""
        return base64.b32encode(self.app.encode()).decode().rstrip("=")


def credentials_of(folder: Path) -> dict[str, Credentials]:
    """By key, those that `load` wrote into this folder; empty where the demo has no Keycloak."""
    try:
        told = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {key: Credentials(**one) for key, one in told.items()}


def load(admin: Admin, folder: Path, people: Sequence[Staff], say: Callable[[str], None] = print) -> int:
    """Make the accounts that are missing; what they type is kept in `folder`, for its owner alone."""
    strong = IssuerSettings.model_fields["strong_roles"].default
    known = credentials_of(folder)
    for one in people:
        if one.key not in known:
            known[one.key] = Credentials(one.key, secrets.token_urlsafe(12), _app() if one.role in strong else "")
    # Before Keycloak has them: an account that nobody knows the password of would be lost.
    write_whole(folder / _FILE, json.dumps({key: one._asdict() for key, one in known.items()}, indent=1), mode=0o600)
    made = admin.add_people([account(one, known[one.key]) for one in people])
    say(f"  {made} accounts at Keycloak; what they type is in {folder / _FILE}")
    return made


def account(staff: Staff, credentials: Credentials) -> Mapping[str, Any]:
    """As Keycloak imports it."""
    first, _, last = staff.name.partition(" ")
    wanted: list[dict[str, Any]] = [{"type": "password", "value": credentials.password}]
    if credentials.app:
        told = {"secretData": json.dumps({"value": credentials.app}), "credentialData": json.dumps(_CODE)}
        wanted.append({"type": "otp", "userLabel": "demo", **told})
    return {
        "id": str(staff.id),
        "username": credentials.username,
        "email": f"{credentials.username}@example.test",
        "emailVerified": True,
        "enabled": True,
        "firstName": first,
        "lastName": last,
        "attributes": {"locale": ["nl"]},
        "credentials": wanted,
    }


def _app() -> str:
    return secrets.token_hex(10)
