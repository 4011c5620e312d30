"""Who is who in the demo: organisations, schools, staff, memberships and agreements, the same at every run."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from faker import Faker

_DATA = Path(__file__).parent / "data"
SINCE = date(2026, 9, 1)
PURPOSES = ("referral", "registration", "match")
_SCHOOL_NAMES = ("De Linde", "Het Kompas", "De Vlieger")  # the three of Antwerp; elsewhere the town tells them apart
_FUNCTIONS = {
    "ocmw": "maatschappelijk werker",
    "homework_support": "begeleider huiswerk",
    "huis_van_het_kind": "medewerker Huis van het Kind",
}


class Organisation(NamedTuple):
    id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]


class Staff(NamedTuple):
    """One account at the identity provider with one membership. `key` is what `brug token` takes."""

    id: UUID
    key: str
    name: str
    organisation: Organisation
    role: str
    function: str
    secrecy: str

    @property
    def membership_id(self) -> UUID:
        return uuid5(self.id, str(self.organisation.id))


class Agreement(NamedTuple):
    id: UUID
    a: UUID
    b: UUID
    purpose: str
    ground: str


def _id(*parts: str) -> UUID:
    return uuid5(NAMESPACE_URL, "urn:brug:demo:" + ":".join(parts))


def _read(name: str) -> dict[str, object]:
    told: dict[str, object] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return told


@cache
def families() -> tuple[dict[str, object], ...]:
    """The 44 families of the LEVL sample, as published margins combined at random."""
    told = _read("levl44.json")["families"]
    assert isinstance(told, list)  # noqa: S101 - the file is our own
    return tuple(told)


@cache
def schools() -> tuple[Organisation, ...]:
    """Three in Antwerp, one in each other town of the sample."""
    towns = sorted({str(one["town"]) for one in families()} - {"Antwerpen"})
    named = [(f"Basisschool {name}", "Antwerpen") for name in _SCHOOL_NAMES]
    named += [(f"Basisschool {town}", town) for town in towns]
    return tuple(Organisation(_id("school", name), "school", name, town, ["nl", "fr"]) for name, town in named)


@cache
def partners() -> tuple[Organisation, ...]:
    """The organisations that the field's own documents name."""
    told = _read("organisations.json")["organisations"]
    assert isinstance(told, list)  # noqa: S101 - the file is our own
    spoken = {"integration": ["nl", "fr", "en", "ar"], "ocmw": ["nl", "fr", "en"], "community": ["nl", "fr", "ar"]}
    return tuple(
        Organisation(
            _id(one["kind"], one["name"], one["town"]),
            one["kind"],
            f"{one['name']} {one['town']}" if one["kind"] in ("ocmw", "clb", "caw") else one["name"],
            one["town"],
            spoken.get(one["kind"], ["nl"]),
        )
        for one in told
    )


def organisations() -> tuple[Organisation, ...]:
    return schools() + partners()


def partner(kind: str, town: str) -> Organisation:
    """The first of its kind in that town."""
    return next(one for one in partners() if (one.kind, one.town) == (kind, town))


def without_account() -> Organisation:
    """Nobody works here in Brug: it answers by mail."""
    return next(one for one in partners() if one.name == "Huiswerkklas in de wijk")


MAILBOX = "huiswerkklas@wijk.example"  # of whoever has no account; RFC 2606: no mail ever goes there


