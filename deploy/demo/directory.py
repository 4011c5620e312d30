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


class Agreement(NamedTuple):
    id: UUID
    a: UUID
    b: UUID
    purpose: str


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


@cache
def staff() -> tuple[Staff, ...]:
    """One brugfiguur a school, one worker a partner, and the people of the story under short keys."""
    made = [_member("brugfiguur", schools()[0], "school_staff", "brugfiguur", "ambtsgeheim")]
    made.append(_member("zorgcoordinator", schools()[0], "school_staff", "zorgcoördinator", "ambtsgeheim"))
    made.append(_member("organisator", schools()[1], "organiser", "medewerker brede school", "discretie"))
    for school in schools()[1:]:
        made.append(_member(_key("brugfiguur", school), school, "school_staff", "brugfiguur", "ambtsgeheim"))
    for one in partners():
        function = _FUNCTIONS.get(one.kind, "medewerker")
        made.append(_member(_key("", one), one, "partner_worker", function, "beroepsgeheim"))
    house = partner("huis_van_het_kind", "Antwerpen")
    made.append(_member("coordinator", house, "coordinator", "coördinator ouderwerking", "discretie"))
    made.append(_member("dpo", house, "dpo", "functionaris voor gegevensbescherming", "beroepsgeheim"))
    return tuple(made + [_member(*one) for one in _helpers()])


def _helpers() -> list[tuple[str, Organisation, str, str, str]]:
    """Twenty: half of them in Antwerp, where the story plays; the first under a short key."""
    places = [*schools()[:1] * 5, *schools()[1:2] * 3, *schools()[2:3] * 2, *schools()[3:]][:20]
    keys = ["ouderambassadeur", *(f"helper-{number}" for number in range(2, len(places) + 1))]
    return [(key, place, "helper", "vrijwilliger", "discretie") for key, place in zip(keys, places, strict=True)]


_SHORT_KEYS = {"OCMW Antwerpen": "ocmw", "De Katrol": "katrol", "Huiswerkbegeleiding aan huis Antwerpen": "huiswerk"}


def _key(what: str, organisation: Organisation) -> str:
    full = organisation.name
    if organisation.town not in full:
        full = f"{full} {organisation.town}"
    if organisation.name in _SHORT_KEYS or full in _SHORT_KEYS:
        return _SHORT_KEYS.get(organisation.name) or _SHORT_KEYS[full]
    slug = full.removeprefix("Basisschool ").lower().replace(" ", "-")
    return f"{what}-{slug}" if what else slug


def _member(key: str, organisation: Organisation, role: str, function: str, secrecy: str) -> Staff:  # noqa: PLR0913
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
    """Each school with the partners of its town, with De Katrol, with itself and its neighbours for activities."""
    made = []
    for school in schools():
        near = [one for one in organisations() if one.town == school.town or one.name == "De Katrol"]
        for other in near:
            made += [
                Agreement(_id("agreement", str(school.id), str(other.id), purpose), school.id, other.id, purpose)
                for purpose in PURPOSES
                if purpose != "referral" or other.kind != "school"
            ]
    return tuple(made)
