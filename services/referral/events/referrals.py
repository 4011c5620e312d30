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


class AppointmentContent(BaseModel, frozen=True):
    """When, where and by whom the family is expected. `at` is in UTC."""

    contact: str
    at: datetime
    place: str
    goes_along: str


class _ReferralEvent(Event):
    TOPIC: ClassVar[str] = REFERRALS
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE

    referral_id: UUID
    akkoord_id: UUID
    person_id: UUID
    to_organisation: UUID


class ReferralSentV1(_ReferralEvent):
    """The school sent it; sealed with the key of its akkoord."""

    TYPE: ClassVar[str] = "be.brug.referral.sent.v1"
    AUDIENCE: ClassVar[frozenset[str]] = frozenset({"intake", "referral"})
    CONTENT: ClassVar[type[BaseModel] | None] = SentContent
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE | {"sealed": SEALED}

    sealed: Sealed


class ReferralSeenV1(_ReferralEvent):
    """The receiving organisation opened it for the first time."""

    TYPE: ClassVar[str] = "be.brug.referral.seen.v1"


class ReferralAcceptedV1(_ReferralEvent):
    """The receiver gave a name, an hour and a place; sealed with the key of its akkoord.

    Told again, with a newer version, when who goes along changes: the newest counts.
    """

    TYPE: ClassVar[str] = "be.brug.referral.accepted.v1"
    AUDIENCE: ClassVar[frozenset[str]] = frozenset({"intake", "referral"})
    CONTENT: ClassVar[type[BaseModel] | None] = AppointmentContent
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE | {"sealed": SEALED}

    sealed: Sealed


class ReferralDeclinedV1(_ReferralEvent):
    """The receiver cannot help; why stays with the school (R4)."""

    TYPE: ClassVar[str] = "be.brug.referral.declined.v1"


class ReferralRecalledV1(_ReferralEvent):
    """It is over before its end: the akkoord ended, or the school took it back."""

    TYPE: ClassVar[str] = "be.brug.referral.recalled.v1"


EVENTS: tuple[type[Event], ...] = (
    ReferralSentV1,
    ReferralSeenV1,
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralRecalledV1,
)
