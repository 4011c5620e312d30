"""What the API takes and gives about teams; outside their organisation only their name is known."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.referral.domain.teams import MOST_MEMBERS, Team, TeamWish
from shared.api import Body


class WriteTeam(Body):
    """`members`: ids of memberships of the same organisation; all who are in it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    members: list[UUID] = Field([], max_length=MOST_MEMBERS)

    @property
    def wish(self) -> TeamWish:
        return TeamWish(self.name, tuple(dict.fromkeys(self.members)))


class MoveToTeam(Body):
    """One of your own organisation's teams; null: none in particular."""

    team_id: UUID | None


class TeamShown(BaseModel):
    """`members` are those who work there today. Once `ended_at` is told, nothing comes to it any more."""

    id: UUID
    organisation_id: UUID
    name: str
    members: list[UUID]
    ended_at: datetime | None
    version: int

    @classmethod
    def of(cls, one: Team) -> Self:
        return cls(**vars(one) | {"members": list(one.members)})


class TeamList(BaseModel):
    items: list[TeamShown]
