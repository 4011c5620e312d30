"""SQL that reads a person's own referrals; looking at one's own data is not recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import AFTER_THE_HOUR, OVER, PERMITS, Status
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Mine:
    """What the person reads of one referral: with whom, when, where, who goes along; never why somebody said no."""

    id: UUID
    status: Status
    to_name: str
    contact: str | None
    meets_at: datetime | None
    place: str | None
    goes_along: str
    interpreting: str
    interpreter: str
    sequence: int
    helped: str | None
    helped_told: bool
    met_at: datetime | None
    sent_at: datetime
    ended_at: datetime | None
    version: int

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_ahead(self) -> bool:
        return self.status == Status.MEETING_PLANNED and self.meets_at is not None and self.meets_at > clock.now()

    @property
    def may_say_helped(self) -> bool:
        """Once they met, or the hour has gone by. Whoever says nothing is asked nothing more (R12)."""
        if self.status in (*AFTER_THE_HOUR, Status.CLOSED):
            return self.met_at is not None or self.meets_at is not None
        return self.status == Status.MEETING_PLANNED and not self.is_ahead


_MINE = (
    "SELECT r.id, r.status, o.name AS to_name, r.contact, r.meets_at, r.place, r.goes_along,"
    " r.interpreting, r.interpreter, r.sequence, r.helped, r.helped_told, r.met_at, r.sent_at, r.ended_at, r.version"
    " FROM referral AS r JOIN organisation AS o ON o.id = r.to_organisation"
    " WHERE r.person_id = %(me)s AND r.sent_at IS NOT NULL"
)


def mine(db: Database, actor: Actor) -> list[Mine]:
    """Newest first."""
    demand(PERMITS, actor, "mine.see")
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_mine)) as cur:
        return cur.execute(f"{_MINE} ORDER BY r.id DESC LIMIT 50", {"me": actor.id}).fetchall()


def one(db: Database, actor: Actor, referral_id: UUID) -> Mine:
    demand(PERMITS, actor, "mine.open", person=actor.id)
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_mine)) as cur:
        found = cur.execute(f"{_MINE} AND r.id = %(id)s", {"me": actor.id, "id": referral_id}).fetchone()
    if found is None:
        raise NotThere(str(referral_id))
    return found


def _mine(**row: Any) -> Mine:
    return Mine(**row | {"status": Status(row["status"])})
