"""What referral publishes of a family's plan; its sections and next steps are sealed with the key of the file."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.referral.events.examples import PERSON, PLAN, SEALED, SLOT
from shared.envelope import Event, Sealed

PLANS = "referral.plans"  # key: the family's id
_DATES: dict[str, Any] = {"review_on": "2026-10-13", "ends_on": "2027-01-01"}


class NextStep(BaseModel, frozen=True):
    """An action that is still to be done. `starts` is local time here, where it points to an activity."""

    person_id: UUID | None
    text: str
    lang: str
    beside: str
    beside_lang: str
    on: date
    starts: datetime | None = None


class PlanContent(BaseModel, frozen=True):
    """Which section changed, and what in it is still to be done, soonest first. Nothing of a person alone."""

    section: str
    steps: list[NextStep]


class _PlanEvent(Event):
    TOPIC: ClassVar[str] = PLANS

    plan_id: UUID


class PlanStartedV1(_PlanEvent):
    """A family and its school began a plan."""

    TYPE: ClassVar[str] = "be.brug.referral.plan.started.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"plan_id": PLAN} | _DATES

    review_on: date
    ends_on: date


class PlanSectionChangedV1(_PlanEvent):
    """Somebody wrote in it; sealed for the home of the family's persons.

    `edition` counts what was written. `slot` is the same for every version of one section, and says not which (R3).
    """

    TYPE: ClassVar[str] = "be.brug.referral.plan.section-changed.v1"
    AUDIENCE: ClassVar[frozenset[str]] = frozenset({"intake", "referral"})
    CONTENT: ClassVar[type[BaseModel] | None] = PlanContent
    EXAMPLE: ClassVar[dict[str, Any]] = {"plan_id": PLAN, "slot": SLOT, "edition": 3, "sealed": SEALED}

    slot: UUID
    edition: int
    sealed: Sealed


class PlanAgreedV1(_PlanEvent):
    """A person of the family said yes to it as it was at this edition."""

    TYPE: ClassVar[str] = "be.brug.referral.plan.agreed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"plan_id": PLAN, "person_id": PERSON, "edition": 3}

    person_id: UUID
    edition: int


class PlanReviewedV1(_PlanEvent):
    """Family and school looked at it together; the next time is `review_on`."""

    TYPE: ClassVar[str] = "be.brug.referral.plan.reviewed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"plan_id": PLAN} | _DATES

    review_on: date
    ends_on: date


class PlanEndedV1(_PlanEvent):
    """It is over: the family keeps reading it, receivers do not."""

    TYPE: ClassVar[str] = "be.brug.referral.plan.ended.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"plan_id": PLAN}


EVENTS: tuple[type[Event], ...] = (
    PlanStartedV1,
    PlanSectionChangedV1,
    PlanAgreedV1,
    PlanReviewedV1,
    PlanEndedV1,
)
