"""SQL that shows an organisation its webhooks and what became of each delivery; never a secret, never a family."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from services.referral.domain.webhooks import EndpointState, Outcome
from shared.db import Database
from shared.paging import Page, page_of
from shared.permissions import demand, may
from shared.refusals import NotThere
from shared.security import Actor


class Which(NamedTuple):
    """Part of a log: in this state (all where empty), after the one that was shown last."""

    state: str = ""
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True)
class Shown:
    """An address; `waiting` are the deliveries that it has still to get."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    url: str
    types: list[str]
    state: EndpointState
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    secret_made_at: datetime
    old_secret_ends_at: datetime | None
    waiting: int
    version: int


@dataclass(frozen=True)
class Logged:
    """One delivery. `answer` is the status that the receiver gave; `problem` says why there is none."""

    id: UUID
    type: str
    occurred_at: datetime
    state: Outcome
    tries: int
    tried_at: datetime | None
    next_try: datetime | None
    answer: int | None
    problem: str
    referral_id: UUID | None


_SHOWN = (
    "SELECT e.id, e.organisation_id, o.name AS organisation_name, e.url, e.types, e.state, e.made_at, e.failing_since,"
    " e.disabled_at, e.version,"
    " (SELECT max(s.made_at) FROM webhook_secret AS s WHERE s.endpoint_id = e.id) AS secret_made_at,"
    " (SELECT max(s.ends_at) FROM webhook_secret AS s WHERE s.endpoint_id = e.id AND s.ends_at > clock_timestamp())"
    "  AS old_secret_ends_at,"
    " (SELECT count(*) FROM webhook_delivery AS d WHERE d.endpoint_id = e.id AND d.state = 'waiting') AS waiting"
    " FROM webhook_endpoint AS e JOIN organisation AS o ON o.id = e.organisation_id"
)


def managed(actor: Actor) -> frozenset[UUID]:
    """The organisations whose webhooks are the actor's to manage."""
    return frozenset(one for one in actor.organisations if may(PERMITS, actor, "webhook.manage", owner=one))


def webhooks(db: Database, actor: Actor) -> list[Shown]:
    """All that the actor manages; an organisation has ten at most."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Shown)) as cur:
        return cur.execute(
            f"{_SHOWN} WHERE e.organisation_id = ANY (%s) ORDER BY o.name, e.made_at, e.id",
            (list(managed(actor)),),
        ).fetchall()


def webhook(db: Database, actor: Actor, endpoint_id: UUID) -> Shown:
    """Raises NotThere, NotAllowed."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Shown)) as cur:
        found = cur.execute(f"{_SHOWN} WHERE e.id = %s", (endpoint_id,)).fetchone()
    if found is None:
        raise NotThere(str(endpoint_id))
    demand(PERMITS, actor, "webhook.manage", owner=found.organisation_id)
    return found


def log(db: Database, actor: Actor, endpoint_id: UUID, which: Which) -> Page[Logged]:
    """Newest first, of the last month."""
    webhook(db, actor, endpoint_id)
    further = " AND (d.occurred_at, d.id) < (%(at)s, %(last)s)" if which.after else ""
    at, last = which.after or (None, None)
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Logged)) as cur:
        rows = cur.execute(
            "SELECT d.id, d.type, d.occurred_at, d.state, d.tries, d.tried_at,"  # noqa: S608
            " CASE WHEN d.state = 'waiting' THEN d.next_try END AS next_try, d.answer, d.problem, v.referral_id"
            " FROM webhook_delivery AS d LEFT JOIN webhook_event AS v ON v.id = d.event_id"
            f" WHERE d.endpoint_id = %(endpoint)s AND (%(state)s = '' OR d.state = %(state)s){further}"
            " ORDER BY d.occurred_at DESC, d.id DESC LIMIT %(most)s",
            {"endpoint": endpoint_id, "state": which.state, "at": at, "last": last, "most": which.limit + 1},
        ).fetchall()
    return page_of(rows, which.limit, lambda row: (row.occurred_at.isoformat(), row.id))


def has_stopped(db: Database, actor: Actor) -> bool:
    """Whether an address of one of the actor's organisations was disabled, so that whoever works there hears of it."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT EXISTS (SELECT 1 FROM webhook_endpoint WHERE state = 'disabled' AND organisation_id = ANY (%s))",
            (list(actor.organisations),),
        ).fetchone()
    return bool(row and row[0])
