"""What intake knows of other services' events, for the home of a person. Idempotent, so it may be replayed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.intake import store
from services.intake.store.seen import Step
from shared import directory
from shared.db import Connection
from shared.envelope import Envelope, Sealed
from shared.inbox import Handler, Handlers


class _Referral(BaseModel):
    referral_id: UUID
    akkoord_id: UUID
    person_id: UUID
    to_organisation: UUID
    sealed: Sealed | None = None


class _Activity(BaseModel):
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


class _Registration(BaseModel):
    registration_id: UUID
    person_id: UUID
    organiser: UUID | None = None
    sealed: Sealed | None = None


class _Match(BaseModel):
    match_id: UUID
    person_id: UUID
    sealed: Sealed | None = None


class _Acknowledged(BaseModel):
    akkoord_id: UUID


class _Look(BaseModel):
    look_id: UUID
    person_id: UUID
    family_id: UUID
    organisation_id: UUID
    function: str
    what: str
    ground: str
    at: datetime
    akkoord_id: UUID | None = None


def _referral(status: str) -> Handler:
    def on_referral(conn: Connection, envelope: Envelope) -> None:
        told = _Referral.model_validate(envelope.data)
        step = Step(told.referral_id, told.person_id, status, told.sealed)
        store.seen.referral_step(conn, envelope, step, told.akkoord_id, told.to_organisation)

    return on_referral


def _registration(status: str) -> Handler:
    def on_registration(conn: Connection, envelope: Envelope) -> None:
        told = _Registration.model_validate(envelope.data)
        step = Step(told.registration_id, told.person_id, status, told.sealed)
        store.seen.registration(conn, envelope, step, told.organiser)

    return on_registration


def _match(status: str) -> Handler:
    def on_match(conn: Connection, envelope: Envelope) -> None:
        told = _Match.model_validate(envelope.data)
        store.seen.match(conn, envelope, Step(told.match_id, told.person_id, status, told.sealed))

    return on_match


def _on_activity_published(conn: Connection, envelope: Envelope) -> None:
    told = _Activity.model_validate(envelope.data)
    store.seen.activity(conn, told.model_dump(), envelope.version)


def _on_activity_cancelled(conn: Connection, envelope: Envelope) -> None:
    told = _ActivityCancelled.model_validate(envelope.data)
    store.seen.activity_cancelled(conn, told.activity_id, told.organiser, envelope.version)


def _on_akkoord_acknowledged(conn: Connection, envelope: Envelope) -> None:
    told = _Acknowledged.model_validate(envelope.data)
    store.seen.acknowledgement(conn, told.akkoord_id, envelope.source, envelope.time)


def _on_look_taken(conn: Connection, envelope: Envelope) -> None:
    told = _Look.model_validate(envelope.data)
    store.seen.look(conn, envelope, told.model_dump())


PROJECTIONS: Handlers = {
    **directory.PROJECTIONS,
    "be.brug.referral.sent.v1": _referral("sent"),
    "be.brug.referral.seen.v1": _referral("seen"),
    "be.brug.referral.information.asked.v1": _referral("seen"),
    "be.brug.referral.information.answered.v1": _referral("seen"),
    "be.brug.referral.taken_on.v1": _referral("taken_on"),
    "be.brug.referral.accepted.v1": _referral("accepted"),
    "be.brug.referral.meeting.planned.v1": _referral("accepted"),
    "be.brug.referral.meeting.cancelled.v1": _referral("taken_on"),
    "be.brug.referral.meeting.held.v1": _referral("met"),
    "be.brug.referral.help.started.v1": _referral("helping"),
    "be.brug.referral.help.paused.v1": _referral("waiting"),
    "be.brug.referral.outcome.reported.v1": _referral("helping"),
    "be.brug.referral.closed.v1": _referral("closed"),
    "be.brug.referral.declined.v1": _referral("declined"),
    "be.brug.referral.withdrawn.v1": _referral("withdrawn"),
    "be.brug.referral.ended_by_family.v1": _referral("ended"),
    "be.brug.referral.sent_in_error.v1": _referral("withdrawn"),
    "be.brug.referral.expired.v1": _referral("expired"),
    "be.brug.referral.recalled.v1": _referral("recalled"),
    "be.brug.activities.activity.published.v1": _on_activity_published,
    "be.brug.activities.activity.cancelled.v1": _on_activity_cancelled,
    "be.brug.activities.registration.made.v1": _registration("made"),
    "be.brug.activities.registration.cancelled.v1": _registration("cancelled"),
    "be.brug.network.match.proposed.v1": _match("proposed"),
    "be.brug.network.match.made.v1": _match("made"),
    "be.brug.network.match.declined.v1": _match("declined"),
    "be.brug.network.match.ended.v1": _match("ended"),
    "be.brug.akkoord.acknowledged.v1": _on_akkoord_acknowledged,
    "be.brug.look.taken.v1": _on_look_taken,
}
