"""Facts as they arrive at network, and whole months of them; in one call each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from services.network.commands import publish_board
from services.network.domain import board
from shared.envelope import Envelope
from shared.facts import Month
from tests.builders.network import WORKER, Quarter
from tests.builders.shared import an_event

MONTH = Month(2026, 9)
_TYPES = {
    board.CONTACTS: "be.brug.intake.contacts.counted.v1",
    board.SENT: "be.brug.referral.referrals.counted.v1",
    board.FOLLOWED: "be.brug.referral.referrals.followed.v1",
    board.CAPACITY: "be.brug.referral.capacity.counted.v1",
    board.ACTIVITIES: "be.brug.activities.activities.counted.v1",
    board.HELPERS: "be.brug.network.helpers.counted.v1",
}


def a_fact(
    what: str, data: Mapping[str, Any], *, of: UUID | None = None, town: str = "Antwerpen", month: Month = MONTH
) -> Envelope:
    whose = {"organisation_id": str(of or uuid4()), "town": town, "month": month.first.isoformat()}
    return an_event(type=_TYPES[what], data={**whose, **data})


def all_told(what: str, facts: int, month: Month = MONTH) -> Envelope:
    data = {"what": what, "month": month.first.isoformat(), "facts": facts}
    return an_event(type="be.brug.month.counted.v1", data=data)


def contacts(goal: int | None = None, **ways: int) -> dict[str, Any]:
    return {"ways": [{"way": way, "families": number} for way, number in ways.items()], "goal": goal}


def cells(**kinds: Mapping[str, int]) -> dict[str, Any]:
    """`cells(ocmw={"warm": 6})`."""
    listed = [
        {"kind": kind, "column": column, "number": number}
        for kind, columns in kinds.items()
        for column, number in columns.items()
    ]
    return {"cells": listed}


def published(quarter: Quarter, what: str, facts: Sequence[Envelope], month: Month = MONTH) -> int:
    """These are all facts of the month: they arrive, and what is due is published."""
    for one in (*facts, all_told(what, len(facts), month)):
        quarter.receive(one)
    return publish_board(quarter.worker, WORKER)
