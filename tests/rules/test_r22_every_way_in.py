"""R22, as a guard: nothing that another person of the family can reach tells where a flagged person is to be found.

Every walk goes twice: before the flag, when something does show (so that it can fail), and after it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from services.activities.permissions import TABLE as ACTIVITIES
from services.intake import commands as intake
from services.intake.domain import knowledge
from services.intake.domain.correction import Doubt, Reply, Status, Thing
from services.intake.domain.family import File, FileDraft
from services.intake.permissions import TABLE as INTAKE
from services.intake.views.home import _Appointment
from services.network.permissions import TABLE as NETWORK
from services.referral.commands import plans
from services.referral.domain.plan import PersonKind
from services.referral.permissions import TABLE as REFERRAL
from shared import clock
from shared.envelope import Envelope
from shared.permissions import PermissionTable
from shared.security import Actor
from tests.api.test_intake_api import token_of
from tests.builders.activities import Issuers, Neighbourhood
from tests.builders.intake import ALL_CARDS, Place, person, refer, sealed_in
from tests.builders.network import Quarter
from tests.builders.plans import Family, a_plan, action, an_activity, words
from tests.builders.referral import Town
from tests.builders.shared import an_event
from tests.reach import Answer, Reader, all_answers, ids_in, leaks

AT = datetime(2031, 3, 4, 13, 37, tzinfo=clock.BRUSSELS)
DAY = ("4 maart", "2031-03-04", "20310304")
ORGANISATION, VENUE, TOWN, CONTACT = "Vluchthuis Zonneweg", "Zonneweg 12", "Dendermonde", "Wendelien"
PHONE, STREET, CLASS = "0499 87 65 43", "Lindenpad 7", "Zeeleeuwen"

AMAL, KARIM, YUSUF = 0, 1, 2
Walk = Callable[..., list[str]]


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def shelter(place: Place) -> UUID:
    """An organisation that nobody else of the family may hear of."""
    one = uuid4()
    told = {"organisation_id": one, "kind": "caw", "name": ORGANISATION, "town": TOWN, "languages": ["nl"]}
    place.tell("be.brug.referral.organisation.described.v1", one, told)
    place.agree(one)
    return one


def two_homes(place: Place) -> File:
    """Amal and Karim in two homes and their son of thirteen in both, who has a page of his own."""
    born = clock.today().year - 13
    told: dict[str, Any] = {
        "persons": [
            {
                "name_to_call": "Amal",
                "phone": PHONE,
                "households": [1],
                "arrangements": ["come_by"],
                "arranged_words": {"text": f"Bij mijn zus, {STREET} in {TOWN}", "lang": "nl"},
            },
            {"name_to_call": "Karim", "phone": "0470 99 88 77", "households": [2]},
            {"kind": "child", "name_to_call": "Yusuf", "birth_year": born, "class_name": CLASS, "households": [1, 2]},
        ],
        "goes_well": [{"text": f"We wonen nu rustig, {STREET}."}],
        "asks": [{"text": {"text": f"Hulp met huiswerk, in {STREET}"}, "life_domain": "education", "person": 2}],
    }
    return place.family(FileDraft.model_validate(told))


def helped_there(place: Place, file: File, whom: int, shelter: UUID, *sayers: int) -> UUID:
    """Help for one of them at the shelter, with a day and an hour, to which these said yes; and they were looked at."""
    yes = {file.persons[one].id: ALL_CARDS for one in sayers}
    child = {"ask_id": file.asks[0].id} if whom == YUSUF else {"ask_id": None, "level": "reach"}
    akkoord_id = place.yes(
        file, person_id=file.persons[whom].id, receiver_organisation=shelter, yes=yes, explained_in="nl", **child
    )
    sealed = sealed_in(
        place,
        ("akkoord", akkoord_id, "referral"),
        file.persons[whom].id,
        _Appointment(contact=CONTACT, at=AT, place=VENUE),
    )
    told = {"person_id": file.persons[whom].id, "to_organisation": shelter, "sealed": sealed}
    refer(place, file, akkoord_id, "meeting.planned", **told)
    look_id = uuid4()
    look = {
        "look_id": look_id,
        "person_id": file.persons[whom].id,
        "family_id": file.id,
        "organisation_id": shelter,
        "function": "begeleider",
        "what": "referral",
        "ground": "akkoord",
        "at": "2026-09-01T10:00:00Z",
        "akkoord_id": akkoord_id,
    }
    place.tell("be.brug.look.taken.v1", look_id, look, owner_organisation=place.school, source="referral")
    return akkoord_id


@pytest.fixture
def in_intake(app_of: Callable[[str], Flask], owner_of: Any, sign_in: Any) -> Callable[[File], Walk]:
    """`in_intake(file)(actor, marks)`: where intake shows one of them to this person."""

    def of(file: File) -> Walk:
        known = [one for reader in file.persons for one in knowledge.known_to(file, reader.id)]
        held = [*(thing for one in known for thing in one.things), *knowledge.family_parts(file)]
        things = tuple(dict.fromkeys(one.thing.name for one in held))

        def walk(actor: Actor, marks: Sequence[str], *, sends: bool = False) -> list[str]:
            app = app_of("intake")
            token = {"Authorization": f"Bearer {token_of(sign_in(app.test_client(), actor))}"}
            reader = Reader(app, INTAKE, actor, sign_in, lambda _: token, {"thing": things})
            return leaks(reader, ids_in(owner_of("intake")), marks, sends=sends)

        return walk

    return of


WHERE = (*DAY, ORGANISATION, VENUE, CONTACT)
HERS = (PHONE, STREET, TOWN)


@pytest.mark.parametrize(
    ("flagged", "reader", "marks"),
    [
        pytest.param(YUSUF, KARIM, (*WHERE, *HERS, CLASS), id="a flagged child, to its father"),
        pytest.param(YUSUF, AMAL, (*WHERE, CLASS), id="a flagged child, to its mother"),
        pytest.param(AMAL, KARIM, (*WHERE, *HERS), id="a flagged mother, to the father"),
        pytest.param(KARIM, AMAL, WHERE, id="a flagged father, to the mother"),
    ],
)
def test_intake_tells_another_person_nothing_once_there_is_a_flag(
    place: Place, shelter: UUID, in_intake: Any, flagged: int, reader: int, marks: tuple[str, ...]
) -> None:
    file = two_homes(place)
    helped_there(place, file, YUSUF, shelter, AMAL, KARIM, YUSUF)
    actor = person(file.persons[reader].id)
    doubted = Doubt(Thing("class_name", file.persons[YUSUF].id), "wrong", "Niet die klas", "nl")
    asked = intake.ask_correction(place.web, actor, doubted, 14)
    intake.answer_correction(place.web, place.mira, asked, Reply(Status.ADJUSTED, f"Nu klas {CLASS}", 1))
    walk = in_intake(file)
    before = walk(actor, marks)
    for open_door in ("GET /intake/me:", "/looks", "/receipt", "/akkoorden:", "/everything.json", "/everything.pdf"):
        assert any(open_door in one for one in before), (open_door, before)
    intake.set_safety(place.web, place.mira, file.persons[flagged].id, safety=True)
    assert walk(actor, marks, sends=True) == []


def test_a_child_reads_nothing_of_what_is_its_flagged_mothers_alone(
    place: Place, shelter: UUID, in_intake: Any
) -> None:
    file = two_homes(place)
    helped_there(place, file, AMAL, shelter, AMAL)
    walk = in_intake(file)
    assert walk(person(file.persons[AMAL].id), WHERE), "her own page tells it, to her"
    intake.set_safety(place.web, place.mira, file.persons[AMAL].id, safety=True)
    assert walk(person(file.persons[YUSUF].id), (*WHERE, PHONE), sends=True) == []
    assert any("GET /intake/me:" in one for one in walk(person(file.persons[AMAL].id), WHERE)), "still hers to read"


# ---- referral: the plan, and everything else ----


class Apps:
    """The service's application with issuers of its own, and how a person's browser and program reach it."""

    def __init__(self, app: Flask, issuers: Issuers, owner: Any, sign_in: Any) -> None:
        self.app, self._issuers, self.owner, self._sign_in = app, issuers, owner, sign_in

    def reader(self, actor: Actor, table: PermissionTable) -> Reader:
        return Reader(self.app, table, actor, self._sign_in, self._issuers.bearer)

    def leaks(self, actor: Actor, table: PermissionTable, marks: Sequence[str], *, sends: bool = False) -> list[str]:
        return leaks(self.reader(actor, table), ids_in(self.owner), marks, sends=sends)


@pytest.fixture
def service(settings_of: Any, owner_of: Any, sign_in: Any) -> Iterator[Callable[[str], Apps]]:
    made: list[Flask] = []

    def of(name: str) -> Apps:
        settings = settings_of(name)
        issuers = Issuers(settings)
        app = import_module(f"services.{name}.app").create_app(settings, transport=issuers.transport())
        made.append(app)
        return Apps(app, issuers, owner_of(name), sign_in)

    yield of
    for app in made:
        app.extensions["brug"].db.close()


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def a_told_plan(town: Town) -> Family:
    """A plan in which staff and Amal wrote where she comes: in words, in steps, and with an hour of the calendar."""
    family = a_plan(town)
    shelter = town.partner(ORGANISATION, "caw", TOWN)
    plans.add_to_plan(town.web, town.mira, family.plan_id, plans.Someone(PersonKind.STAFF, "", CONTACT, shelter))
    helper = next(one.id for one in family.people() if one.role == CONTACT)
    her, him = family.person(family.amal), family.person(family.other)
    occasion = an_activity(town, AT, title=VENUE, place=TOWN)
    family.write(town.mira, "education", words(f"Amal gaat naar {ORGANISATION}."), words(STREET, said_by=her))
    family.write(family.amal, "strengths", words(f"Rust, in {STREET}"))
    steps = (
        action(f"Ga naar {VENUE}", her, occasion=occasion),
        action(f"Spreek af in {VENUE}", helper, occasion=occasion),
        action("Breng Yusuf naar de training", him),
    )
    family.write(town.mira, "leisure", actions=steps)
    town.accepted(town.yes(person_id=family.amal.id, family_id=family.family_id))
    return family


@pytest.mark.parametrize(
    ("flagged", "reader"),
    [
        pytest.param("amal", "other", id="a flagged mother, to the father"),
        pytest.param("amal", "child", id="a flagged mother, to the child"),
        pytest.param("child", "other", id="a flagged child, to its father"),
    ],
)
def test_referral_tells_another_person_nothing_once_there_is_a_flag(
    town: Town, service: Callable[[str], Apps], flagged: str, reader: str
) -> None:
    family, apps = a_told_plan(town), service("referral")
    actor: Actor = getattr(family, reader)
    marks = (*DAY, ORGANISATION, VENUE, TOWN, CONTACT, STREET)
    before = apps.leaks(actor, REFERRAL, marks)
    assert any("/plans/mine" in one for one in before), before
    assert any("/versions" in one for one in before), before
    assert any("/plan.pdf" in one for one in before), before
    flag(town.receive, town.school, family.family_id, getattr(family, flagged).id)
    texts = [text for told in family.texts(actor).values() for text in told]
    assert texts == (["Breng Yusuf naar de training"] if reader == "other" else []), "one's own steps stay one's own"
    assert apps.leaks(actor, REFERRAL, marks, sends=True) == []
    # The walk wrote every section anew, and empty: what the walker could not see is still there (R10).
    kept = [text for told in family.texts(family.amal if flagged == "amal" else town.mira).values() for text in told]
    assert f"Rust, in {STREET}" in kept
    assert f"Ga naar {VENUE}" in kept


# ---- activities and network: one's own, and nobody else's ----


def test_activities_show_a_seat_to_its_own_person_alone(
    db_of: Any, settings_of: Any, service: Callable[[str], Apps]
) -> None:
    place = Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()
    amal, karim = place.family(), place.family()
    seat = place.register(amal, place.occurrence(), interpreter="ti", children=3)
    apps = service("activities")
    flag(place.receive, place.linde, amal.family_id, amal.person.id)
    own = [one for one in answers_about(apps, amal.person, ACTIVITIES) if "registration_id" in one.route]
    assert any(one.status == 200 for one in own)
    for one in answers_about(apps, karim.person, ACTIVITIES, sends=True):
        assert "registration_id" not in one.route or one.status in {400, 404}, one.route
        assert f"/registrations/{seat}" not in one.text, one.route


def test_network_shows_a_match_to_its_own_person_alone(
    db_of: Any, settings_of: Any, service: Callable[[str], Apps]
) -> None:
    quarter = Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()
    amal, _, _ = quarter.made()
    karim, apps = quarter.parent(), service("network")
    marks = ("Nour", "Kiel", "470112233", "mama van drie")
    assert apps.leaks(amal.actor, NETWORK, marks)
    flag(quarter.receive, quarter.school, amal.family_id, amal.id)
    assert apps.leaks(karim.actor, NETWORK, marks, sends=True) == []


def answers_about(apps: Apps, actor: Actor, table: PermissionTable, *, sends: bool = False) -> list[Answer]:
    return list(all_answers(apps.reader(actor, table), ids_in(apps.owner), sends=sends))


def flag(receive: Callable[[Envelope], None], owner: UUID, family_id: UUID, person_id: UUID) -> None:
    """The school set it, and the event arrives."""
    told = {"person_id": str(person_id), "family_id": str(family_id), "kind": "caregiver"}
    receive(
        an_event(
            type="be.brug.intake.person.flagged.v1", aggregate=person_id, version=2, owner_organisation=owner, data=told
        )
    )
