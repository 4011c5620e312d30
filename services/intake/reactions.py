"""What intake does when others tell something: a registration or a match makes an akkoord, an end ends it."""

from datetime import datetime
from uuid import UUID

import structlog
from pydantic import BaseModel

from services.intake import store
from services.intake.commands import consent as consent_commands
from services.intake.domain import consent, whose_yes
from services.intake.domain.consent import Mover, Purpose, Status, Wish
from services.intake.domain.family import Kind
from shared.akkoord import AgreementMissing
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers
from shared.refusals import NotThere

log = structlog.get_logger()


class _Said(BaseModel):
    """A yes that a person said on her own page of another service."""

    person_id: UUID
    said_at: datetime
    lang: str


class _RegistrationMade(_Said):
    registration_id: UUID
    organiser: UUID


class _MatchMade(_Said):
    match_id: UUID
    helper_organisation: UUID


class _Registration(BaseModel):
    registration_id: UUID


class _Match(BaseModel):
    match_id: UUID


class _Declined(BaseModel):
    akkoord_id: UUID


def on_registration_made(conn: Connection, envelope: Envelope) -> None:
    told = _RegistrationMade.model_validate(envelope.data)
    _grant(conn, _wish(told, told.organiser, Purpose.REGISTRATION), told.registration_id)


def on_match_made(conn: Connection, envelope: Envelope) -> None:
    told = _MatchMade.model_validate(envelope.data)
    _grant(conn, _wish(told, told.helper_organisation, Purpose.MATCH), told.match_id)


def on_registration_cancelled(conn: Connection, envelope: Envelope) -> None:
    _end_of(conn, _Registration.model_validate(envelope.data).registration_id)


def on_match_over(conn: Connection, envelope: Envelope) -> None:
    _end_of(conn, _Match.model_validate(envelope.data).match_id)


def on_referral_declined(conn: Connection, envelope: Envelope) -> None:
    """The receiver cannot help: its access closes at once (R24)."""
    _end(conn, _Declined.model_validate(envelope.data).akkoord_id, Status.DECLINED, Mover.RECEIVER)


def on_referral_ended_by_family(conn: Connection, envelope: Envelope) -> None:
    """The family does not want it any more, and said so on its own page or to the school: so its yes is over."""
    _end(conn, _Declined.model_validate(envelope.data).akkoord_id, Status.STOPPED, Mover.PERSON)


def _wish(told: _Said, receiver: UUID, purpose: Purpose) -> Wish:
    """She said it herself, in writing and alone: her own yes to the smallest share (R3)."""
    cards = frozenset({"reach", "until"})
    return Wish(
        person_id=told.person_id,
        receiver_organisation=receiver,
        purpose=purpose,
        explained_in=told.lang,
        yes={told.person_id: cards},
        way_back=("nothing",),
        said_back=False,
    )


def _grant(conn: Connection, wish: Wish, reference: UUID) -> None:
    """Where no agreement exists, no akkoord is made and nothing leaves (R1)."""
    if store.consent.find_by_reference(conn, reference):
        return
    try:
        asked = consent_commands.prepare(conn, wish)
    except (AgreementMissing, consent.SameOrganisation, NotThere) as refusal:
        log.warning("akkoord_not_made", purpose=wish.purpose, reference=str(reference), why=type(refusal).__name__)
        return
    if asked.person.kind != Kind.CAREGIVER or whose_yes.missing(
        asked.row, asked.file, asked.person, frozenset(wish.yes)
    ):
        log.warning("akkoord_not_made", purpose=wish.purpose, reference=str(reference), why="OthersYesNeeded")
        return
    akkoord = consent_commands.akkoord_of(wish, asked, conn.actor, reference)
    consent_commands.write_granted(conn, akkoord, wish, asked)


def _end_of(conn: Connection, reference: UUID) -> None:
    """What the akkoord was for is over, so the akkoord is."""
    akkoord_id = store.consent.find_by_reference(conn, reference)
    if akkoord_id:
        _end(conn, akkoord_id, Status.STOPPED, Mover.PERSON)


def _end(conn: Connection, akkoord_id: UUID, to: Status, by: Mover) -> None:
    """An end that comes after another end changes nothing: the person may have stopped first."""
    try:
        akkoord = store.consent.lock(conn, akkoord_id)
        consent_commands.end(conn, akkoord, to, by)
    except (NotThere, consent.AlreadyEnded) as refusal:
        log.info("akkoord_not_ended", akkoord_id=str(akkoord_id), why=type(refusal).__name__)


REACTIONS: Handlers = {
    "be.brug.activities.registration.made.v1": on_registration_made,
    "be.brug.activities.registration.cancelled.v1": on_registration_cancelled,
    "be.brug.network.match.made.v1": on_match_made,
    "be.brug.network.match.declined.v1": on_match_over,
    "be.brug.network.match.ended.v1": on_match_over,
    "be.brug.referral.declined.v1": on_referral_declined,
    "be.brug.referral.ended_by_family.v1": on_referral_ended_by_family,
}
