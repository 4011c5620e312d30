"""Whom a visitor of the demo can sign in as."""

import json
from pathlib import Path
from typing import NamedTuple

from deploy.demo import directory


class Door(NamedTuple):
    """A person of the demo, what they do, and the page where they start."""

    name: str
    what: str
    path: str


_DOORS = {
    "brugfiguur": "/intake/",
    "ocmw": "/referral/",
    "katrol": "/referral/",
    "huiswerk": "/referral/",
    "organisator": "/activities/mine",
    "ouderambassadeur": "/network/helper",
    "coordinator": "/network/round",
    "directie": "/referral/staff/",
    "diensthoofd": "/referral/agreements/",
}


def people() -> list[Door]:
    """The people of the story; all others stand on the sign-in page."""
    by_key = {one.key: one for one in directory.staff()}
    return [
        Door(f"{key} ({by_key[key].name})", f"{by_key[key].function}, {by_key[key].organisation.name}", path)
        for key, path in _DOORS.items()
    ]


def write_people(path: Path) -> None:
    """The file that the demo's identity provider reads; those of the story come first."""
    told = [
        {
            "id": str(one.id),
            "key": one.key,
            "name": one.name,
            "organisation": one.organisation.name,
            "function": one.function,
        }
        for one in sorted(directory.staff(), key=lambda one: one.key not in _DOORS)
    ]
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
