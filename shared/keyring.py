"""A service's own key pair, and the keys of files and akkoorden that are wrapped with it."""

import json
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import OKPKey

_REGISTRY = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])


class Unreadable(Exception):
    """The key is there but the content is not what was sealed with it for this subject."""


def new_key_pair() -> dict[str, str]:
    """A private X25519 key of one service as JWK; its public half is what others wrap keys for."""
    return {name: str(value) for name, value in OKPKey.generate_key("X25519").as_dict(private=True).items()}


def public_half(private_jwk: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in private_jwk.items() if name != "d"}


def new_wrapped_key(public_keys: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A fresh AES-256 key, wrapped once for each service named; the key itself is not returned."""
    key = AESGCM.generate_key(256)
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
    return {
        service: jwe.encrypt_compact(header, key, OKPKey.import_key(dict(jwk)), registry=_REGISTRY)
        for service, jwk in public_keys.items()
    }


class Keyring:
    """One service's private key. Opens only what was wrapped for that service.

    `public_keys` are the services' own, for intake, which alone makes new keys.
    """

    def __init__(self, private_jwk: str, public_keys: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._private = OKPKey.import_key(json.loads(private_jwk))
        self._public = public_keys or {}

    def new_key_for(self, audience: Iterable[str]) -> dict[str, str]:
        """A fresh key, wrapped for these services."""
        return new_wrapped_key({service: self._public[service] for service in sorted(audience)})

    def wrap(self, plain: bytes) -> str:
        """Sealed for this service alone: a secret of its own that rests in its database."""
        header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
        return jwe.encrypt_compact(header, plain, self._private, registry=_REGISTRY)

    def unwrap(self, wrapped: str) -> bytes:
        plaintext = jwe.decrypt_compact(wrapped, self._private, registry=_REGISTRY).plaintext
        if plaintext is None:
            raise Unreadable("empty key")
        return plaintext
