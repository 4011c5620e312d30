"""SQL that hands deliveries to the worker, a few of each address at a time, and writes what came of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import WITH_RECEIVER
from services.referral.domain.webhooks import PING, Answered, Endpoint, Outcome, wait_after
from services.referral.store.webhooks import endpoints
from shared import clock
from shared.db import Connection

_CLAIMED = timedelta(minutes=2)  # a worker that took one and died leaves it to the next after this
_OF_ONE = 8  # of one address in one go; of one that fails, a single one


class Claimed(NamedTuple):
    """A delivery that this worker alone has now.

    `may_go`: its referral is still open to both sides, or this is the news of its end (R24). What it tells is as it
    was when it happened.
    """

    id: UUID
    endpoint_id: UUID
    organisation_id: UUID
    url: str
    type: str
    occurred_at: datetime
    tries: int
    referral_id: UUID | None
    status: str | None
    version: int | None
    may_go: bool
    secrets: tuple[str, ...]


def add_ping(conn: Connection, one: Endpoint, now: datetime) -> UUID:
    row = conn.execute(
        "INSERT INTO webhook_delivery"
        " (endpoint_id, organisation_id, type, rests_on_akkoord, occurred_at, state, next_try)"
        " VALUES (%s, %s, %s, false, %s, 'waiting', %s) RETURNING id",
        (one.id, one.organisation_id, PING, now, now),
    ).fetchone()
    if row is None:
        raise RuntimeError("nothing came back of a new delivery")
    return UUID(str(row[0]))


def again(conn: Connection, endpoint_id: UUID, delivery_id: UUID, now: datetime) -> bool:
    """Let it wait for its turn as if it were new; False where there is none of that id."""
    return (
        conn.execute(
            "UPDATE webhook_delivery SET state = 'waiting', tries = 0, next_try = %s, problem = '', answer = NULL"
            " WHERE id = %s AND endpoint_id = %s",
            (now, delivery_id, endpoint_id),
        ).rowcount
        == 1
    )


def claim(conn: Connection, now: datetime, most: int, *, fresh: bool, but: Sequence[UUID] = ()) -> list[Claimed]:
    """Those whose turn it is; no address gets so many that others wait for it.

    `but`: addresses that have enough on their hands. Without `fresh` knowledge of akkoorden only what rests on none:
    the news of an end, and tests.
    """
    values = {"now": now, "until": now + _CLAIMED, "of_one": _OF_ONE, "most": most, "fresh": fresh, "but": list(but)}
    taken = [row[0] for row in conn.execute(_CLAIM, values)]
    with conn.cursor(row_factory=class_row(_Read)) as cur:
        rows = cur.execute(
            _READ, {"ids": taken, "statuses": list(WITH_RECEIVER), "today": clock.today(), "now": now}
        ).fetchall()
    keys = _opened(conn, {one for row in rows for one in row.secrets})
    return [Claimed(**row._asdict() | {"secrets": tuple(keys[one] for one in row.secrets)}) for row in rows]


def drop(conn: Connection, one: Claimed, now: datetime) -> None:
    conn.execute(
        "UPDATE webhook_delivery SET state = 'dropped', tried_at = %s WHERE id = %s AND state = 'waiting'",
        (now, one.id),
    )


def write(conn: Connection, one: Claimed, answered: Answered, now: datetime) -> None:
    """What came of a try: done, to be tried again, or given up."""
    tries = one.tries + 1
    wait = wait_after(tries)
    state = Outcome.DELIVERED if answered.is_taken else (Outcome.WAITING if wait else Outcome.FAILED)
    written = conn.execute(
        "UPDATE webhook_delivery SET state = %s, tries = %s, next_try = %s, tried_at = %s, answer = %s, problem = %s"
        " WHERE id = %s AND state = 'waiting'",
        (state, tries, now + (wait or timedelta()), now, answered.status, answered.problem, one.id),
    )
    if written.rowcount:
        _follow(conn, one, answered, now)


def _follow(conn: Connection, one: Claimed, answered: Answered, now: datetime) -> None:
    """Its address goes on, rests, or is disabled."""
    if answered.is_taken:
        conn.execute(
            "UPDATE webhook_endpoint SET failing_since = NULL, rests_until = NULL"
            " WHERE id = %s AND failing_since IS NOT NULL AND state = 'active'",
            (one.endpoint_id,),
        )
        return
    found = endpoints.lock(conn, one.endpoint_id)
    if found is not None and found.state == "active":
        endpoints.save(conn, found.failed(answered, now), found.version)


class _Read(NamedTuple):
    id: UUID
    endpoint_id: UUID
    organisation_id: UUID
    url: str
    type: str
    occurred_at: datetime
    tries: int
    referral_id: UUID | None
    status: str | None
    version: int | None
    may_go: bool
    secrets: list[str]


def _opened(conn: Connection, sealed: Iterable[str]) -> dict[str, str]:
    if conn.keyring is None:
        raise RuntimeError("this process has no key to open a secret with")
    return {one: conn.keyring.unwrap(one).decode() for one in sealed}


_CLAIM = """
UPDATE webhook_delivery SET next_try = %(until)s WHERE id IN (
  SELECT d.id FROM webhook_endpoint AS e CROSS JOIN LATERAL (
    SELECT id, next_try FROM webhook_delivery
     WHERE endpoint_id = e.id AND state = 'waiting' AND next_try <= %(now)s AND (%(fresh)s OR NOT rests_on_akkoord)
     ORDER BY next_try, id LIMIT CASE WHEN e.failing_since IS NULL THEN %(of_one)s ELSE 1 END
     FOR UPDATE SKIP LOCKED) AS d
   WHERE e.state = 'active' AND e.id <> ALL (%(but)s) AND (e.rests_until IS NULL OR e.rests_until <= %(now)s)
   ORDER BY d.next_try, d.id LIMIT %(most)s)
RETURNING id
"""

# Once a referral is over, only the news of its end may still go; while it is not, only what rests on a live akkoord
# and a valid agreement.
_READ = """
SELECT d.id, d.endpoint_id, d.organisation_id, e.url, d.type, d.occurred_at, d.tries, v.referral_id,
  CASE WHEN d.organisation_id = v.owner_organisation THEN v.told ELSE v.status END AS status,
  CASE WHEN d.organisation_id = v.owner_organisation THEN v.school_version ELSE v.receiver_version END AS version,
  v.id IS NULL OR v.is_ending OR EXISTS (
    SELECT 1 FROM referral AS r JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id
     WHERE r.id = v.referral_id AND r.status = ANY (%(statuses)s) AND seen.live(a, %(today)s)
       AND EXISTS (SELECT 1 FROM agreement AS g WHERE g.purpose = 'referral' AND g.valid_from <= %(today)s
        AND (g.valid_until IS NULL OR %(today)s < g.valid_until)
        AND ((g.organisation_a = r.owner_organisation AND g.organisation_b = r.to_organisation)
          OR (g.organisation_b = r.owner_organisation AND g.organisation_a = r.to_organisation)))) AS may_go,
  ARRAY (SELECT s.sealed FROM webhook_secret AS s WHERE s.endpoint_id = d.endpoint_id
    AND (s.ends_at IS NULL OR %(now)s < s.ends_at) ORDER BY s.made_at DESC) AS secrets
FROM webhook_delivery AS d JOIN webhook_endpoint AS e ON e.id = d.endpoint_id
  LEFT JOIN webhook_event AS v ON v.id = d.event_id
WHERE d.id = ANY (%(ids)s) ORDER BY d.occurred_at, d.id
"""
