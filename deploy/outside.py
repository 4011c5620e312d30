"""How a stranger's program reaches Brug: over HTTP alone, past no proxy, trusting whom this machine trusts."""

import ssl
from typing import Any

import httpx


def client(**options: Any) -> httpx.Client:
    """SSL_CERT_FILE names other authorities, such as the local one of a gateway without a public name."""
    return httpx.Client(trust_env=False, verify=ssl.create_default_context(), **options)
