"""What referral publishes of one referral; names, hours and places are sealed with the key of its akkoord."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.referral.events.examples import AKKOORD, ORGANISATION, PERSON, REFERRAL, SEALED
from shared.envelope import Event, Sealed

REFERRALS = "referral.referrals"  # key: the family's id

_REFERRAL_EXAMPLE: dict[str, Any] = {
    "referral_id": REFERRAL,
    "akkoord_id": AKKOORD,
    "person_id": PERSON,
    "to_organisation": ORGANISATION,
}


class SentContent(BaseModel, frozen=True):
    """`goes_along`: who of the school goes with the family; empty while nobody does."""

    goes_along: str


class TakenOnContent(BaseModel, frozen=True):
    """Who will call; empty where no name was given yet."""

    contact: str
    goes_along: str


class AppointmentContent(BaseModel, frozen=True):
    """When, where and by whom the family is expected. `at` is in UTC.

    `interpreter` is empty, `asked` or `booked` (R11); `sequence` counts how often the hour changed (RFC 5545).
    """

    contact: str
    at: datetime
    place: str
    goes_along: str
    interpreter: str = ""
    sequence: int = 0


class OutcomeContent(BaseModel, frozen=True):
    """How it ended, as a code of `referral_outcomes`."""

    outcome: str


class _ReferralEvent(Event):
    TOPIC: ClassVar[str] = REFERRALS
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE

    referral_id: UUID
    akkoord_id: UUID
    person_id: UUID
    to_organisation: UUID


class _SealedEvent(_ReferralEvent):
    """Sealed with the key of the akkoord that the referral rests on."""

    AUDIENCE: ClassVar[frozenset[str]] = frozenset({"intake", "referral"})
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE | {"sealed": SEALED}

    sealed: Sealed


class ReferralSentV1(_SealedEvent):
    """The school sent it; sealed with the key of its akkoord."""

    TYPE: ClassVar[str] = "be.brug.referral.sent.v1"
    CONTENT: ClassVar[type[BaseModel] | None] = SentContent


class ReferralSeenV1(_ReferralEvent):
    """The receiving organisation opened it for the first time."""

    TYPE: ClassVar[str] = "be.brug.referral.seen.v1"


class InformationAskedV1(_ReferralEvent):
    """The receiver cannot answer yet: something is missing. What that is stays with the school (R1)."""

    TYPE: ClassVar[str] = "be.brug.referral.information.asked.v1"


class InformationAnsweredV1(_ReferralEvent):
    """The school answered. `akkoord_id` is another than before where the person said yes anew."""

    TYPE: ClassVar[str] = "be.brug.referral.information.answered.v1"


class ReferralTakenOnV1(_SealedEvent):
    """The receiver says yes; there is no hour yet."""

    TYPE: ClassVar[str] = "be.brug.referral.taken_on.v1"
    CONTENT: ClassVar[type[BaseModel] | None] = TakenOnContent


class ReferralAcceptedV1(_SealedEvent):
    """The receiver gave a name, an hour and a place in one answer; sealed with the key of its akkoord."""

    TYPE: ClassVar[str] = "be.brug.referral.accepted.v1"
    CONTENT: ClassVar[type[BaseModel] | None] = AppointmentContent


class MeetingPlannedV1(_SealedEvent):
    """A first meeting has a name, an hour and a place.

    Told again, with a newer version, when the hour, the interpreter or who goes along changes: the newest counts.
    """

    TYPE: ClassVar[str] = "be.brug.referral.meeting.planned.v1"
    CONTENT: ClassVar[type[BaseModel] | None] = AppointmentContent


class MeetingCancelledV1(_ReferralEvent):
    """The hour is off; the yes stays, and another hour is looked for."""

    TYPE: ClassVar[str] = "be.brug.referral.meeting.cancelled.v1"


class MeetingHeldV1(_ReferralEvent):
    """The receiver says that the first meeting took place."""

    TYPE: ClassVar[str] = "be.brug.referral.meeting.held.v1"


class HelpStartedV1(_ReferralEvent):
    """The receiver is at work with the family."""

    TYPE: ClassVar[str] = "be.brug.referral.help.started.v1"


class HelpPausedV1(_ReferralEvent):
    """The receiver waits before it goes on."""

    TYPE: ClassVar[str] = "be.brug.referral.help.paused.v1"


class OutcomeReportedV1(_SealedEvent):
    """The receiver says how it ended; whether the school may know is for its own service to keep (R4)."""

    TYPE: ClassVar[str] = "be.brug.referral.outcome.reported.v1"
    CONTENT: ClassVar[type[BaseModel] | None] = OutcomeContent


class ReferralClosedV1(_ReferralEvent):
    """It came round: the school talked with the parent, and nothing of it opens for the receiver any more."""

    TYPE: ClassVar[str] = "be.brug.referral.closed.v1"


class ReferralDeclinedV1(_ReferralEvent):
    """The receiver cannot help; why stays with the school (R4)."""

    TYPE: ClassVar[str] = "be.brug.referral.declined.v1"


class ReferralWithdrawnV1(_ReferralEvent):
    """The school took it back."""

    TYPE: ClassVar[str] = "be.brug.referral.withdrawn.v1"


class ReferralEndedByFamilyV1(_ReferralEvent):
    """The family does not want it any more; no reason is asked."""

    TYPE: ClassVar[str] = "be.brug.referral.ended_by_family.v1"


class ReferralSentInErrorV1(_ReferralEvent):
    """It should not have been sent; the receiver can open nothing of it any more."""

    TYPE: ClassVar[str] = "be.brug.referral.sent_in_error.v1"


class ReferralExpiredV1(_ReferralEvent):
    """Nobody answered within the last term (R8)."""

    TYPE: ClassVar[str] = "be.brug.referral.expired.v1"


class ReferralRecalledV1(_ReferralEvent):
    """Its akkoord ended, or what the two organisations agreed."""

    TYPE: ClassVar[str] = "be.brug.referral.recalled.v1"


EVENTS: tuple[type[Event], ...] = (
    ReferralSentV1,
    ReferralSeenV1,
    InformationAskedV1,
    InformationAnsweredV1,
    ReferralTakenOnV1,
    ReferralAcceptedV1,
    MeetingPlannedV1,
    MeetingCancelledV1,
    MeetingHeldV1,
    HelpStartedV1,
    HelpPausedV1,
    OutcomeReportedV1,
    ReferralClosedV1,
    ReferralDeclinedV1,
    ReferralWithdrawnV1,
    ReferralEndedByFamilyV1,
    ReferralSentInErrorV1,
    ReferralExpiredV1,
    ReferralRecalledV1,
)
