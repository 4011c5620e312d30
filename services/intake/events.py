"""What intake publishes: families, akkoorden, keys and its heartbeat. Key: the family, or the key's own id."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.envelope import Event, Sealed, Topic
from shared.facts import Fact, an_example
from shared.package import Package

FAMILIES = Topic("intake.families")
CONSENTS = Topic("intake.consents")
KEYS = Topic("intake.keys", compacted=True)
HEARTBEATS = Topic("intake.heartbeats", retention_ms=60 * 60 * 1000)
FACTS = Topic("intake.facts")
TOPICS = (FAMILIES, CONSENTS, KEYS, HEARTBEATS, FACTS, Topic("intake.trail"), Topic("intake.acknowledgements"))

EVERY_SERVICE = frozenset({"intake", "referral", "activities", "network"})

_FAMILY = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1001"
_PERSON = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1002"
_AKKOORD = "01920000-0000-7000-8000-0d1d6f4a1003"
_KEY = "01920000-0000-7000-8000-0d1d6f4a1004"
_CORRECTION = "01920000-0000-7000-8000-0d1d6f4a1006"
_STAFF = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1007"
_COLLEAGUE = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1008"
_RECEIVER = "5f0c6f0e-6c1c-5f43-9d5f-0d1d6f4a1005"


class FileOpenedV1(Event):
    """An organisation has begun to follow a family."""

    TYPE: ClassVar[str] = "be.brug.intake.file.opened.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"family_id": _FAMILY}

    family_id: UUID


class PersonRegisteredV1(Event):
    """A person of a family is known; `kind` is 'caregiver' or 'child'."""

    TYPE: ClassVar[str] = "be.brug.intake.person.registered.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"person_id": _PERSON, "family_id": _FAMILY, "kind": "caregiver"}

    person_id: UUID
    family_id: UUID
    kind: str


class FileHandedOverV1(Event):
    """Another staff member follows this family from now on; what waited for the one waits for the other."""

    TYPE: ClassVar[str] = "be.brug.intake.file.handed_over.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"family_id": _FAMILY, "from_staff": _STAFF, "to_staff": _COLLEAGUE}

    family_id: UUID
    from_staff: UUID | None = None
    to_staff: UUID


class PersonFlaggedV1(Event):
    """From now on nothing shows to others where or when this person is to be found (R22). Why is told nowhere."""

    TYPE: ClassVar[str] = "be.brug.intake.person.flagged.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"person_id": _PERSON, "family_id": _FAMILY, "kind": "caregiver"}

    person_id: UUID
    family_id: UUID
    kind: str


class PersonUnflaggedV1(Event):
    """The safety flag on this person is gone."""

    TYPE: ClassVar[str] = "be.brug.intake.person.unflagged.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"person_id": _PERSON, "family_id": _FAMILY, "kind": "caregiver"}

    person_id: UUID
    family_id: UUID
    kind: str


class PersonHousedV1(Event):
    """In which of the two homes of a family this person lives; a child may in both (R5). Untold, it is the first."""

    TYPE: ClassVar[str] = "be.brug.intake.person.housed.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"person_id": _PERSON, "family_id": _FAMILY, "households": [2]}

    person_id: UUID
    family_id: UUID
    households: list[int]


class CorrectionAskedV1(Event):
    """A person says that something in the file is not right; an answer is due on that day."""

    TYPE: ClassVar[str] = "be.brug.intake.correction.asked.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "correction_id": _CORRECTION,
        "person_id": _PERSON,
        "family_id": _FAMILY,
        "due_on": "2026-09-15",
    }

    correction_id: UUID
    person_id: UUID
    family_id: UUID
    due_on: date


class CorrectionAnsweredV1(Event):
    """It has its answer, or the person took it back: nobody waits any more. The words stay in intake."""

    TYPE: ClassVar[str] = "be.brug.intake.correction.answered.v1"
    TOPIC: ClassVar[str] = FAMILIES.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {"correction_id": _CORRECTION, "person_id": _PERSON, "family_id": _FAMILY}

    correction_id: UUID
    person_id: UUID
    family_id: UUID


class AkkoordGrantedV1(Event):
    """A person said yes. The package is sealed for intake and the one service that `purpose` belongs to.

    `reference` is the registration or the match that the akkoord belongs to. `said_yes_by`: who said it, since for a
    child a parent does (R5); whoever said yes reads what comes of it.
    """

    TYPE: ClassVar[str] = "be.brug.intake.akkoord.granted.v1"
    TOPIC: ClassVar[str] = CONSENTS.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    CONTENT: ClassVar[type[BaseModel] | None] = Package
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "akkoord_id": _AKKOORD,
        "person_id": _PERSON,
        "family_id": _FAMILY,
        "receiver_organisation": _RECEIVER,
        "purpose": "referral",
        "level": "question",
        "way_back": ["first_meeting"],
        "expires_on": "2027-03-01",
        "reference": None,
        "said_yes_by": [_PERSON],
        "sealed": {"key_id": _KEY, "box": "bm9uY2UgYW5kIGNpcGhlcnRleHQ="},
    }

    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    receiver_organisation: UUID
    purpose: str
    level: str
    way_back: list[str]
    expires_on: date
    reference: UUID | None = None
    said_yes_by: list[UUID] = Field(default_factory=list)
    sealed: Sealed


class AkkoordEndedV1(Event):
    """The yes is over and its key is gone; `why` is of the list `akkoord_ends`."""

    TYPE: ClassVar[str] = "be.brug.intake.akkoord.ended.v1"
    TOPIC: ClassVar[str] = CONSENTS.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "akkoord_id": _AKKOORD,
        "person_id": _PERSON,
        "family_id": _FAMILY,
        "receiver_organisation": _RECEIVER,
        "purpose": "referral",
        "why": "stopped",
    }

    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    receiver_organisation: UUID
    purpose: str
    why: str


class KeyCreatedV1(Event):
    """A key, wrapped once for each service that may open with it. Relayed from the key table, never the outbox."""

    TYPE: ClassVar[str] = "be.brug.intake.key.created.v1"
    TOPIC: ClassVar[str] = KEYS.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "key_id": _KEY,
        "scope_kind": "akkoord",
        "scope_id": _AKKOORD,
        "family_id": _FAMILY,
        "audience": ["intake", "referral"],
        "wrapped": {"intake": "compact JWE for intake", "referral": "compact JWE for referral"},
    }

    key_id: UUID
    scope_kind: str
    scope_id: UUID
    family_id: UUID
    audience: list[str]
    wrapped: dict[str, str]


class KeyDestroyedV1(Event):
    """Nothing that was sealed with this key can be opened any more. A null record follows it."""

    TYPE: ClassVar[str] = "be.brug.intake.key.destroyed.v1"
    TOPIC: ClassVar[str] = KEYS.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "key_id": _KEY,
        "scope_kind": "akkoord",
        "scope_id": _AKKOORD,
        "family_id": _FAMILY,
        "audience": ["intake", "referral"],
    }

    key_id: UUID
    scope_kind: str
    scope_id: UUID
    family_id: UUID
    audience: list[str]


class HeartbeatV1(Event):
    """All akkoorden committed by `as_of` have, in this partition, an offset up to `consents_offset`.

    No fact of the domain, so it is not among `EVENTS`: it skips outbox and inbox and nobody keeps it.
    """

    TYPE: ClassVar[str] = "be.brug.intake.heartbeat.v1"
    TOPIC: ClassVar[str] = HEARTBEATS.name
    AUDIENCE: ClassVar[frozenset[str]] = EVERY_SERVICE
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "partition": 0,
        "partitions": 12,
        "as_of": "2026-09-01T10:00:00Z",
        "consents_offset": 41,
    }

    partition: int
    partitions: int
    as_of: datetime
    consents_offset: int


class WayCounted(BaseModel, frozen=True):
    """`way` is of the list `reach_channels`, or 'come_by'; `families` had their first contact that fits along it."""

    way: str
    families: int


class ContactsCountedV1(Fact):
    """How many families of a school had a contact that fits them in a closed month, and the school's own goal (R20)."""

    TYPE: ClassVar[str] = "be.brug.intake.contacts.counted.v1"
    TOPIC: ClassVar[str] = FACTS.name
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(ways=[{"way": "call", "families": 12}], goal=40)

    ways: list[WayCounted]
    goal: int | None = None


EVENTS: tuple[type[Event], ...] = (
    FileOpenedV1,
    PersonRegisteredV1,
    FileHandedOverV1,
    PersonFlaggedV1,
    PersonUnflaggedV1,
    PersonHousedV1,
    CorrectionAskedV1,
    CorrectionAnsweredV1,
    AkkoordGrantedV1,
    AkkoordEndedV1,
    KeyCreatedV1,
    KeyDestroyedV1,
    ContactsCountedV1,
)
