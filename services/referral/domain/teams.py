"""A team of an organisation: a name and the memberships that are in it. It ends, and is never deleted."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.referral.domain.refusals import TeamOver

MOST_MEMBERS = 200


class TeamWish(NamedTuple):
    """`members`: memberships of the same organisation."""

    name: str
    members: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Team:
    """Its name is public, as all of the directory; who is in it is not."""

    id: UUID
    organisation_id: UUID
    name: str
    members: tuple[UUID, ...] = ()
    ended_at: datetime | None = None
    version: int = 1

    def change(self, wish: TeamWish) -> "Team":
        """Raises TeamOver."""
        if self.ended_at is not None:
            raise TeamOver(str(self.id))
        return replace(self, name=wish.name, members=wish.members, version=self.version + 1)

    def end(self, now: datetime) -> "Team":
        """Nothing comes to it any more; what it has stays with its organisation. Raises TeamOver."""
        if self.ended_at is not None:
            raise TeamOver(str(self.id))
        return replace(self, ended_at=now, version=self.version + 1)
