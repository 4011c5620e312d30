"""The worker's rounds with webhooks: claims what is due, sends it, writes what came of it. No transaction waits."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import structlog

from services.referral.domain.webhooks import PING, Answered, payload
from services.referral.store.webhooks import deliveries, events
from services.referral.store.webhooks.deliveries import Claimed
from shared import akkoord, clock, signing
from shared.db import Database
from shared.outside import Inside, Letter, Outside, Unreachable
from shared.security import worker_of

log = structlog.get_logger()

_AT_ONCE = 32
_OF_ONE = 8  # of the hands that one address may keep waiting before it gets no more
_SPREAD_AT_ONCE = 500
_ROUND = 10.0  # seconds that one round may take before the worker's thread shows that it lives


class Courier:
    """Sends webhooks, several at once; a receiver that keeps us waiting keeps one of the hands and no more."""

    def __init__(self, outside: Outside, freshness_seconds: int) -> None:
        self._outside, self._freshness = outside, freshness_seconds
        self._hands = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhook")
        self._busy: dict[Future[None], UUID] = {}  # with the address that keeps it

    def go_round(self, db: Database) -> int:
        """Send what is due, for at most some seconds; returns how many were taken up."""
        limit, taken = time.monotonic() + _ROUND, 0
        while time.monotonic() < limit:
            with db.transaction(worker_of(db.service)) as conn:
                spread = events.spread(conn, clock.now(), _SPREAD_AT_ONCE)
            claimed = self._claim(db)
            taken += len(claimed)
            self._busy |= {self._hands.submit(self._carry, db, one): one.endpoint_id for one in claimed if one.may_go}
            if not (spread or claimed or self._busy):
                break
            self._reap(0.02 if claimed else 0.5)
        return taken

    def close(self) -> None:
        self._hands.shutdown(wait=True)

    def _claim(self, db: Database) -> Sequence[Claimed]:
        """As many as there are free hands; what may not go any more is dropped."""
        free = _AT_ONCE - len(self._busy)
        if free <= 0:
            return ()
        now = clock.now()
        crowded = [place for place, number in Counter(self._busy.values()).items() if number >= _OF_ONE]
        with db.transaction(worker_of(db.service)) as conn:
            as_of = akkoord.fresh_as_of(conn)
            fresh = as_of is not None and now - as_of <= timedelta(seconds=self._freshness)
            found = deliveries.claim(conn, now, free, fresh=fresh, but=crowded)
            for one in found:
                if not one.may_go:
                    deliveries.drop(conn, one, now)
        return found

    def _reap(self, patience: float) -> None:
        """Look after those that are done, waiting a little for the first; a fault of ours ends the worker."""
        for one in wait(self._busy, timeout=patience, return_when=FIRST_COMPLETED).done:
            del self._busy[one]
            one.result()

    def _carry(self, db: Database, one: Claimed) -> None:
        answered = self._send(one)
        with db.transaction(worker_of(db.service)) as conn:
            deliveries.write(conn, one, answered, clock.now())
        if not answered.is_taken:
            log.info("webhook_not_taken", delivery_id=str(one.id), status=answered.status, problem=answered.problem)

    def _send(self, one: Claimed) -> Answered:
        body = signing.body_of(payload(one.type, one.occurred_at, _data(one)))
        headers = signing.headers_for(str(one.id), clock.now(), body, one.secrets)
        try:
            return Answered(self._outside.post(Letter(one.url, headers, body)))
        except Inside:
            return Answered(problem="inside")
        except Unreachable as fault:
            return Answered(problem=str(fault))


def _data(one: Claimed) -> dict[str, object]:
    """Ids, a code and a number: whoever may know more asks for it, and it is looked at anew whether they may (R1)."""
    if one.type == PING:
        return {"organisation_id": str(one.organisation_id)}
    return {
        "referral_id": str(one.referral_id),
        "organisation_id": str(one.organisation_id),
        "status": one.status,
        "version": one.version,
    }
