"""Events this service publishes; other services rely on them. Key: the activity, or the family for registrations."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from services.activities.domain.words import PracticalHelp, Text
from shared.envelope import Event, Sealed, Topic
from shared.facts import Fact, an_example

ACTIVITIES = "activities.activities"
REGISTRATIONS = "activities.registrations"
FACTS = "activities.facts"


class Occurrence(BaseModel, frozen=True):
    """One time that it takes place, or would have: local times of the zone, without an offset."""

    occurrence_id: UUID
    starts: datetime
    ends: datetime
    zone: str
    cancelled: bool = False


class ActivityPublishedV1(Event):
    """An activity as the public calendar shows it, with its occurrences of the coming eight weeks."""

    TYPE: ClassVar[str] = "be.brug.activities.activity.published.v1"
    TOPIC: ClassVar[str] = ACTIVITIES
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "activity_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e01",
        "organiser": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e02",
        "kind": "parent_cafe",
        "title": {"text": "Oudercafé", "lang": "nl"},
        "town": "Antwerpen",
        "venue": "Polyvalente zaal",
        "address": "Kerkstraat 1",
        "practical_help": {"childcare": "yes", "interpreter": "unknown", "food": "no"},
        "companions": 6,
        "occurrences": [
            {
                "occurrence_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e03",
                "starts": "2026-09-03T09:00:00",
                "ends": "2026-09-03T11:00:00",
                "zone": "Europe/Brussels",
            }
        ],
    }

    activity_id: UUID
    organiser: UUID
    kind: str
    title: Text
    town: str
    venue: str
    address: str
    practical_help: PracticalHelp = Field(default_factory=PracticalHelp)
    companions: int | None = None
    occurrences: tuple[Occurrence, ...] = ()


class ActivityCancelledV1(Event):
    """An activity that does not take place any more."""

    TYPE: ClassVar[str] = "be.brug.activities.activity.cancelled.v1"
    TOPIC: ClassVar[str] = ACTIVITIES
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "activity_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e01",
        "organiser": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e02",
    }

    activity_id: UUID
    organiser: UUID


class RegistrationContent(BaseModel, frozen=True):
    """What a registration is for: sealed, because an activity beside a family's id tells of the family."""

    activity_id: UUID
    occurrence_id: UUID
    children: int
    interpreter: str | None = None


class RegistrationMadeV1(Event):
    """A person said yes to the organiser knowing their name and language; intake makes the akkoord of it (R16)."""

    TYPE: ClassVar[str] = "be.brug.activities.registration.made.v1"
    TOPIC: ClassVar[str] = REGISTRATIONS
    AUDIENCE: ClassVar[frozenset[str]] = frozenset({"intake", "activities"})
    CONTENT: ClassVar[type[BaseModel] | None] = RegistrationContent
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "registration_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e04",
        "person_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e05",
        "family_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e06",
        "organiser": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e02",
        "said_at": "2026-09-01T10:00:00Z",
        "lang": "nl",
        "sealed": {"key_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e07", "box": "c2VhbGVkIGNvbnRlbnQ="},
    }

    registration_id: UUID
    person_id: UUID
    family_id: UUID
    organiser: UUID
    said_at: datetime
    lang: str
    sealed: Sealed


class RegistrationCancelledV1(Event):
    """A named registration that is over: the person does not come, or stopped the sharing."""

    TYPE: ClassVar[str] = "be.brug.activities.registration.cancelled.v1"
    TOPIC: ClassVar[str] = REGISTRATIONS
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "registration_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e04",
        "person_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e05",
        "family_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e06",
    }

    registration_id: UUID
    person_id: UUID
    family_id: UUID


class KindCounted(BaseModel, frozen=True):
    """One kind of activity: times that it took place, seats that there were and seats that were asked for."""

    kind: str
    moments: int
    seats: int
    taken: int


class ActivitiesCountedV1(Fact):
    """What an organiser held in a closed month (R20). Who came is counted nowhere (R12)."""

    TYPE: ClassVar[str] = "be.brug.activities.activities.counted.v1"
    TOPIC: ClassVar[str] = FACTS
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(
        kinds=[{"kind": "parent_cafe", "moments": 4, "seats": 60, "taken": 31}]
    )

    kinds: list[KindCounted]


EVENTS: tuple[type[Event], ...] = (
    ActivityPublishedV1,
    ActivityCancelledV1,
    RegistrationMadeV1,
    RegistrationCancelledV1,
    ActivitiesCountedV1,
)
TOPICS: tuple[Topic, ...] = (
    Topic(ACTIVITIES),
    Topic(REGISTRATIONS),
    Topic(FACTS),
    Topic("activities.trail"),
    Topic("activities.acknowledgements"),
)
