"""What goes in and comes out about rounds: who waits, how far a round is, what weighs how much."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.network.api.shapes.people import ListQuery
from services.network.domain.matching import Weights
from services.network.views import rounds
from shared.api import Body


class RoundShown(BaseModel):
    """`done_at` is null while the worker is at it."""

    id: UUID
    organisation: UUID
    asked_at: datetime
    done_at: datetime | None
    proposed: int
    without: int

    @classmethod
    def of(cls, one: rounds.RoundDone) -> "RoundShown":
        return cls.model_validate(one._asdict() | {"organisation": one.organisation_id})


class StartRound(Body):
    """Without `organisation`: the one where you are coordinator."""

    organisation: UUID | None = None


class OrganisationQuery(Body):
    """Without `organisation`: the one where you are coordinator."""

    organisation: UUID | None = None


class RoundList(BaseModel):
    """The newest one, if there was one; `waiting` and `proposed` count requests, `helpers` those with room."""

    items: list[RoundShown]
    waiting: int
    proposed: int
    helpers: int

    @classmethod
    def of(cls, last: rounds.RoundDone | None, numbers: rounds.Numbers) -> "RoundList":
        return cls(items=[RoundShown.of(last)] if last else [], **numbers._asdict())


class WaitingQuery(ListQuery, OrganisationQuery):
    """In the order of asking."""


class WaitingShown(BaseModel):
    """Who asked and is not matched; `helper_first_name` and `reasons` where somebody is proposed."""

    id: UUID
    first_name: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    wish: str
    asked_at: datetime
    proposed_at: datetime | None
    helper_first_name: str | None
    helper_role: str | None
    reasons: list[str]

    @classmethod
    def of(cls, row: rounds.Row) -> "WaitingShown":
        told = {name: getattr(row, name) for name in cls.model_fields}
        return cls.model_validate(told | {"reasons": list(row.reasons or ())})


class WaitingPage(BaseModel):
    items: list[WaitingShown]
    next: str | None


class SetWeights(Body, Weights):
    """What is left out weighs as usual."""


class WeightsShown(BaseModel):
    """`version` 0: nobody set them, the usual ones count."""

    weights: Weights
    version: int
