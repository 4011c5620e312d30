"""Secrets of webhooks and the signatures made with them, as Standard Webhooks says; the library makes each one."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
_LENGTH = 32  # bytes; Standard Webhooks asks for 24 to 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(os.urandom(_LENGTH)).decode()


def body_of(payload: Mapping[str, object]) -> bytes:
    """The bytes that are signed and sent: the same ones."""
    return json.dumps(payload, separators=(",", ":")).encode()


def headers_for(message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Signed with each of the secrets, so that a receiver may still know only the one before (rotation)."""
    signatures = [Webhook(one).sign(message_id, at, body.decode()) for one in secrets]
    return {
        "content-type": "application/json",
        "user-agent": "Brug-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
