"""What the API takes and gives about organisations."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.referral.domain import State
from services.referral.forms.words import REASONS
from services.referral.views.directory import Found
from shared.api import Body


def _known_reason(code: str) -> str:
    if code not in REASONS:
        raise PydanticCustomError("unknown_code", "not in referral_reasons or life_domains")
    return code


Reason = Annotated[str, AfterValidator(_known_reason), Field(json_schema_extra={"enum": list(REASONS)})]


class ListQuery(Body):
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class OrganisationQuery(Body):
    """All together; each may be left out."""

    q: str = Field("", max_length=100)
    kind: str = Field("", max_length=50)
    town: str = Field("", max_length=100)
    language: str = Field("", max_length=35)
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class RoomShown(BaseModel):
    """What the organisation said, and on which day."""

    reason: str
    state: State
    expected_on: date | None
    stated_on: date


class TeamNamed(BaseModel):
    """What is public of a team."""

    id: UUID
    name: str


class OrganisationShown(BaseModel):
    """`agreed`: one of your own organisations can refer to it today. No `room` for a reason: not known."""

    id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]
    agreed: bool
    room: list[RoomShown]
    teams: list[TeamNamed]

    @classmethod
    def of(cls, found: Found) -> Self:
        room = [RoomShown(**vars(one)) for one in found.rooms]
        teams = [TeamNamed(**vars(one)) for one in found.teams]
        told = {name: value for name, value in vars(found).items() if name not in ("rooms", "teams")}
        return cls(**told, room=room, teams=teams)


class OrganisationPage(BaseModel):
    items: list[OrganisationShown]
    next: str | None
