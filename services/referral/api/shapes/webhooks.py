"""What the API takes and gives about webhooks; a secret is in one answer only."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.referral.api.shapes.directory import ListQuery
from services.referral.domain.webhooks import EndpointState, EventType, Outcome
from services.referral.views.webhooks import Logged, Shown
from shared.api import Body

Types = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]


class RegisterWebhook(Body):
    """`organisation_id` may be left out by whoever manages the webhooks of one organisation only."""

    url: str = Field(max_length=500, examples=["https://systeem.voorbeeld.be/brug"])
    types: Types
    organisation_id: UUID | None = None


class ChangeWebhook(Body):
    """`paused`: nothing is sent until it is `active` again; `active` also sets going what was disabled."""

    url: str = Field(max_length=500)
    types: Types
    paused: bool = False


class WebhookShown(BaseModel):
    """`failing_since`: nothing arrived from then on; after five days it is `disabled`."""

    id: UUID
    organisation_id: UUID
    url: str
    types: list[EventType]
    state: EndpointState
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    old_secret_ends_at: datetime | None
    waiting: int
    version: int

    @classmethod
    def of(cls, one: Shown) -> Self:
        return cls(**{name: value for name, value in vars(one).items() if name in cls.model_fields})


class WebhookMade(BaseModel):
    """`secret` is said this once; null where the same `Idempotency-Key` got it before."""

    webhook: WebhookShown
    secret: str | None = Field(examples=["whsec_..."])


class WebhookList(BaseModel):
    items: list[WebhookShown]


class DeliveryQuery(ListQuery):
    state: Outcome | None = None


class DeliveryShown(BaseModel):
    """`id` is the `webhook-id` that the receiver sees. `answer`: its status; `problem`: why there is none."""

    id: UUID
    type: str
    occurred_at: datetime
    state: Outcome
    tries: int
    tried_at: datetime | None
    next_try: datetime | None
    answer: int | None
    problem: str
    referral_id: UUID | None

    @classmethod
    def of(cls, one: Logged) -> Self:
        return cls(**vars(one))


class DeliveryPage(BaseModel):
    items: list[DeliveryShown]
    next: str | None


class ReplayStretch(Body):
    """From `since` to just before `until`; at most the last month is there."""

    since: AwareDatetime
    until: AwareDatetime


class Replayed(BaseModel):
    """How many will be sent again."""

    deliveries: int


class Pinged(BaseModel):
    """The delivery to look for in the log."""

    delivery_id: UUID
