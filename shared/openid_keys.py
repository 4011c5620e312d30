"""The keys with which an issuer signs, kept for as long as it is silent."""

import threading
import time
from collections.abc import Callable
from typing import Any

from joserfc.jwk import KeySet

from shared.refusals import IssuerSilent

KEPT = 3600  # seconds
ASKED_AGAIN = 5  # seconds at least between two askings, whatever key ids strangers send
SILENT_ASKED_AGAIN = 60  # the same, for an issuer that did not answer while we can do without


class Keys:
    """`fetch` asks the issuer for its key set (JWKS); raises `IssuerSilent` where it does not answer."""

    def __init__(self, fetch: Callable[[], dict[str, Any]], own: KeySet | None = None) -> None:
        self._fetch, self._own = fetch, own
        self._lock = threading.Lock()
        self._keys: KeySet | None = own
        self._due = self._again = float("-inf")

    def with_key(self, key_id: str) -> KeySet:
        """The issuer's keys, asked again when a key id is new to us, and once an hour.

        An issuer that is silent took none of its keys back: whoever holds a token of a known one goes on.
        """
        if self._own is not None:
            return self._own
        if not self._knows(key_id):
            self._learn(key_id)
        elif time.monotonic() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        if self._keys is None:
            raise IssuerSilent("its keys are not known yet")
        return self._keys

    def _knows(self, key_id: str) -> bool:
        return self._keys is not None and any(key.kid == key_id for key in self._keys)

    def _learn(self, key_id: str) -> None:
        """Wait for whoever asks already: what they learn may be enough."""
        with self._lock:
            if self._knows(key_id) or time.monotonic() < self._again:
                return
            self._again = time.monotonic() + ASKED_AGAIN
            self._ask()

    def _refresh(self) -> None:
        try:
            self._ask()
        except IssuerSilent:
            self._due = time.monotonic() + SILENT_ASKED_AGAIN

    def _ask(self) -> None:
        self._keys = KeySet.import_key_set(self._fetch())  # type: ignore[arg-type]
        self._due = time.monotonic() + KEPT
