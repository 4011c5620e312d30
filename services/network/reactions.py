"""What network does when another service tells something; once each, never replayed."""

from uuid import UUID

from pydantic import BaseModel

from services.network.domain.match import Party, Status
from services.network.store import matches
from shared import akkoord
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers

PURPOSE = "match"


class _Ended(BaseModel):
    """The part of `be.brug.intake.akkoord.ended.v1` that we need."""

    akkoord_id: UUID
    purpose: str


def on_akkoord_ended(conn: Connection, envelope: Envelope) -> None:
    """The match that rests on it ends with it: both numbers close at once (R24), and intake hears that they are."""
    told = _Ended.model_validate(envelope.data)
    if told.purpose != PURPOSE:
        return
    # The projection marked it in this transaction; what is read from here on sees no live akkoord.
    ended = akkoord.find(conn, told.akkoord_id)
    if ended is None:
        return
    if ended.reference is not None:
        _end(conn, ended.reference)
    akkoord.acknowledge(conn, ended)


def _end(conn: Connection, match_id: UUID) -> None:
    match = matches.lock(conn, match_id)
    if match is None or match.status != Status.MADE:
        return
    over = match.end(Party.WORKER)
    matches.save(conn, over)
    matches.tell_moved(conn, over)


REACTIONS: Handlers = {"be.brug.intake.akkoord.ended.v1": on_akkoord_ended}
