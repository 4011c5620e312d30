"""Each service with several of every thing that its API names, and one who asks for each role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.activities.commands import registrations as registering
from services.activities.domain.registration import SeatWish
from services.activities.views import calendar
from services.network import commands as network
from services.network.domain.board import SENT
from services.referral import commands as referring
from services.referral.commands import agreements, guests, webhooks
from services.referral.domain import Membership as Belongs
from services.referral.domain.agreements import Parties, Terms
from services.referral.domain.guests import Contact
from services.referral.views import capacity
from shared import clock
from shared.db import Database
from shared.security import ANYONE, Actor, ActorKind, Membership
from tests.builders import facts, plans
from tests.builders import intake as at_intake
from tests.builders.activities import Neighbourhood, on_day
from tests.builders.network import WORKER as NETWORK
from tests.builders.network import Quarter
from tests.builders.referral import WORKER as REFERRAL
from tests.builders.referral import Town
from tests.builders.webhooks import a_dpo

# Where the versions of what a path names stand, the most particular first: each side and part may have its own.
VERSIONED = {
    "section": "SELECT number FROM plan_section WHERE plan_id::text = %(plan_id)s AND section = %(section)s",
    "activity_id": "SELECT version FROM activity WHERE id::text = %(activity_id)s",
    "agreement_id": (
        "SELECT version FROM agreement_proposal WHERE id::text = %(agreement_id)s"
        " UNION SELECT version FROM agreement WHERE id::text = %(agreement_id)s"
    ),
    "correction_id": "SELECT version FROM correction WHERE id::text = %(correction_id)s",
    "endpoint_id": "SELECT version FROM webhook_endpoint WHERE id::text = %(endpoint_id)s",
    "family_id": "SELECT version FROM file WHERE id::text = %(family_id)s",
    "helper_id": "SELECT version FROM helper WHERE id::text = %(helper_id)s",
    "match_id": "SELECT version FROM match WHERE id::text = %(match_id)s",
    "occurrence_id": (
        "SELECT a.version FROM activity AS a JOIN occurrence AS o ON o.activity_id = a.id"
        " WHERE o.id::text = %(occurrence_id)s"
    ),
    "plan_id": "SELECT unnest(ARRAY[version, frame]) FROM plan WHERE id::text = %(plan_id)s",
    "referral_id": (
        "SELECT unnest(ARRAY[school_version, receiver_version]) FROM referral WHERE id::text = %(referral_id)s"
    ),
    "registration_id": "SELECT version FROM registration WHERE id::text = %(registration_id)s",
    "request_id": "SELECT version FROM request WHERE id::text = %(request_id)s",
    "task_id": "SELECT version FROM task WHERE id::text = %(task_id)s",
}
STAFF = ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo", "responsible")
# What a service must be told before some of its routes do more than refuse.
TOLD: Mapping[str, Mapping[str, Any]] = {
    "referral": {"accounts_client_id": "brug-accounts", "webhooks_to_localhost": True},
}
ROLES = (*STAFF, "person", "anonymous")


@dataclass
class World:
    """`ids` by the name that a path or a body gives them; `actors` by role."""

    actors: Mapping[str, Actor]
    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, **ids: UUID | str) -> None:
        for name, one in ids.items():
            self.ids.setdefault(name, []).append(str(one))


@dataclass(frozen=True)
class Parts:
    """The service's databases as its web process and its worker have them, and its settings."""

    web: Database
    worker: Database
    settings: Any


def activities(parts: Parts) -> World:
    here = Neighbourhood(parts.web, parts.worker, parts.settings).settle()
    here.fresh(_for_long())
    amal = here.family()
    world = World(_actors(here.kompas, here.kompas, amal.person) | {"organiser": here.fatima})
    world.add(organiser=here.kompas, organisation_id=here.kompas, language="ar", town="Antwerpen")
    for number in range(3):
        named, drop_in = here.occurrence(times=on_day(number + 3)), here.drop_in()
        here.granted(amal, seat := here.register(amal, named, interpreter="ar"))
        coming = registering.count_me_in(here.web, ANYONE, SeatWish(drop_in))
        for occurrence, registration in ((named, seat), (drop_in, coming)):
            about = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
            world.add(occurrence_id=occurrence, registration_id=registration, activity_id=about, hall_id=here.hall())
    return world


def network_of(parts: Parts) -> World:
    quarter = Quarter(parts.web, parts.worker, parts.settings).settle()
    quarter.fresh(_for_long())
    made_by, _, match_id = quarter.made()
    quarter.package_arrives(made_by, match_id)
    parent, helper, proposed_id = quarter.proposed()
    world = World(
        _actors(quarter.house, quarter.house, parent.actor)
        | {"helper": helper, "coordinator": quarter.lies, "school_staff": quarter.teacher}
    )
    world.add(organisation=quarter.house, school=quarter.school, staff_id=helper.id)
    for _ in range(3):
        world.add(match_id=proposed_id, request_id=quarter.row(proposed_id).request_id)
    world.add(match_id=match_id, request_id=quarter.row(match_id).request_id)
    for _ in range(2):
        _, card = quarter.helper()
        waiting = quarter.parent()
        request = quarter.asks(waiting)
        if proposed := network.propose(quarter.worker, NETWORK, request):
            world.add(match_id=proposed)
        world.add(helper_id=card, request_id=request)
    world.add(round_id=network.start_round(quarter.web, quarter.lies, quarter.house))
    sent = facts.cells(ocmw={"warm": 20, "seen": 9}, clb={"warm": 8, "seen": 3})
    facts.published(quarter, SENT, [facts.a_fact(SENT, sent)])
    world.add(town="Antwerpen", month="2026-09")
    return world


