"""What referral publishes of the directory: organisations, their staff, what they agreed and whether they have room."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from services.referral.events.examples import AGREEMENT, MEMBERSHIP, ORGANISATION, SCHOOL, STAFF
from shared.envelope import Event

DIRECTORY = "referral.directory"  # key: the organisation's id

_MEMBERSHIP_EXAMPLE: dict[str, Any] = {
    "membership_id": MEMBERSHIP,
    "staff_id": STAFF,
    "organisation_id": ORGANISATION,
    "role": "partner_worker",
    "function": "maatschappelijk werker",
    "secrecy": "beroepsgeheim",
    "valid_from": "2026-09-01",
}


class OrganisationDescribedV1(Event):
    """An organisation or school is in the directory, as it now is."""

    TYPE: ClassVar[str] = "be.brug.referral.organisation.described.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "organisation_id": ORGANISATION,
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
        "agreement_id": AGREEMENT,
        "organisation_a": SCHOOL,
        "organisation_b": ORGANISATION,
        "purpose": "referral",
        "legal_ground": "gdpr_6_1_e",
        "fields": ["reach", "question"],
        "retention_days": 365,
        "valid_from": "2026-09-01",
        "valid_until": None,
        "special_ground": "none",
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
    special_ground: str = ""


class CapacityStatedV1(Event):
    """An organisation said whether it has room for a reason; nothing about any person is in it (R8)."""

    TYPE: ClassVar[str] = "be.brug.referral.capacity.stated.v1"
    TOPIC: ClassVar[str] = DIRECTORY
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "organisation_id": ORGANISATION,
        "reason": "material_needs",
        "state": "waiting_list",
        "stated_on": "2026-09-01",
    }

    organisation_id: UUID
    reason: str
    state: Literal["room", "waiting_list", "full", "unknown"]
    stated_on: date


EVENTS: tuple[type[Event], ...] = (
    OrganisationDescribedV1,
    MembershipGrantedV1,
    MembershipEndedV1,
    AgreementRegisteredV1,
    CapacityStatedV1,
)
