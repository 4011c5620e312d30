"""SQL that reads what an organisation agreed or proposes; nothing of a family."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Agreed:
    """An agreement or a proposal as one of its two organisations reads it; `state` says which.

    `valid`, `coming` and `ended` are agreements; all others are proposals. `other`: the name of the one that they are
    not.
    """

    id: UUID
    organisation_a: UUID
    name_a: str
    organisation_b: UUID
    name_b: str
    purpose: str
    legal_ground: str
    special_ground: str
    fields: list[str]
    retention_days: int
    valid_from: date
    valid_until: date | None
    state: str
    proposed_at: datetime | None
    version: int
    other: str

    @property
    def is_proposal(self) -> bool:
        return self.state not in ("valid", "coming", "ended")


_NAMED = (
    " JOIN organisation AS a ON a.id = g.organisation_a JOIN organisation AS b ON b.id = g.organisation_b"
    " WHERE (g.organisation_a = ANY (%(own)s) OR g.organisation_b = ANY (%(own)s))"
)
_SAME = (
    "g.id, g.organisation_a, a.name AS name_a, g.organisation_b, b.name AS name_b, g.purpose, g.legal_ground,"
    " g.special_ground, g.fields, g.retention_days, g.valid_from, g.valid_until, g.version,"
    " CASE WHEN g.organisation_a = ANY (%(own)s) THEN b.name ELSE a.name END AS other"
)
_AGREED = (
    f"SELECT {_SAME}, NULL::timestamptz AS proposed_at, CASE WHEN g.valid_until <= %(today)s THEN 'ended'"  # noqa: S608
    f" WHEN g.valid_from > %(today)s THEN 'coming' ELSE 'valid' END AS state FROM agreement AS g{_NAMED}"
)
# A confirmed one stands among the agreements, under the same id.
_PROPOSED = f"SELECT {_SAME}, g.proposed_at, g.state FROM agreement_proposal AS g{_NAMED} AND g.state <> 'confirmed'"  # noqa: S608


def proposals(db: Database, actor: Actor) -> list[Agreed]:
    """Those that wait first, then the newest."""
    return _all(db, actor, f"{_PROPOSED} ORDER BY g.state <> 'open', g.id DESC LIMIT 50")


def agreements(db: Database, actor: Actor) -> list[Agreed]:
    """Those that count first, by the name of the two."""
    order = "ORDER BY coalesce(g.valid_until <= %(today)s, false), a.name, b.name, g.purpose, g.id LIMIT 500"
    return _all(db, actor, f"{_AGREED} {order}")


def one(db: Database, actor: Actor, agreement_id: UUID) -> Agreed:
    """The agreement of this id, or the proposal. Raises NotThere where it is between others."""
    found = _all(db, actor, f"{_AGREED} AND g.id = %(id)s", agreement_id)
    found = found or _all(db, actor, f"{_PROPOSED} AND g.id = %(id)s", agreement_id)
    if not found:
        raise NotThere(str(agreement_id))
    return found[0]


def _all(db: Database, actor: Actor, query: str, agreement_id: UUID | None = None) -> list[Agreed]:
    demand(PERMITS, actor, "agreement.list")
    values = {"own": list(actor.organisations), "today": clock.today(), "id": agreement_id}
    with db.transaction(actor) as conn, conn.cursor(row_factory=class_row(Agreed)) as cur:
        return cur.execute(query, values).fetchall()
