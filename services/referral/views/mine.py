"""SQL that reads a person's own referrals, and those of a child for whom the person said yes; that is no look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from services.referral.domain import AFTER_THE_HOUR, OVER, PERMITS, Status
from shared import clock, sealing
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor

_LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Mine:
    """What the person reads of one referral: with whom, when, where, who goes along; never why somebody said no.

    `for_child`: what the child is called, where somebody said yes for one; empty where that cannot be opened.
    """

    id: UUID
    is_own: bool
    speaks: bool
    for_child: str
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
        if not self.speaks:
            return False
        if self.status in (*AFTER_THE_HOUR, Status.CLOSED):
            return self.met_at is not None or self.meets_at is not None
        return self.status == Status.MEETING_PLANNED and not self.is_ahead

    @property
    def asks_helped(self) -> bool:
        """Closed lately, and nothing said of it: shown once more as a card. Later silence is left alone (R12)."""
        lately = self.ended_at is not None and clock.now() - self.ended_at < _LATELY
        return self.status == Status.CLOSED and lately and self.may_say_helped and self.helped is None


# One's own, or on one's own yes: the other parent, who did not say it, has no row (R5). What one parent says of
# whether it helped, the other does not read.
FOR_PERSON = (
    "(r.person_id = %(me)s OR EXISTS (SELECT 1 FROM seen.said_yes AS y"
    " WHERE y.akkoord_id = r.akkoord_id AND y.person_id = %(me)s))"
)
_MINE = (
    "SELECT r.id, r.status, o.name AS to_name, r.contact, r.meets_at, r.place, r.goes_along, r.person_id,"  # noqa: S608
    " r.person_id = %(me)s AS is_own, r.person_id = %(me)s OR coalesce(y.speaks, false) AS speaks,"
    " CASE WHEN seen.live(a, %(today)s) THEN a.package END AS package,"
    " r.interpreting, r.interpreter, r.sequence, r.met_at, r.sent_at, r.ended_at, r.version,"
    " CASE WHEN coalesce(r.helped_by, r.person_id) = %(me)s THEN r.helped END AS helped,"
    " r.helped_told AND coalesce(r.helped_by, r.person_id) = %(me)s AS helped_told"
    " FROM referral AS r JOIN organisation AS o ON o.id = r.to_organisation"
    " LEFT JOIN seen.said_yes AS y ON y.akkoord_id = r.akkoord_id AND y.person_id = %(me)s"
    " LEFT JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id"
    f" WHERE {FOR_PERSON} AND r.sent_at IS NOT NULL"
)


def mine(db: Database, actor: Actor) -> list[Mine]:
    """Newest first."""
    demand(PERMITS, actor, "mine.see")
    with db.transaction(actor) as conn:
        return _read(conn, f"{_MINE} ORDER BY r.id DESC LIMIT 50", {"me": actor.id})


def one(db: Database, actor: Actor, referral_id: UUID) -> Mine:
    demand(PERMITS, actor, "mine.open", person=actor.id)
    with db.transaction(actor) as conn:
        found = _read(conn, f"{_MINE} AND r.id = %(id)s", {"me": actor.id, "id": referral_id})
    if not found:
        raise NotThere(str(referral_id))
    return found[0]


def _read(conn: Connection, query: str, values: dict[str, Any]) -> list[Mine]:
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(query, values | {"today": clock.today()}).fetchall()
    return [_mine(conn, row) for row in rows]


def _mine(conn: Connection, row: dict[str, Any]) -> Mine:
    package, whose = row.pop("package"), row.pop("person_id")
    child = "" if row["is_own"] or not package else _name(conn, package, whose)
    return Mine(**row | {"status": Status(row["status"]), "for_child": child})


def _name(conn: Connection, package: dict[str, Any], whose: UUID) -> str:
    shared = sealing.open_or_say(conn, Sealed.model_validate(package), whose, Package)
    return shared.name_to_call if isinstance(shared, Package) else ""
