"""What referral publishes: the directory of organisations, and what happens to a referral."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel

from shared.envelope import Event, Sealed, Topic

DIRECTORY = "referral.directory"  # key: the organisation's id
REFERRALS = "referral.referrals"  # key: the family's id

_ORGANISATION = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a01"
_SCHOOL = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a02"
_STAFF = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a03"
_MEMBERSHIP = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a04"
_AGREEMENT = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a05"
_REFERRAL = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a06"
_AKKOORD = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a07"
_PERSON = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a08"
_SEALED = {"key_id": "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a09", "box": "bm9uY2UgYW5kIGNpcGhlcnRleHQ="}
_MEMBERSHIP_EXAMPLE: dict[str, Any] = {
    "membership_id": _MEMBERSHIP,
    "staff_id": _STAFF,
    "organisation_id": _ORGANISATION,
    "role": "partner_worker",
    "function": "maatschappelijk werker",
    "secrecy": "beroepsgeheim",
    "valid_from": "2026-09-01",
}
_REFERRAL_EXAMPLE: dict[str, Any] = {
    "referral_id": _REFERRAL,
    "akkoord_id": _AKKOORD,
    "person_id": _PERSON,
    "to_organisation": _ORGANISATION,
}


class OrganisationDescribedV1(Event):
    """An organisation or school is in the directory, as it now is."""

    TYPE: ClassVar[str] = "be.brug.referral.organisation.described.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "organisation_id": _ORGANISATION,
        "kind": "ocmw",
        "name": "OCMW Antwerpen",
        "town": "Antwerpen",
        "languages": ["nl", "fr", "ar"],
    }

    organisation_id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]


class MembershipGrantedV1(Event):
    """A staff member works at an organisation in a role; the secrecy follows employer and assignment (R4)."""

    TYPE: ClassVar[str] = "be.brug.referral.membership.granted.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = _MEMBERSHIP_EXAMPLE | {"valid_until": None}

    membership_id: UUID
    staff_id: UUID
    organisation_id: UUID
    role: str
    function: str
    secrecy: str
    valid_from: date
    valid_until: date | None


class MembershipEndedV1(Event):
    """A membership is over: `valid_until` is the first day without it."""

    TYPE: ClassVar[str] = "be.brug.referral.membership.ended.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = _MEMBERSHIP_EXAMPLE | {"valid_until": "2026-10-01"}

    membership_id: UUID
    staff_id: UUID
    organisation_id: UUID
    role: str
    function: str
    secrecy: str
    valid_from: date
    valid_until: date


class AgreementRegisteredV1(Event):
    """Two organisations agreed to share for one purpose (R1)."""

    TYPE: ClassVar[str] = "be.brug.referral.agreement.registered.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "agreement_id": _AGREEMENT,
        "organisation_a": _SCHOOL,
        "organisation_b": _ORGANISATION,
        "purpose": "referral",
        "legal_ground": "gdpr_6_1_e",
        "fields": ["reach", "question"],
        "retention_days": 365,
        "valid_from": "2026-09-01",
        "valid_until": None,
    }

    agreement_id: UUID
    organisation_a: UUID
    organisation_b: UUID
    purpose: str
    legal_ground: str
    fields: list[str]
    retention_days: int
    valid_from: date
    valid_until: date | None


class CapacityStatedV1(Event):
    """An organisation said whether it has room for a reason; nothing about any person is in it (R8)."""

    TYPE: ClassVar[str] = "be.brug.referral.capacity.stated.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "organisation_id": _ORGANISATION,
        "reason": "material_needs",
        "state": "waiting_list",
        "stated_on": "2026-09-01",
    }

    organisation_id: UUID
    reason: str
    state: Literal["room", "waiting_list", "full", "unknown"]
    stated_on: date


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
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE | {"sealed": _SEALED}

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
    EXAMPLE: ClassVar[dict[str, Any]] = _REFERRAL_EXAMPLE | {"sealed": _SEALED}

    sealed: Sealed


class ReferralDeclinedV1(_ReferralEvent):
    """The receiver cannot help; why stays with the school (R4)."""

    TYPE: ClassVar[str] = "be.brug.referral.declined.v1"


class ReferralRecalledV1(_ReferralEvent):
    """It is over before its end: the akkoord ended, or the school took it back."""

    TYPE: ClassVar[str] = "be.brug.referral.recalled.v1"


EVENTS: tuple[type[Event], ...] = (
    OrganisationDescribedV1,
    MembershipGrantedV1,
    MembershipEndedV1,
    AgreementRegisteredV1,
    CapacityStatedV1,
    ReferralSentV1,
    ReferralSeenV1,
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralRecalledV1,
)

TOPICS: tuple[Topic, ...] = (
    Topic(DIRECTORY),
    Topic(REFERRALS),
    Topic("referral.trail"),
    Topic("referral.acknowledgements"),
)
