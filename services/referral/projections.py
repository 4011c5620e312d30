"""What referral remembers of others: persons, flags and followers, akkoorden, keys and how fresh, the calendar."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.referral.store import calendar, followers, said_yes
from shared import akkoord, keys, safety
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers


class _Granted(BaseModel):
    akkoord_id: UUID
    person_id: UUID
    said_yes_by: list[UUID] = []


class _Activity(BaseModel):
    """Public: what the calendar shows to everyone, and nothing else of the event."""

    activity_id: UUID
    organiser: UUID
    kind: str
    title: dict[str, str]
    town: str
    venue: str
    address: str
    occurrences: list[dict[str, Any]]


class _HandedOver(BaseModel):
    family_id: UUID
    from_staff: UUID | None = None
    to_staff: UUID


class _ActivityCancelled(BaseModel):
    activity_id: UUID
    organiser: UUID


def _on_akkoord_granted(conn: Connection, envelope: Envelope) -> None:
    akkoord.PROJECTIONS[envelope.type](conn, envelope)
    told = _Granted.model_validate(envelope.data)
    said_yes.put(conn, told.akkoord_id, told.person_id, told.said_yes_by)


def _on_activity_published(conn: Connection, envelope: Envelope) -> None:
    calendar.put(conn, _Activity.model_validate(envelope.data).model_dump(), envelope.version)


def _on_activity_cancelled(conn: Connection, envelope: Envelope) -> None:
    told = _ActivityCancelled.model_validate(envelope.data)
    calendar.cancel(conn, told.activity_id, told.organiser, envelope.version)


def _on_file_handed_over(conn: Connection, envelope: Envelope) -> None:
    told = _HandedOver.model_validate(envelope.data)
    followers.put(conn, told.family_id, (told.from_staff, told.to_staff), envelope.version)


PROJECTIONS: Handlers = {
    **akkoord.PROJECTIONS,
    **keys.PROJECTIONS,
    **safety.PROJECTIONS,
    "be.brug.intake.file.handed_over.v1": _on_file_handed_over,
    "be.brug.intake.akkoord.granted.v1": _on_akkoord_granted,
    "be.brug.activities.activity.published.v1": _on_activity_published,
    "be.brug.activities.activity.cancelled.v1": _on_activity_cancelled,
}