@cache
def staff() -> tuple[Staff, ...]:
    """One brugfiguur a school, one worker a partner that has accounts, and the people of the story under short keys."""
    made = [_member("brugfiguur", schools()[0], "school_staff", "brugfiguur", "ambtsgeheim")]
    made.append(_member("zorgcoordinator", schools()[0], "school_staff", "zorgcoördinator", "ambtsgeheim"))
    made.append(_member("directie", schools()[0], "responsible", "directie", "ambtsgeheim"))
    ocmw = partner("ocmw", "Antwerpen")
    made.append(_member("diensthoofd", ocmw, "responsible", "diensthoofd", "beroepsgeheim"))
    made.append(_member("organisator", schools()[1], "organiser", "medewerker brede school", "discretie"))
    for school in schools()[1:]:
        made.append(_member(_key("brugfiguur", school), school, "school_staff", "brugfiguur", "ambtsgeheim"))
    for one in partners():
        if one == without_account():
            continue
        function = _FUNCTIONS.get(one.kind, "medewerker")
        made.append(_member(_key("", one), one, "partner_worker", function, "beroepsgeheim"))
    house = partner("huis_van_het_kind", "Antwerpen")
    made.append(_member("coordinator", house, "coordinator", "coördinator ouderwerking", "discretie"))
    made.append(_member("dpo", house, "dpo", "functionaris voor gegevensbescherming", "beroepsgeheim"))
    return tuple(made + [_member(*one) for one in _helpers()])


def _helpers() -> list[tuple[str, Organisation, str, str, str]]:
    """Twenty. Those of Antwerp help under Huis van het Kind, the others under their own school."""
    house = partner("huis_van_het_kind", "Antwerpen")
    made = []
    for number, school in enumerate(_helped_schools(), start=1):
        key = "ouderambassadeur" if number == 1 else f"helper-{number}"
        under = house if school.town == house.town else school
        made.append((key, under, "helper", "vrijwilliger", "discretie"))
    return made


def _helped_schools() -> tuple[Organisation, ...]:
    """Half of the helpers are in Antwerp, where the story plays."""
    first, second, third, *others = schools()
    return (*[first] * 5, *[second] * 3, *[third] * 2, *others)[:20]


def school_of_helper(helper: Staff) -> Organisation:
    """Where the helper's own children go."""
    helpers = [one for one in staff() if one.role == "helper"]
    return _helped_schools()[helpers.index(helper)]


_SHORT_KEYS = {"OCMW Antwerpen": "ocmw", "De Katrol": "katrol", "Huiswerkbegeleiding aan huis Antwerpen": "huiswerk"}


def _key(what: str, organisation: Organisation) -> str:
    full = organisation.name
    if organisation.town not in full:
        full = f"{full} {organisation.town}"
    if organisation.name in _SHORT_KEYS or full in _SHORT_KEYS:
        return _SHORT_KEYS.get(organisation.name) or _SHORT_KEYS[full]
    slug = full.removeprefix("Basisschool ").lower().replace(" ", "-")
    return f"{what}-{slug}" if what else slug


def _member(key: str, organisation: Organisation, role: str, function: str, secrecy: str) -> Staff:
    return Staff(_id("staff", key), key, a_name("nl_BE", key), organisation, role, function, secrecy)


def a_name(locale: str, seed: str) -> str:
    """A made-up name, the same for the same seed."""
    faker = Faker(locale)
    faker.seed_instance(seed)
    return f"{faker.first_name()} {faker.last_name()}"


def a_first_name(locale: str, seed: str, *, woman: bool = True) -> str:
    faker = Faker(locale)
    faker.seed_instance(seed)
    return str(faker.first_name_female() if woman else faker.first_name_male())


def agreements() -> tuple[Agreement, ...]:
    """Each school with the partners and the other schools of its town, and with De Katrol."""
    made = []
    for place, school in enumerate(schools()):
        others = [*schools()[place + 1 :], *partners()]
        for other in others:
            if other.town != school.town and other.name != "De Katrol":
                continue
            made += [_agreement(school, other, purpose) for purpose in PURPOSES if _agreed(other, purpose)]
    return tuple(made)


def _agreed(other: Organisation, purpose: str) -> bool:
    """Nobody refers to a school; every other purpose is agreed with all."""
    return purpose != "referral" or other.kind != "school"


def _agreement(school: Organisation, other: Organisation, purpose: str) -> Agreement:
    ground = "public_task" if other.kind in ("ocmw", "clb", "huis_van_het_kind") else "consent"
    return Agreement(_id("agreement", str(school.id), str(other.id), purpose), school.id, other.id, purpose, ground)
