"""Organisations, who works there and what they agreed: values that are checked when they are made."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

SCHOOL = "school"
REFERRAL = "referral"  # the purpose of an agreement and of an akkoord


@dataclass(frozen=True)
class Organisation:
    """A school, or whoever receives referrals, gives activities or lets helpers help."""

    id: UUID
    kind: str
    name: str
    town: str
    languages: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Membership:
    """`valid_until` is the first day without it."""

    id: UUID
    staff_id: UUID
    organisation_id: UUID
    role: str
    function: str
    secrecy: str
    valid_from: date
    valid_until: date | None = None
    version: int = 0

    def end(self, today: date) -> "Membership":
        """Over at once: the day it ends is already a day without it."""
        return replace(self, valid_until=today, version=self.version + 1)


@dataclass(frozen=True)
class Agreement:
    """Parties, purpose, legal grounds, fields, retention and dates (R1). `valid_until` is the first day without it.

    `legal_ground` is that of the GDPR's article 6, `special_ground` that of article 9, where it was written down.
    """

    id: UUID
    organisation_a: UUID
    organisation_b: UUID
    purpose: str
    legal_ground: str
    fields: tuple[str, ...]
    retention_days: int
    valid_from: date
    valid_until: date | None = None
    version: int = 0
    special_ground: str = ""

    @property
    def parties(self) -> frozenset[UUID]:
        return frozenset((self.organisation_a, self.organisation_b))

    def end(self, today: date) -> "Agreement":
        """Over at once, for both: the day it ends is already a day without it."""
        return replace(self, valid_until=min(today, self.valid_until or today), version=self.version + 1)
