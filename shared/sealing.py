"""Keys of a file or an akkoord: seal with them, open with them, and no one can once they are destroyed."""

import base64
import os
from enum import Enum
from typing import TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from shared.db import Connection
from shared.envelope import Sealed
from shared.keyring import Unreadable

_NONCE = 12  # bytes, as AES-GCM wants (NIST SP 800-38D 8.2)
Content = TypeVar("Content", bound=BaseModel)


class KeyNotYet(Exception):
    """The key has not arrived here yet."""


class KeyDestroyed(Exception):
    """The key is gone: nothing opens this any more."""


class Unopened(Enum):
    """Why a page shows no content."""

    NOT_YET = "nog niet beschikbaar"
    ERASED = "gewist"


class Scope(BaseModel, frozen=True):
    """What a key is for: `kind` is 'file' (id: the family's) or 'akkoord' (id: the akkoord's)."""

    kind: str
    id: UUID
    audience: frozenset[str]


def seal(conn: Connection, scope: Scope, subject: UUID, content: BaseModel) -> Sealed:
    """Seal `content` about the person `subject` with the scope's key. Raises KeyNotYet or KeyDestroyed."""
    row = conn.execute(
        "SELECT key_id, wrapped FROM seen.key WHERE scope_kind = %s AND scope_id = %s AND audience = %s",
        (scope.kind, scope.id, sorted(scope.audience)),
    ).fetchone()
    key_id, key = _key(conn, row)
    nonce = os.urandom(_NONCE)
    box = AESGCM(key).encrypt(nonce, content.model_dump_json().encode(), _bound_to(key_id, subject))
    return Sealed(key_id=key_id, box=base64.b64encode(nonce + box).decode())


def open_sealed(conn: Connection, sealed: Sealed, subject: UUID, shape: type[Content]) -> Content:
    """What was sealed about `subject`. Raises KeyNotYet, KeyDestroyed or Unreadable."""
    row = conn.execute("SELECT key_id, wrapped FROM seen.key WHERE key_id = %s", (sealed.key_id,)).fetchone()
    key_id, key = _key(conn, row)
    raw = base64.b64decode(sealed.box)
    try:
        plain = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound_to(key_id, subject))
    except InvalidTag:
        raise Unreadable(str(sealed.key_id)) from None
    return shape.model_validate_json(plain)


def open_or_say(conn: Connection, sealed: Sealed, subject: UUID, shape: type[Content]) -> Content | Unopened:
    """As `open_sealed`, but a missing key is an answer: 'nog niet beschikbaar' or 'gewist'."""
    try:
        return open_sealed(conn, sealed, subject, shape)
    except KeyNotYet:
        return Unopened.NOT_YET
    except KeyDestroyed:
        return Unopened.ERASED


def _key(conn: Connection, row: tuple[UUID, str | None] | None) -> tuple[UUID, bytes]:
    if row is None:
        raise KeyNotYet
    key_id, wrapped = row
    if wrapped is None:
        raise KeyDestroyed(str(key_id))
    if conn.keyring is None:
        raise KeyNotYet("this process has no private key")
    return key_id, conn.keyring.unwrap(wrapped)


def _bound_to(key_id: UUID, subject: UUID) -> bytes:
    return f"{key_id}:{subject}".encode()
