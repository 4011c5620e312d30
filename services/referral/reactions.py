"""What referral does because of others' events; once each."""

from uuid import UUID

from pydantic import BaseModel

from services.referral import events
from services.referral.store import referrals as store
from shared import akkoord
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers


class _Ended(BaseModel):
    akkoord_id: UUID
    purpose: str


def on_akkoord_ended(conn: Connection, envelope: Envelope) -> None:
    """Take back all that rested on it, then tell intake that it is closed here, also where there was nothing.

    The projection marked the akkoord before this. A send that held it has committed by now, and a new
    statement sees what it sent.
    """
    told = _Ended.model_validate(envelope.data)
    for referral in store.lock_open_of_akkoord(conn, told.akkoord_id):
        recalled = referral.recall()
        store.save(conn, recalled)
        store.tell(conn, recalled, events.ReferralRecalledV1)
    ended = akkoord.find(conn, told.akkoord_id)
    if ended is not None and told.purpose == "referral":
        akkoord.acknowledge(conn, ended)


REACTIONS: Handlers = {"be.brug.intake.akkoord.ended.v1": on_akkoord_ended}