def intake(parts: Parts) -> World:
    place = at_intake.Place(parts.web, parts.worker).settle()
    files = [place.family() for _ in range(2)]
    amal = files[0].persons[0].id
    world = World(_actors(place.school, place.ocmw, at_intake.person(amal)) | {"school_staff": place.mira})
    world.add(receiver_organisation=place.ocmw, organisation=place.school)
    for file in files:
        world.add(family_id=file.id, person_id=file.persons[0].id, about=file.persons[0].id, ask_id=file.asks[0].id)
        world.add(akkoord_id=place.yes(file), correction_id=place.doubt(file), told_by=file.persons[0].id)
    world.add(to=place.colleague().id)
    world.add(to="adjusted")
    return world


def referral(parts: Parts) -> World:
    town = Town(parts.web, parts.worker, parts.settings).settle()
    family = plans.a_plan(town)
    world = World(
        _actors(town.school, town.ocmw, family.amal) | {"school_staff": town.mira, "partner_worker": town.els}
    )
    made: list[Callable[[Any], UUID]] = [town.draft, town.sent, town.asked, town.taken_on, town.accepted, town.met]
    for step in (*made, *made, town.declined):
        yes = town.yes(person_id=family.amal.id, family_id=family.family_id)
        world.add(referral_id=step(yes))
    world.add(akkoord_id=town.yes(person_id=family.amal.id, family_id=family.family_id).akkoord_id)
    world.add(organisations=town.ocmw, to_organisation=town.ocmw, organisation_id=town.ocmw)
    world.add(from_organisation=town.school)
    asking = referring.ask_room(town.web, town.mira, referring.new_asking(town.school, (town.ocmw,), "finances"))
    for question in capacity.of_asking(town.web, town.mira, asking):
        world.add(question_id=question.id)
    for task in (*town.tasks(town.mira), *town.tasks(town.els)):
        world.add(task_id=task.id)
    _plan(town, family, world)
    _organisation(town, world)
    town.fresh(_for_long())
    return world


def _plan(town: Town, family: plans.Family, world: World) -> None:
    """Two wrote in it at once, and part of it is opened to the OCMW; and there is a family that has none yet."""
    going = plans.action("Oudercafé", family.person(family.amal))
    family.write(town.mira, "leisure", actions=(going,))
    family.write(town.mira, "wishes", plans.words("een"))
    family.write(town.mira, "wishes", plans.words("twee"), after=0)
    family.opens("strengths", "wishes", "leisure")
    world.add(plan_id=family.plan_id, person_id=family.third(), action_id=going.id, who=family.staff)
    world.add(section="wishes", coordinator=family.person(family.amal), family_id=plans.Family(town).arrive().family_id)
    world.ids["section"] += ["leisure", "education"]
    soon = clock.today() + timedelta(days=3)
    world.ids |= {name: [str(soon)] for name in ("by", "to", "review_on")}
    world.ids |= {"started_on": [str(clock.today())], "ends_on": [str(soon + timedelta(days=60))]}
    world.ids["at"] = [f"{soon}T14:00:00+01:00"]


def _organisation(town: Town, world: World) -> None:
    """Its agreements by state and by who is asked for a yes, its mailbox, and its webhooks with a delivery each."""
    new = town.partner("Buurtwerk De Brem", "community", agreed=False)
    world.add(proposer=town.school, other=new, membership_id=_colleague(town), organisation_id=town.school)
    asked = ((town.school, new, "match"), (new, town.school, "registration"), (town.ocmw, town.school, "match"))
    for one, other, purpose in asked:
        terms = Terms(purpose, "public_task", "none", ("reach",), 180, clock.today())
        made = agreements.propose_agreement(town.web, _one(one, "responsible"), Parties(one, other), terms)
        world.add(agreement_id=made)
    world.add(agreement_id=town.agree(town.school, new))
    guests.write_contact(town.web, town.els, Contact(town.ocmw, "onthaal@ocmw.example", always=False))
    world.add(url="http://localhost:9/brug", email="medewerker@ocmw.example")
    for place in (town.school, town.school, town.ocmw):
        wish = webhooks.Wish(place, world.ids["url"][0], ("referral.sent",), local=True)
        endpoint = webhooks.register_webhook(town.web, a_dpo(place), wish).id
        world.add(endpoint_id=endpoint, delivery_id=webhooks.ping_webhook(town.web, a_dpo(place), endpoint))


def _colleague(town: Town) -> UUID:
    """The membership of one more at the school."""
    begun = clock.today() - timedelta(days=9)
    one = Belongs(uuid4(), uuid4(), town.school, "school_staff", "brugfiguur", "ambtsgeheim", begun)
    referring.grant_membership(town.worker, REFERRAL, one)
    return one.id


WORLDS: Mapping[str, Callable[[Parts], World]] = {
    "intake": intake,
    "referral": referral,
    "activities": activities,
    "network": network_of,
}


def _for_long() -> datetime:
    """Thousands of tries take longer than what is known of akkoorden stays fresh."""
    return clock.now() + timedelta(hours=1)


def _actors(owner: UUID, receiver: UUID, person: Actor) -> dict[str, Actor]:
    """One of each role; a partner worker is one of the receiver."""
    places = dict.fromkeys(ROLES, owner) | {"partner_worker": receiver}
    return {role: _one(places[role], role) for role in STAFF} | {"person": person, "anonymous": ANYONE}


def _one(organisation: UUID, role: str) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Membership(organisation, role, role, "discretie"),))
