"""One setting as the page tells it: name, meaning, default, example, and whether it is a secret."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

# For settings whose default is no example of what one writes.
EXAMPLES: Mapping[str, str] = {
    "kafka_bootstrap": "kafka-1:9092,kafka-2:9092,kafka-3:9092",
    "kafka_ca_file": "/run/secrets/kafka_authority",
    "kafka_username": "brug-intake",
    "kafka_passwords": '{"intake": "example-of-intake"}',
    "topic_prefix": "trial.",
    "staff_issuer": "https://brug.example.org/auth/realms/brug",
    "staff_issuer_address": "http://keycloak:8080/auth/realms/brug",
    "staff_client_secrets": '{"intake": "example-of-intake"}',
    "database_url": "postgresql://intake_web@postgres/intake",
    "cookie_suffix": "8001",
    "person_issuer": "https://brug.example.org/intake/oidc",
    "person_issuer_address": "http://intake-web:8000/intake/oidc",
    "sealing_public_keys": '{"referral": {"kty": "OKP", "crv": "X25519", "x": "..", "kid": ".."}}',
    "metrics_port": "9000",
    "metrics_address": "0.0.0.0",  # noqa: S104
    "public_url": "https://brug.example.org",
    "postgres_url": "postgresql://postgres@postgres/postgres",
    "keycloak": "keycloak:8080",
    "identity_people": ".brug/people.json",
    "containers": "true",
    "demo": "true",
    "secure_cookies": "false",
    "log_format": "json",
    "smtp_host": "mail.example.org",
    "smtp_user": "brug",
    "accounts_client_id": "brug-accounts",
}


class Row(NamedTuple):
    name: str
    meaning: str
    default: str
    example: str
    secret: bool

    def __str__(self) -> str:
        default = f"`{self.default}`" if self.default else "" if self.default == "" else self.default
        cells = (f"`{self.name}`", self.meaning, default, f"`{self.example}`", "secret" if self.secret else "")
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def rows(settings: type[BaseSettings], without: type[BaseSettings] | None = None) -> Iterator[Row]:
    """The settings of this class; but for those that `without` has as well."""
    known = without.model_fields if without else {}
    for name, field in settings.model_fields.items():
        if name not in known:
            yield _row(name, field)


def _row(name: str, field: FieldInfo) -> Row:
    secret = "SecretStr" in str(field.annotation)
    default = "must be set" if field.is_required() else _text(field.get_default(call_default_factory=True))
    example = EXAMPLES.get(name) or (f"example-{name.replace('_', '-')}" if secret else default)
    return Row(f"BRUG_{name.upper()}", field.description or "", default, example, secret)


def _text(value: Any) -> str:
    """As one writes it in the environment."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, (str, Path)) or value is None:
        return str(value or "")
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, default=str) if value not in ({}, ()) else ""
