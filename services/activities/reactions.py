"""What activities does because of others' events; once each."""

from uuid import UUID

from pydantic import BaseModel

from services.activities.commands.registrations import PURPOSE, give_back
from services.activities.domain.registration import Status
from services.activities.store import registrations as store
from shared import akkoord, clock
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers


class _About(BaseModel):
    """What granted and ended both tell; `reference` is the registration that the akkoord belongs to."""

    akkoord_id: UUID
    purpose: str
    reference: UUID | None = None


def on_akkoord_ended(conn: Connection, envelope: Envelope) -> None:
    """Cancel the registration that rested on it, then tell intake that it is closed here."""
    told = _About.model_validate(envelope.data)
    ended = akkoord.find(conn, told.akkoord_id)
    if told.purpose != PURPOSE or ended is None:
        return
    _cancel(conn, ended.reference)
    akkoord.acknowledge(conn, ended)


def on_akkoord_granted(conn: Connection, envelope: Envelope) -> None:
    """An `ended` that overtook its `granted` could not know which registration it was about."""
    told = _About.model_validate(envelope.data)
    known = akkoord.find(conn, told.akkoord_id)
    if told.purpose == PURPOSE and known is not None and known.status != "granted":
        _cancel(conn, told.reference)


def _cancel(conn: Connection, registration_id: UUID | None) -> None:
    """Free the seat, unless it is free already or the activity is over: what was, stays counted."""
    found = store.find(conn, registration_id) if registration_id else None
    if found is None:
        return
    place = store.lock_place(conn, found.occurrence_id)
    registration = store.lock(conn, found.id)
    if place is None or registration is None or place.ends_at <= clock.now():
        return
    if registration.status == Status.REGISTERED:
        give_back(conn, registration.cancel("worker"))


REACTIONS: Handlers = {
    "be.brug.intake.akkoord.granted.v1": on_akkoord_granted,
    "be.brug.intake.akkoord.ended.v1": on_akkoord_ended,
}
