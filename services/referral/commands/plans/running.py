"""How a plan begins, who is in it, who sees it, and how it goes on to its end."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid4, uuid7

from services.referral import events
from services.referral.commands.plans.writing import Target, locked
from services.referral.domain import PERMITS
from services.referral.domain.plan import (
    SHARED,
    Frame,
    PersonKind,
    Plan,
    PlanPerson,
    PlanTerms,
    Step,
    VersionState,
)
from services.referral.domain.refusals import (
    FamilyNotHereYet,
    NoChildInFamily,
    PlanRuns,
    UnknownInPlan,
)
from services.referral.store import plans as store
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind

START_ROUTE = "plans"
_KINDS = {"child": "kind", "caregiver": "ouder"}


class StartWish(NamedTuple):
    """`called`: how the plan calls each person of the family. What has no date gets the usual one."""

    family_id: UUID
    called: dict[UUID, str]
    lang: str = "nl"
    expecting: bool = False
    started_on: date | None = None
    review_on: date | None = None
    ends_on: date | None = None
    coordinator: UUID | None = None


class Someone(NamedTuple):
    """Who comes into a plan: a third person by first name and role (R23), or staff by function (`called` empty)."""

    kind: PersonKind
    called: str
    role: str
    organisation_id: UUID | None = None
    answer: str = "unknown"


def start_plan(db: Database, actor: Actor, wish: StartWish, terms: PlanTerms, *, key: str | None = None) -> UUID:
    """Begin the plan of a family (R10). Its persons and the function of who begins it are in it from the start.

    Raises FamilyNotHereYet, NoChildInFamily, PlanRuns or WrongDates.
    """
    with db.transaction(actor) as conn:
        if before := idempotency.made_before(conn, key, START_ROUTE):
            return before
        owner = store.owner_of_family(conn, wish.family_id)
        if owner is None:
            raise FamilyNotHereYet(str(wish.family_id))
        demand(PERMITS, actor, "plan.start", owner=owner)
        plan = _new_plan(wish, owner, terms)
        people = _first_people(conn, actor, plan, wish)
        if wish.coordinator:
            plan = replace(plan, coordinator=_of_person(people, wish.coordinator))
        if not store.insert(conn, plan):
            raise PlanRuns(str(store.running(conn, wish.family_id, owner)))
        for one in people:
            store.put_person(conn, one)
        store.tell(conn, plan, events.PlanStartedV1(plan_id=plan.id, review_on=plan.review_on, ends_on=plan.ends_on))
        idempotency.remember(conn, key, START_ROUTE, plan.id)
    return plan.id


def arrange_plan(db: Database, actor: Actor, target: Target, frame: Frame) -> Plan:
    """Who coordinates it, in which language beside Dutch, and its dates. Raises Stale where the frame was changed."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, target.id, "plan.arrange", target.expects_frame)
        people = {one.id for one in store.people(conn, plan.id) if one.answer != "no"}
        if frame.coordinator is not None and frame.coordinator not in people:
            raise UnknownInPlan(str(frame.coordinator))
        arranged = plan.arrange(frame)
        store.save(conn, arranged)
    return arranged


def add_to_plan(db: Database, actor: Actor, plan_id: UUID, someone: Someone) -> UUID:
    """One more in the plan: by function, or by first name and role while it is asked whether that is good (R23)."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, plan_id, "plan.arrange")
        added = PlanPerson(
            id=uuid4(),
            plan_id=plan.id,
            owner_organisation=plan.owner_organisation,
            kind=someone.kind,
            called=someone.called,
            role=someone.role,
            organisation_id=someone.organisation_id,
            answer=someone.answer if someone.kind == PersonKind.THIRD else "yes",
            position=len(store.people(conn, plan.id)),
        )
        store.save(conn, plan.touch(Step.ARRANGE))
        store.put_person(conn, added.answered(added.answer))
    return added.id


def answer_for_third(db: Database, actor: Actor, plan_id: UUID, person_id: UUID, answer: str) -> PlanPerson:
    """Note what a third person said when asked. A no takes the name away at once, in every version (R23)."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, plan_id, "plan.arrange")
        found = next((one for one in store.people(conn, plan.id) if one.id == person_id), None)
        if found is None or found.kind != PersonKind.THIRD:
            raise NotThere(str(person_id))
        answered = found.answered(answer)
        store.save(conn, plan.touch(Step.ARRANGE))
        store.put_person(conn, answered)
    return answered


