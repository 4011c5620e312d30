"""A city by COPY: ten thousand files, fifty thousand referrals with akkoorden, tasks, and a year of activities."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from services.referral.domain import AFTER_THE_HOUR, OPEN, WITH_RECEIVER, Kind, Status, told_to_school
from services.referral.domain.webhooks import TYPES
from shared import clock

FILES, REFERRALS, ACTIVITIES = 10_000, 50_000, 1_000
_SCHOOLS, _PARTNERS = 40, 30
_NAMES = ("Nour", "Yusuf", "Łucja", "Zeynep", "Abdullah", "Mehret", "Oleksandra", "Fatou", "محمد", "Анна")
# Most of a city's referrals are over: of fifty, so many stand where.
_STANDING = (
    *[Status.CLOSED] * 24,
    *[Status.DECLINED] * 6,
    *[Status.RECALLED] * 4,
    *[Status.EXPIRED] * 3,
    *[Status.IN_PROGRESS] * 3,
    *[Status.MEETING_PLANNED] * 3,
    *[Status.SENT] * 2,
    *[Status.SEEN] * 2,
    Status.ACCEPTED,
    Status.OUTCOME_REPORTED,
    Status.DRAFT,
)
_WAY_BACK = ["first_meeting"]


@dataclass
class City:
    """The first school has a quarter of all files, the first partner a third of all referrals: those are measured."""

    dice: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311 - the same city every time
    schools: list[UUID] = field(init=False)
    partners: list[UUID] = field(init=False)
    families: list[tuple[UUID, UUID, UUID]] = field(init=False)  # family, caregiver, school
    staff: dict[str, UUID] = field(init=False)

    def __post_init__(self) -> None:
        self.schools = [self.new_id() for _ in range(_SCHOOLS)]
        self.partners = [self.new_id() for _ in range(_PARTNERS)]
        weights = [0.25, *[0.75 / (_SCHOOLS - 1)] * (_SCHOOLS - 1)]
        places = self.dice.choices(self.schools, weights, k=FILES)
        self.families = [(self.new_id(), self.new_id(), place) for place in places]
        self.staff = {"school": self.new_id(), "partner": self.new_id()}

    def new_id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    @property
    def school(self) -> UUID:
        return self.schools[0]

    @property
    def partner(self) -> UUID:
        return self.partners[0]

    @property
    def organisations(self) -> Iterator[tuple[Any, ...]]:
        for number, one in enumerate(self.schools):
            yield one, "school", f"Basisschool {number}", "Antwerpen", ["nl"], 1
        for number, one in enumerate(self.partners):
            yield one, "ocmw", f"Dienst {number}", "Antwerpen", ["nl", "fr"], 1

    @property
    def memberships(self) -> Iterator[tuple[Any, ...]]:
        roles = (("school", self.school, "school_staff"), ("partner", self.partner, "partner_worker"))
        for key, place, role in roles:
            yield self.new_id(), self.staff[key], place, role, "brugfiguur", "beroepsgeheim", date(2020, 1, 1), 1

    @property
    def agreements(self) -> Iterator[tuple[Any, ...]]:
        for school in self.schools:
            for partner in self.partners:
                yield self.new_id(), school, partner, "referral", "gdpr_6_1_e", ["reach"], 365, date(2020, 1, 1), 1


def copy(conn: psycopg.Connection[Any], table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """All rows in one COPY."""
    names = [sql.Identifier(name) for name in columns.split()]
    place = sql.SQL(".").join(sql.Identifier(part) for part in table.split("."))
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(place, sql.SQL(", ").join(names))
    with conn.cursor() as cur, cur.copy(query) as into:
        for row in rows:
            into.write_row(row)


def fill_directory(conn: psycopg.Connection[Any], city: City, schema: str = "seen") -> None:
    place = f"{schema}." if schema else ""
    copy(conn, f"{place}organisation", "id kind name town languages version", city.organisations)
    known = "id staff_id organisation_id role function secrecy valid_from version"
    copy(conn, f"{place}membership", known, city.memberships)
    known = "id organisation_a organisation_b purpose legal_ground fields retention_days valid_from version"
    copy(conn, f"{place}agreement", known, city.agreements)


def fill_intake(conn: psycopg.Connection[Any], city: City) -> None:
    """A caregiver and a child in each file, a strength in half."""
    now = clock.now()
    fill_directory(conn, city)
    files = [
        (family, owner, now - timedelta(days=400), now - timedelta(minutes=number), 1)
        for number, (family, _, owner) in enumerate(city.families)
    ]
    copy(conn, "file", "id owner_organisation opened_at changed_at version", files)
    columns = (
        "id family_id owner_organisation kind name_to_call full_name phone channel reach_when languages arrangements"
        " class_name households cared_for_by position"
    )
    copy(conn, "person", columns, _persons(city))
    strengths = [
        (city.new_id(), family, owner, 0, "rekent graag", "nl", caregiver)
        for family, caregiver, owner in city.families[::2]
    ]
    copy(conn, "strength", "id family_id owner_organisation position words lang told_by", strengths)


def _persons(city: City) -> Iterator[tuple[Any, ...]]:
    for number, (family, caregiver, owner) in enumerate(city.families):
        name = f"{_NAMES[number % len(_NAMES)]} {number}"
        phone = f"+32470{number:06d}"
        speaks = Jsonb([{"tag": "ar", "speaks": True, "reads": "no"}])
        yield caregiver, family, owner, "caregiver", name, name, phone, "call", [], speaks, [], "", [1], [], 0
        yield (city.new_id(), family, owner, "child", f"Kind {number}", "", "", "", [], Jsonb([]), [], "K3", [1],
               [caregiver], 1)  # fmt: skip


def fill_referral(conn: psycopg.Connection[Any], city: City) -> None:
    """Each referral with its akkoord; a live one has its task, and its past as webhooks would tell it."""
    fill_directory(conn, city, schema="")
    made = list(_referrals(city))
    columns = (
        "akkoord_id person_id family_id owner_organisation receiver_organisation purpose level way_back expires_on"
        " status version"
    )
    copy(conn, "seen.akkoord", columns, (_akkoord(one) for one in made))
    copy(conn, "referral", " ".join(made[0]), (tuple(one.values()) for one in made))
    columns = (
        "id kind role organisation_id owner_organisation family_id person_id referral_id due_on state opened_at version"
    )
    copy(conn, "task", columns, (row for one in made if one["status"] in OPEN for row in _tasks(city, one)))
    places = [(city.new_id(), one, "https://example.org/", list(TYPES), "active", clock.now(), 1) for one in
              (city.partner, city.school)]  # fmt: skip
    copy(conn, "webhook_endpoint", "id organisation_id url types state made_at version", places)


def _referrals(city: City) -> Iterator[dict[str, Any]]:
    now, today = clock.now(), clock.today()
    weights = [1 / 3, *[2 / 3 / (_PARTNERS - 1)] * (_PARTNERS - 1)]
    for number in range(REFERRALS):
        family, caregiver, owner = city.families[number % FILES]
        status = city.dice.choice(_STANDING)
        met = status in AFTER_THE_HOUR or status == Status.CLOSED
        planned = status == Status.MEETING_PLANNED or met
        sent = status != Status.DRAFT
        yield {
            "id": city.new_id(),
            "akkoord_id": city.new_id(),
            "person_id": caregiver,
            "family_id": family,
            "owner_organisation": owner,
            "to_organisation": city.dice.choices(city.partners, weights)[0],
            "reason": "finances",
            "goes_along": "brugfiguur" if number % 2 else "",
            "status": status,
            "told": told_to_school(status, _WAY_BACK, met=met, planned=planned),
            "way_back": _WAY_BACK,
            "shared_until": today + timedelta(days=90),
            "sent_at": now - timedelta(days=number % 200) if sent else None,
            "seen_due": today if sent else None,
            "answer_due": today + timedelta(days=number % 7) if sent else None,
            "contact": "balie" if planned else None,
            "meets_at": now + timedelta(days=2) if planned else None,
            "place": "loket 3" if planned else None,
            "met_at": now if met else None,
            "decline_code": "no_room" if status == Status.DECLINED else None,
            "outcome": "helped" if status == Status.OUTCOME_REPORTED else None,
            "look_on": today if status in WITH_RECEIVER else None,
            "version": 3,
        }


def _akkoord(one: dict[str, Any]) -> tuple[Any, ...]:
    status = "granted" if one["status"] in OPEN else "stopped"
    who = (one["akkoord_id"], one["person_id"], one["family_id"], one["owner_organisation"], one["to_organisation"])
    return *who, "referral", "question", one["way_back"], one["shared_until"], status, 1


def _tasks(city: City, one: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    sides = (
        ("partner_worker", Kind.ANSWER_REFERRAL, one["to_organisation"]),
        ("school_staff", Kind.TALK_WITH_PARENT, one["owner_organisation"]),
    )
    about = (one["owner_organisation"], one["family_id"], one["person_id"], one["id"])
    for role, kind, place in sides:
        due = clock.today() + timedelta(days=city.dice.randrange(-5, 10))
        yield city.new_id(), kind, role, place, *about, due, "open", clock.now(), 1


def fill_activities(conn: psycopg.Connection[Any], city: City) -> None:
    """One every week for half a year each; in the measured week some hundred of one town, as in a city."""
    fill_directory(conn, city)
    halls = [(city.new_id(), one, "refter", "Schoolstraat 1", "Antwerpen") for one in city.schools]
    copy(conn, "hall", "id organisation_id name address town", halls)
    monday = clock.today() - timedelta(days=clock.today().weekday() + 91)
    titles = Jsonb({"text": "Oudercafé", "lang": "nl"})
    activities, occurrences = [], []
    for number in range(ACTIVITIES):
        one, (hall, organiser, *_) = city.new_id(), halls[number % len(halls)]
        town = "Antwerpen" if number < 120 else f"Gemeente {number % 60}"
        starts = datetime.combine(monday + timedelta(days=number % 7), time(9 + number % 8))  # local, as people say it
        ends = starts + timedelta(hours=2)
        activities.append((one, organiser, "parent_cafe", titles, hall, town, Jsonb({}), ["nl", "ar"], "named", 12,
                           starts, ends, "Europe/Brussels", "FREQ=WEEKLY", monday + timedelta(days=200), "published",
                           clock.now(), 1))  # fmt: skip
        for week in range(26):
            at, end = (moment + timedelta(weeks=week) for moment in (starts, ends))
            instants = (at.replace(tzinfo=clock.BRUSSELS), end.replace(tzinfo=clock.BRUSSELS))
            occurrences.append((city.new_id(), one, organiser, town, hall, at, end, "Europe/Brussels", *instants, 3))
    columns = (
        "id organiser kind title hall_id town practical_help languages registration seats starts ends zone rrule"
        " expanded_until status changed_at version"
    )
    copy(conn, "activity", columns, activities)
    columns = "id activity_id organiser town hall_id starts ends zone starts_at ends_at taken"
    copy(conn, "occurrence", columns, occurrences)
