"""What referral remembers of others: persons, akkoorden, keys and how fresh that is, and the public calendar."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.referral.store import calendar, said_yes
from shared import akkoord, keys
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


PROJECTIONS: Handlers = {
    **akkoord.PROJECTIONS,
    **keys.PROJECTIONS,
    "be.brug.intake.akkoord.granted.v1": _on_akkoord_granted,
    "be.brug.activities.activity.published.v1": _on_activity_published,
    "be.brug.activities.activity.cancelled.v1": _on_activity_cancelled,
}
