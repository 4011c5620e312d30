"""What network knows: organisations, agreements, persons, safety flags, akkoorden, keys; and everybody's facts."""

from collections.abc import Callable
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.network.domain import board
from services.network.store import facts
from shared import akkoord, directory, keys, safety
from shared.db import Connection
from shared.envelope import Envelope
from shared.facts import Fact
from shared.inbox import Handlers


class _Fact(Fact):
    """Any service's fact: what it counts stays as it was told, and is read when the board is made."""

    model_config = ConfigDict(frozen=True, extra="allow")


class _Counted(BaseModel):
    what: str
    month: date
    facts: int


def _on_counted(what: str) -> Callable[[Connection, Envelope], None]:
    def on_counted(conn: Connection, envelope: Envelope) -> None:
        facts.keep(conn, what, _Fact.model_validate(envelope.data))

    return on_counted


def on_month_counted(conn: Connection, envelope: Envelope) -> None:
    """The subject is whole: as soon as its facts are here, it can be published."""
    told = _Counted.model_validate(envelope.data)
    facts.keep_counted(conn, told.what, told.month, told.facts)


_FACTS: Handlers = {
    "be.brug.intake.contacts.counted.v1": _on_counted(board.CONTACTS),
    "be.brug.referral.referrals.counted.v1": _on_counted(board.SENT),
    "be.brug.referral.referrals.followed.v1": _on_counted(board.FOLLOWED),
    "be.brug.referral.capacity.counted.v1": _on_counted(board.CAPACITY),
    "be.brug.activities.activities.counted.v1": _on_counted(board.ACTIVITIES),
    "be.brug.network.helpers.counted.v1": _on_counted(board.HELPERS),
    "be.brug.month.counted.v1": on_month_counted,
}
PROJECTIONS: Handlers = {
    **directory.PROJECTIONS,
    **akkoord.PROJECTIONS,
    **keys.PROJECTIONS,
    **safety.PROJECTIONS,
    **_FACTS,
}
