"""In each service, a tenant with something of every kind that routes name, for nobody else to see, change or guess."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from services.activities.views import calendar
from services.network import commands as network
from services.referral import commands as referring
from services.referral.commands import agreements, teams, webhooks
from services.referral.domain.agreements import Parties, Terms
from services.referral.domain.teams import TeamWish
from services.referral.domain.webhooks import TYPES
from services.referral.views import capacity, invitations
from shared import clock
from shared.db import Database
from shared.security import Actor, ActorKind, Membership
from tests.builders import plans
from tests.builders.activities import Neighbourhood
from tests.builders.intake import Place
from tests.builders.network import Quarter
from tests.builders.referral import Town
from tests.builders.webhooks import a_dpo


@dataclass
class Tenant:
    """`ids` under the names that paths and bodies give them; `words` are what a path names beside ids."""

    owner: UUID
    receiver: UUID
    person: UUID
    ids: dict[str, UUID]
    words: dict[str, str] = field(default_factory=dict)


def _intake(web: Database, worker: Database, _: Any) -> Tenant:
    place = Place(web, worker).settle()
    file = place.family()
    amal = file.persons[0].id
    ids = {
        "family_id": file.id,
        "person_id": amal,
        "about": amal,
        "told_by": amal,
        "child": file.persons[1].id,
        "caregiver": amal,
        "ask_id": file.asks[0].id,
        "akkoord_id": place.yes(file),
        "correction_id": place.doubt(file),
    }
    return Tenant(place.school, place.ocmw, amal, ids, {"kind": "child", "thing": f"phone:{amal}", "token": "x"})


def _referral(web: Database, worker: Database, settings: Any) -> Tenant:
    town = Town(web, worker, settings).settle()
    family = plans.a_plan(town)
    going = plans.action("Oudercafé", family.person(family.amal))
    family.write(town.mira, "leisure", actions=(going,))
    family.opens("strengths", "leisure")
    asking = referring.ask_room(town.web, town.mira, referring.new_asking(town.school, (town.ocmw,), "finances"))
    [question] = capacity.of_asking(town.web, town.mira, asking)
    same: dict[str, Any] = {"person_id": family.amal.id, "family_id": family.family_id}
    referral_id = town.accepted(town.yes(**same))
    town.declined(town.yes(**same))
    ids = {
        "referral_id": referral_id,
        "akkoord_id": town.yes(**same).akkoord_id,
        "akkoord": town.yes(**same).akkoord_id,
        "task_id": town.tasks(town.mira)[0].id,
        "asking_id": asking,
        "question_id": question.id,
        "plan_id": family.plan_id,
        "family_id": family.family_id,
        "action_id": going.id,
        "person_id": family.third(),
        "coordinator": family.person(family.amal),
        "who": family.staff,
        **_kept_by_the_school(town),
    }
    return Tenant(town.school, town.ocmw, family.amal.id, ids, {"section": "leisure", "token": "x"})


def _kept_by_the_school(town: Town) -> dict[str, UUID]:
    """What an organisation manages itself: a colleague, a team, a proposal that waits, a webhook with its log."""
    responsible = Actor(uuid4(), ActorKind.STAFF, (Membership(town.school, "responsible", "directie", "discretie"),))
    terms = Terms("data_protection", "public_task", "none", ("reach",), 180, clock.today())
    wish = webhooks.Wish(town.school, "http://localhost:8443/hooks", TYPES, local=True)
    dpo = a_dpo(town.school)
    endpoint = webhooks.register_webhook(town.web, dpo, wish).id
    member = invitations.working(town.web, responsible, town.school)[0].id
    return {
        "membership_id": member,
        "members": member,
        "team_id": teams.make_team(town.web, responsible, town.school, TeamWish("Zorgteam", (member,))),
        "agreement_id": agreements.propose_agreement(town.web, responsible, Parties(town.school, town.ocmw), terms),
        "endpoint_id": endpoint,
        "delivery_id": webhooks.ping_webhook(town.web, dpo, endpoint),
    }


def _activities(web: Database, worker: Database, settings: Any) -> Tenant:
    here = Neighbourhood(web, worker, settings).settle()
    here.fresh()
    amal = here.family()
    occurrence = here.occurrence()
    seat = here.register(amal, occurrence, interpreter="ar")
    here.granted(amal, seat)
    ids = {
        "occurrence_id": occurrence,
        "registration_id": seat,
        "activity_id": calendar.occurrence(here.web, here.fatima, occurrence).activity_id,
        "hall_id": here.hall(),
    }
    return Tenant(here.kompas, here.linde, amal.person.id, ids, {"language": "ar"})


def _network(web: Database, worker: Database, settings: Any) -> Tenant:
    quarter = Quarter(web, worker, settings).settle()
    quarter.fresh()
    parent, _, match_id = quarter.made()
    quarter.package_arrives(parent, match_id)
    _, card = quarter.helper()
    ids = {
        "match_id": match_id,
        "request_id": quarter.row(match_id).request_id,
        "helper_id": card,
        "round_id": network.start_round(quarter.web, quarter.lies, quarter.house),
    }
    return Tenant(quarter.house, quarter.house, parent.id, ids)


TENANTS: Mapping[str, Callable[[Database, Database, Any], Tenant]] = {
    "intake": _intake,
    "referral": _referral,
    "activities": _activities,
    "network": _network,
}
