"""The demo's closed months: facts as the services would have told them, so that the board is not empty."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from deploy.demo import directory
from deploy.demo.directory import Organisation
from deploy.demo.rooms import Rooms
from services.activities.events import ActivitiesCountedV1
from services.intake.events import ContactsCountedV1
from services.network.events import HelpersCountedV1
from services.referral.events.facts import CapacityCountedV1, ReferralsCountedV1, ReferralsFollowedV1
from shared import facts
from shared.facts import Fact, Month
from shared.security import worker_of

MONTHS = 5  # so that of the oldest it is known what became of its referrals
_TOLD: tuple[tuple[str, str], ...] = (
    ("intake", "contacts"),
    ("referral", "referrals_sent"),
    ("referral", "referrals_followed"),
    ("referral", "capacity"),
    ("activities", "activities"),
    ("network", "helpers"),
)
_WAYS = (("call", 9), ("sms", 3), ("whatsapp", 12), ("in_person", 16), ("come_by", 2))
_KINDS = (("ocmw", 14), ("homework_support", 11), ("huis_van_het_kind", 8), ("clb", 7), ("ligo", 2))
_STOOD = (("waiting", 1), ("seen", 2), ("warm", 6), ("declined", 1))
_ROUND = (("round_30", 30), ("round_60", 60), ("round_90", 90))
_HELD = (("parent_cafe", 15), ("practice_group", 12), ("homework_class", 0), ("reading_together", 0))
_LANGUAGES = (("ar", 5, 7), ("fr", 6, 3), ("tr", 1, 3), ("uk", 2, 2), ("es", 1, 0), ("nl", 9, 1))


def tell(rooms: Rooms, today: date) -> int:
    """Each month once, by each service from its own outbox; a second time tells nothing."""
    told = 0
    for back in range(MONTHS, 0, -1):
        month = Month.of(today).plus(-back)
        for service, what in _TOLD:
            if what == "referrals_followed" and (today - month.end).days < 90:
                continue
            with rooms.worker(service).transaction(worker_of(service)) as conn:
                if facts.claim(conn, what, month):
                    told += facts.tell(conn, what, month, _facts(what, month))
    return told


def _facts(what: str, month: Month) -> Sequence[Fact]:
    if what == "contacts":
        return [_contacts(one, month) for one in directory.schools()]
    if what == "capacity":
        return [_capacity(one, month) for one in directory.partners()]
    if what == "activities":
        return [_activities(one, month) for one in directory.schools()]
    if what == "helpers":
        return [_helpers(one, month) for one in directory.partners() if one.kind == "huis_van_het_kind"]
    made = [_referrals(one, month) for one in directory.schools()]
    return [sent for sent, _ in made] if what == "referrals_sent" else [followed for _, followed in made]


def _contacts(school: Organisation, month: Month) -> ContactsCountedV1:
    dice = _dice("contacts", school, month)
    ways = [{"way": way, "families": dice.randint(usual // 2, usual + 3)} for way, usual in _WAYS]
    return ContactsCountedV1.model_validate(_of(school, month) | {"ways": ways, "goal": dice.choice((30, 40, 50))})


def _referrals(school: Organisation, month: Month) -> tuple[ReferralsCountedV1, ReferralsFollowedV1]:
    """How they stood, and what became of the same ones."""
    dice = _dice("referrals", school, month)
    stood, became, declined, warm, over = [], [], 0, [], []
    for kind, usual in _KINDS:
        number = dice.randint(usual // 2, usual + 3)
        columns = dice.choices([one for one, _ in _STOOD], [weight for _, weight in _STOOD], k=number)
        stood += [{"kind": kind, "column": one, "number": columns.count(one)} for one in sorted(set(columns))]
        for column in columns:
            if column == "declined":
                became.append({"kind": kind, "column": "declined", "number": 1})
                declined += 1
                continue
            warm.append({"days": 1 + int(dice.expovariate(1 / 5)), "number": 1})
            name, days = dice.choice((*_ROUND, ("open", 0)))
            became.append({"kind": kind, "column": name, "number": 1})
            if days:
                over.append({"days": days - dice.randint(0, 25), "number": 1})
    whose = _of(school, month)
    reasons = [{"code": "no_room", "number": declined}] if declined else []
    told = {"cells": became, "declined": reasons, "warm": warm, "round": over}
    sent = ReferralsCountedV1.model_validate(whose | {"cells": stood})
    return sent, ReferralsFollowedV1.model_validate(whose | told)


def _capacity(partner: Organisation, month: Month) -> CapacityCountedV1:
    dice = _dice("capacity", partner, month)
    room, waiting, full = dice.randint(1, 4), dice.randint(0, 2), dice.randint(0, 1)
    states = {"room": room, "waiting_list": waiting, "full": full, "unknown": 7 - room - waiting - full}
    cells = [{"kind": partner.kind, "column": state, "number": number} for state, number in states.items()]
    return CapacityCountedV1.model_validate(_of(partner, month) | {"cells": cells})


def _activities(school: Organisation, month: Month) -> ActivitiesCountedV1:
    dice = _dice("activities", school, month)
    kinds = [
        {"kind": kind, "moments": 4, "seats": 4 * seats, "taken": dice.randint(seats, 4 * seats) if seats else 0}
        for kind, seats in _HELD
    ]
    return ActivitiesCountedV1.model_validate(_of(school, month) | {"kinds": kinds})


def _helpers(house: Organisation, month: Month) -> HelpersCountedV1:
    dice = _dice("helpers", house, month)
    languages = [
        {"lang": lang, "helpers": helpers, "requests": dice.randint(asked // 2, asked + 3)}
        for lang, helpers, asked in _LANGUAGES
    ]
    return HelpersCountedV1.model_validate(_of(house, month) | {"languages": languages})


def _dice(what: str, one: Organisation, month: Month) -> random.Random:
    """The same numbers at every load."""
    return random.Random(f"{what} {one.id} {month.first}")  # noqa: S311 - made-up numbers, no secret


def _of(one: Organisation, month: Month) -> dict[str, Any]:
    return {"organisation_id": one.id, "town": one.town, "month": month.first}
