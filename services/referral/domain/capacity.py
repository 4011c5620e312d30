"""Whether an organisation has room for a reason: asked and answered without a word about whom (R8)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    ROOM = "room"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Capacity:
    """`expected_on`: from when there is room, where the organisation knows."""

    organisation_id: UUID
    reason: str
    state: State
    stated_on: date
    expected_on: date | None = None
    version: int = 1

    def restate(self, state: State, expected_on: date | None, today: date) -> "Capacity":
        return replace(self, state=state, expected_on=expected_on, stated_on=today, version=self.version + 1)


@dataclass(frozen=True)
class Asking:
    """One question for room to several organisations at once."""

    id: UUID
    from_organisation: UUID
    to_organisations: tuple[UUID, ...]
    reason: str
