"""What referral counts of a closed month (R20): a school's referrals, an organisation's room; no family."""

from typing import Any, ClassVar

from pydantic import BaseModel

from shared.envelope import Event
from shared.facts import Fact, an_example

FACTS = "referral.facts"


class Cell(BaseModel, frozen=True):
    """`kind` is of the list `partner_kinds`; what `column` may be, each fact says."""

    kind: str
    column: str
    number: int


class Reason(BaseModel, frozen=True):
    """`code` is of `decline_reasons`; what would tell of a family's silence is 'other' (R12)."""

    code: str
    number: int


class Days(BaseModel, frozen=True):
    """So many referrals took so many whole days."""

    days: int
    number: int


class ReferralsCountedV1(Fact):
    """How the referrals that a school sent in the month stood when it closed: `waiting`, `seen`, `warm`, `declined`
    or `ended`, by the receiver's kind."""

    TYPE: ClassVar[str] = "be.brug.referral.referrals.counted.v1"
    TOPIC: ClassVar[str] = FACTS
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(cells=[{"kind": "ocmw", "column": "warm", "number": 6}])

    cells: list[Cell]


class ReferralsFollowedV1(Fact):
    """What became of them within 90 days: `round_30`, `round_60`, `round_90`, `declined`, `ended` or `open`.

    `warm` and `round` are the days from sending until then.
    """

    TYPE: ClassVar[str] = "be.brug.referral.referrals.followed.v1"
    TOPIC: ClassVar[str] = FACTS
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(
        cells=[{"kind": "ocmw", "column": "round_60", "number": 6}],
        declined=[{"code": "no_room", "number": 1}],
        warm=[{"days": 3, "number": 7}],
        round=[{"days": 41, "number": 6}],
    )

    cells: list[Cell]
    declined: list[Reason]
    warm: list[Days]
    round: list[Days]


class CapacityCountedV1(Fact):
    """For how many reasons an organisation had `room`, a `waiting_list`, was `full`, or did not say (`unknown`)."""

    TYPE: ClassVar[str] = "be.brug.referral.capacity.counted.v1"
    TOPIC: ClassVar[str] = FACTS
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(cells=[{"kind": "ocmw", "column": "room", "number": 3}])

    cells: list[Cell]


EVENTS: tuple[type[Event], ...] = (ReferralsCountedV1, ReferralsFollowedV1, CapacityCountedV1)
