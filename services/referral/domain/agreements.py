"""An agreement that one organisation proposes: it counts once the other confirms it, and not before (R1)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.referral.domain.directory import Agreement
from services.referral.domain.refusals import WrongStatus
from shared.refusals import Invalid

MOST_RETENTION = 3650  # days


class Standing(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Terms(NamedTuple):
    """What two organisations agree on: for what, on which grounds, which data, how long kept, from when to when."""

    purpose: str
    legal_ground: str
    special_ground: str
    fields: tuple[str, ...]
    retention_days: int
    valid_from: date
    valid_until: date | None = None

    def must_hold(self, today: date) -> None:
        """Raises Invalid where the dates do not follow one another, or nothing would be shared."""
        if self.valid_until is not None and self.valid_until <= max(self.valid_from, today):
            raise Invalid({"valid_until": "Kies een laatste dag na de eerste, die nog moet komen."})
        if not self.fields:
            raise Invalid({"fields": "Kies minstens één soort gegevens."})
        if not 1 <= self.retention_days <= MOST_RETENTION:
            raise Invalid({"retention_days": "Kies een aantal dagen tussen 1 en 3650."})


class Parties(NamedTuple):
    """Who proposes, and to whom."""

    proposer: UUID
    other: UUID


@dataclass(frozen=True)
class Proposal:
    """`organisation_a` proposes, `organisation_b` answers."""

    id: UUID
    organisation_a: UUID
    organisation_b: UUID
    purpose: str
    legal_ground: str
    special_ground: str
    fields: tuple[str, ...]
    retention_days: int
    valid_from: date
    valid_until: date | None
    proposed_at: datetime
    state: Standing = Standing.OPEN
    answered_at: datetime | None = None
    version: int = 1

    @classmethod
    def of(cls, parties: Parties, terms: Terms, one: UUID, now: datetime) -> "Proposal":
        return cls(
            id=one, organisation_a=parties.proposer, organisation_b=parties.other, proposed_at=now, **terms._asdict()
        )

    def confirm(self, now: datetime) -> "Proposal":
        return self._answered(Standing.CONFIRMED, now)

    def refuse(self, now: datetime) -> "Proposal":
        return self._answered(Standing.REFUSED, now)

    def withdraw(self, now: datetime) -> "Proposal":
        return self._answered(Standing.WITHDRAWN, now)

    def agreement(self, today: date) -> Agreement:
        """What a confirmed one becomes, under the same id; it never reaches back before the yes."""
        if self.state != Standing.CONFIRMED:
            raise WrongStatus(f"a proposal that is {self.state} is no agreement")
        return Agreement(
            id=self.id,
            organisation_a=self.organisation_a,
            organisation_b=self.organisation_b,
            purpose=self.purpose,
            legal_ground=self.legal_ground,
            fields=self.fields,
            retention_days=self.retention_days,
            valid_from=max(self.valid_from, today),
            valid_until=self.valid_until,
            special_ground=self.special_ground,
        )

    def _answered(self, state: Standing, now: datetime) -> "Proposal":
        if self.state != Standing.OPEN:
            raise WrongStatus(f"a proposal that is {self.state} was answered already")
        return replace(self, state=state, answered_at=now, version=self.version + 1)