def say_yes(db: Database, actor: Actor, target: Target, lang: str) -> Plan:
    """A person of the family says yes to the plan as it is. Raises Stale where something was written since."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, target.id, "plan.agree", target.expects_edition)
        if not store.say_yes(conn, plan, actor.id, lang, clock.now()):
            return plan
        agreed = plan.touch(Step.AGREE)
        store.save(conn, agreed)
        store.tell(conn, agreed, events.PlanAgreedV1(plan_id=plan.id, person_id=actor.id, edition=plan.edition))
    return agreed


def open_to_school(db: Database, actor: Actor, target: Target, sections: frozenset[str]) -> Plan:
    """The family says which parts its school sees; the others close to it at once (R10). For caregivers."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, target.id, "plan.open", target.expects_version)
        _demand_caregiver(conn, plan, actor)
        opened = plan.open_to_school(sections & frozenset(SHARED))
        store.save(conn, opened)
    return opened


def tell_outcome(db: Database, actor: Actor, plan_id: UUID, action_id: UUID, answer: str) -> None:
    """'Gelukt?': kept for this person alone, told to nobody (R12)."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, plan_id, "plan.tell")
        own = {one.id for one in store.people(conn, plan.id) if one.person_id == actor.id}
        current = store.versions(conn, plan.id, states=(VersionState.CURRENT,))
        if not any(one.id == action_id and one.who in own for version in current for one in version.content.actions):
            raise NotThere(str(action_id))
        store.put_outcome(conn, plan, action_id, answer, clock.now())


def review_plan(db: Database, actor: Actor, target: Target, terms: PlanTerms) -> Plan:
    """Family and school looked at it together; the next time follows from the terms."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, target.id, "plan.review", target.expects_version)
        reviewed = plan.review(clock.today(), terms)
        store.save(conn, reviewed)
        store.tell(
            conn,
            reviewed,
            events.PlanReviewedV1(plan_id=plan.id, review_on=reviewed.review_on, ends_on=reviewed.ends_on),
        )
    return reviewed


def end_plan(db: Database, actor: Actor, target: Target) -> Plan:
    """End it: by the family at any time, or by the school with it. No reason is asked."""
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, target.id, "plan.end", target.expects_version)
        if actor.kind == ActorKind.PERSON:
            _demand_caregiver(conn, plan, actor)
        return end(conn, plan)


def end(conn: Connection, plan: Plan) -> Plan:
    """End a locked plan and tell of it."""
    ended = plan.end(clock.today())
    store.save(conn, ended)
    store.tell(conn, ended, events.PlanEndedV1(plan_id=plan.id))
    return ended


def _new_plan(wish: StartWish, owner: UUID, terms: PlanTerms) -> Plan:
    start = wish.started_on or clock.today()
    return Plan(
        id=uuid7(),
        family_id=wish.family_id,
        owner_organisation=owner,
        lang=wish.lang,
        started_on=start,
        review_on=wish.review_on or terms.review_after(start),
        ends_on=wish.ends_on or terms.end_after(start),
    ).demand_dates()


def _first_people(conn: Connection, actor: Actor, plan: Plan, wish: StartWish) -> list[PlanPerson]:
    """The persons of the family, and the function of who begins the plan."""
    relatives = store.family(conn, wish.family_id)
    if not wish.expecting and not any(one.kind == "child" for one in relatives):
        raise NoChildInFamily(str(wish.family_id))
    made = [
        PlanPerson(
            id=uuid4(),
            plan_id=plan.id,
            owner_organisation=plan.owner_organisation,
            kind=PersonKind.FAMILY,
            called=wish.called.get(one.person_id) or _KINDS.get(one.kind, one.kind),
            role=one.kind,
            person_id=one.person_id,
            answer="yes",
            position=position,
        )
        for position, one in enumerate(relatives)
    ]
    staff = PlanPerson(
        id=uuid4(),
        plan_id=plan.id,
        owner_organisation=plan.owner_organisation,
        kind=PersonKind.STAFF,
        called="",
        role=actor.function_at(plan.owner_organisation),
        organisation_id=plan.owner_organisation,
        answer="yes",
        position=len(made),
    )
    return [*made, staff]


def _of_person(people: list[PlanPerson], person_id: UUID) -> UUID:
    found = next((one.id for one in people if one.person_id == person_id), None)
    if found is None:
        raise UnknownInPlan(str(person_id))
    return found


def _demand_caregiver(conn: Connection, plan: Plan, actor: Actor) -> None:
    """What is decided for the whole family is for its grown-ups. Raises NotThere for a child."""
    if any(one.person_id == actor.id and one.role == "child" for one in store.people(conn, plan.id)):
        raise NotThere(str(plan.id))
