"""The secrets of one BRUG_HOME: made once, kept in one file that only its owner reads."""

import json
import secrets
from typing import Any

from joserfc.jwk import ECKey, OKPKey

from deploy.local.home import Failure, Home, write_whole
from deploy.roles import ROLES
from deploy.services import SERVICES


def of(home: Home) -> dict[str, Any]:
    """The secrets of this folder; made at its first start."""
    if not home.secrets.exists():
        write_whole(home.secrets, json.dumps(_made(), indent=2), mode=0o600)
    try:
        values: dict[str, Any] = json.loads(home.secrets.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failure(f"{home.secrets} is damaged. Put it back, or throw {home.folder} away.") from error
    return values


def _made() -> dict[str, Any]:
    return {
        "postgres": secrets.token_urlsafe(24),
        "passwords": {service: {role: secrets.token_urlsafe(24) for role in ROLES} for service in SERVICES},
        "secret_keys": {service: secrets.token_urlsafe(48) for service in (*SERVICES, "identity")},
        "sealing": {service: _sealing_key() for service in SERVICES},
        "identity_key": ECKey.generate_key("P-256", private=True, auto_kid=True).as_dict(private=True),
        "staff_client": secrets.token_urlsafe(32),
        "person_client": secrets.token_urlsafe(32),
        "pairwise": secrets.token_urlsafe(32),
    }


def _sealing_key() -> dict[str, Any]:
    return OKPKey.generate_key("X25519", private=True, auto_kid=True).as_dict(private=True)


def public_part(key: dict[str, Any]) -> dict[str, Any]:
    """The same key without what must stay here."""
    return {name: value for name, value in key.items() if name != "d"}
