"""The secrets of one BRUG_HOME: made once, kept in one file that only its owner reads."""

import json
from typing import Any

from joserfc.jwk import ECKey

from deploy.local.home import Failure, Home, write_whole
from deploy.roles import ROLES
from deploy.secret_values import password, sealing_key, signing_secret
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
        "postgres": password(),
        "passwords": {service: {role: password() for role in ROLES} for service in SERVICES},
        "secret_keys": {service: signing_secret() for service in (*SERVICES, "identity")},
        "sealing": {service: sealing_key() for service in SERVICES},
        "identity_key": ECKey.generate_key("P-256", private=True, auto_kid=True).as_dict(private=True),
        "staff_client": password(),
        "person_client": password(),
        "pairwise": password(),
    }
