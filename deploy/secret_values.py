"""How each kind of secret is made: the embedded stack keeps them in one file, containers each in a file of its own."""

import secrets
from typing import Any

from joserfc.jwk import OKPKey


def password() -> str:
    """For a role of the database, a user of the broker, a client at an issuer; safe in addresses and files."""
    return secrets.token_urlsafe(32)


def signing_secret() -> str:
    """For what one service signs itself."""
    return secrets.token_urlsafe(48)


def sealing_key() -> dict[str, Any]:
    """A service's own X25519 key (JWK)."""
    return OKPKey.generate_key("X25519", private=True, auto_kid=True).as_dict(private=True)


def public_part(key: dict[str, Any]) -> dict[str, Any]:
    """The same key without what must stay here."""
    return {name: value for name, value in key.items() if name != "d"}
