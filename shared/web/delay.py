"""Whether what is done here waits for the broker, or what others did does not come: pages say so and go on."""

import time
from datetime import timedelta

import psycopg
from flask import current_app, g

from shared import akkoord, clock, outbox
from shared.db import Connection, Database
from shared.security import ANYONE

_ASKED_EVERY = 5.0  # seconds


class Delay:
    """What one web process knows of it; asks its database now and then."""

    def __init__(self, db: Database, notice_seconds: int, asked_every: float = _ASKED_EVERY) -> None:
        self._db, self._limit, self._every = db, timedelta(seconds=notice_seconds), asked_every
        self._asked, self._behind = float("-inf"), False

    def is_behind(self) -> bool:
        """Never raises: a page does not fail for want of its notice."""
        if time.monotonic() - self._asked >= self._every:
            self._asked = time.monotonic()
            try:
                with self._db.transaction(ANYONE) as conn:
                    self._behind = self._waits_too_long(conn)
            except psycopg.Error:
                self._behind = False
        return self._behind

    def _waits_too_long(self, conn: Connection) -> bool:
        """Events of our own that wait; or intake, which the others hear every few seconds and now do not."""
        since = [outbox.waiting_since(conn), akkoord.fresh_as_of(conn)]
        return any(clock.now() - one > self._limit for one in since if one is not None)


def is_behind() -> bool:
    """For the layout of all pages."""
    if g.get("database_failed"):
        return False
    delay: Delay = current_app.extensions["brug_delay"]
    return delay.is_behind()
