"""One plan, opened for whom it belongs to: the school, a person of the family, or a receiver of parts of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from services.referral.domain.plan import (
    CHILD_SEES,
    OWN,
    SHARED,
    Content,
    PersonKind,
    Plan,
    PlanPerson,
    PlanTerms,
    Version,
    VersionState,
)
from services.referral.store import plans as store
from services.referral.views.directory import names_of
from services.referral.views.plans.calendar import Occurrence, occurrences_of
from shared import akkoord, clock, sealing, trail
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.permissions import demand
from shared.refusals import NotThere
from shared.sealing import Unopened
from shared.security import Actor, ActorKind


class SeenAs(StrEnum):
    SCHOOL = "school"
    FAMILY = "family"
    PARTNER = "partner"


class Yes(NamedTuple):
    """Who said yes to the plan as it was at that edition."""

    person_id: UUID
    edition: int
    said_at: datetime


@dataclass(frozen=True)
class PlanSeen:
    """A plan as one reader may see it. What they may not see is absent.

    `besides` has, by section, texts that someone wrote at the same time as another. `parts` are the sections that an
    akkoord opens; `unopened` says why a receiver reads nothing yet. `outcomes` are the reader's own answers.
    """

    plan: Plan
    seen_as: SeenAs
    school: str
    town: str
    people: Mapping[UUID, PlanPerson]
    organisations: Mapping[UUID, str]
    sections: Mapping[str, Version]
    besides: Mapping[str, list[Version]] = field(default_factory=dict)
    yes: list[Yes] = field(default_factory=list)
    occurrences: Mapping[UUID, Occurrence] = field(default_factory=dict)
    outcomes: Mapping[UUID, str] = field(default_factory=dict)
    parts: frozenset[str] = frozenset(SHARED)
    unopened: Unopened | None = None
    by_child: bool = False

    def content(self, section: str) -> Content:
        found = self.sections.get(section)
        return found.content if found else Content()

    def number(self, section: str) -> int:
        """The version of a section to change; 0 where nobody wrote in it yet."""
        found = self.sections.get(section)
        return found.number if found else 0

    @property
    def readable(self) -> frozenset[str]:
        """The sections that this reader may see, empty ones too."""
        if self.seen_as == SeenAs.PARTNER:
            return self.parts
        if self.seen_as == SeenAs.SCHOOL:
            return self.parts - frozenset(self.plan.closed_to_school)
        return (frozenset(CHILD_SEES) if self.by_child else self.parts) | {OWN}

    def agreed_by(self, person_id: UUID) -> Yes | None:
        """The newest yes of this person."""
        return next((one for one in self.yes if one.person_id == person_id), None)


def open_as_school(db: Database, actor: Actor, plan_id: UUID) -> PlanSeen:
    """All but what the family keeps for itself. The look is committed before anything is read (R18)."""
    plan = _visible(db, actor, plan_id)
    demand(PERMITS, actor, "plan.read", owner=plan.owner_organisation)
    with db.transaction(actor) as conn:
        persons = [one.person_id for one in store.people(conn, plan_id) if one.person_id]
    trail.record(db, actor, *(_look(plan, one, plan.owner_organisation, "own_file") for one in persons))
    with db.transaction(actor) as conn:
        return _seen(conn, plan_id, SeenAs.SCHOOL)


def open_as_family(db: Database, actor: Actor, plan_id: UUID) -> PlanSeen:
    """The whole plan, for one of its own persons. A look at one's own is not recorded."""
    plan = _visible(db, actor, plan_id)
    demand(PERMITS, actor, "plan.read", person=actor.id, owner=plan.owner_organisation)
    with db.transaction(actor) as conn:
        seen = _seen(conn, plan_id, SeenAs.FAMILY)
        rows = conn.execute("SELECT action_id, answer FROM plan_outcome WHERE plan_id = %s", (plan_id,)).fetchall()
    is_child = any(one.person_id == actor.id and one.role == "child" for one in seen.people.values())
    return replace(seen, outcomes=dict(rows), by_child=is_child)


def own_plan(db: Database, actor: Actor) -> UUID | None:
    """The plan of the person who asks: the one that runs, or the last that did."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT id FROM plan WHERE family_id IN (SELECT family_id FROM seen.person WHERE person_id = %s)"
            " ORDER BY status = 'running' DESC, started_on DESC, id DESC LIMIT 1",
            (actor.id,),
        ).fetchone()
    return row[0] if row else None


def open_as_partner(db: Database, actor: Actor, plan_id: UUID, terms: PlanTerms) -> PlanSeen:
    """The parts that a living akkoord names, for its receiver; the look is committed first.

    Raises NotThere once no akkoord opens anything (R24), NotFresh while we cannot know.
    """
    plan = _visible(db, actor, plan_id)
    with db.transaction(actor) as conn:
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        receivers = {one.receiver: one.person_id for one in _akkoorden(conn, actor, plan)}
    if not receivers:
        raise NotThere(str(plan_id))
    for receiver in receivers:
        demand(PERMITS, actor, "plan.read", receiver=receiver)
    trail.record(db, actor, *(_look(plan, person, receiver, "akkoord") for receiver, person in receivers.items()))
    with db.transaction(actor) as conn:
        opened = [(one, one.open(conn)) for one in _akkoorden(conn, actor, plan)]
        if not opened:
            raise NotThere(str(plan_id))
        seen = _seen(conn, plan_id, SeenAs.PARTNER)
    packages = [package for _, package in opened if isinstance(package, Package)]
    waiting = next((package for _, package in opened if isinstance(package, Unopened)), None)
    parts = frozenset(part for package in packages for part in package.plan_parts) & frozenset(SHARED)
    said_yes = frozenset(one.person_id for one, _ in opened)
    return _for_partner(replace(seen, parts=parts, unopened=None if packages else waiting), said_yes)


def open_for(db: Database, actor: Actor, plan_id: UUID, terms: PlanTerms) -> PlanSeen:
    """As whoever the actor is to this plan."""
    if actor.kind == ActorKind.PERSON:
        return open_as_family(db, actor, plan_id)
    if is_schools(db, actor, plan_id):
        return open_as_school(db, actor, plan_id)
    return open_as_partner(db, actor, plan_id, terms)


def is_schools(db: Database, actor: Actor, plan_id: UUID) -> bool:
    """Whether the actor looks at it as its school. Raises NotThere where it is nobody's of theirs."""
    return _visible(db, actor, plan_id).owner_organisation in actor.organisations_as("school_staff")


class _Opening(NamedTuple):
    """A living akkoord that opens parts of a plan."""

    akkoord_id: UUID
    person_id: UUID
    receiver: UUID
    package: dict[str, object]

    def open(self, conn: Connection) -> Package | Unopened:
        return sealing.open_or_say(conn, Sealed.model_validate(self.package), self.person_id, Package)


def _akkoorden(conn: Connection, actor: Actor, plan: Plan) -> list[_Opening]:
    """With a valid agreement beside each (R1)."""
    with conn.cursor(row_factory=class_row(_Opening)) as cur:
        return cur.execute(
            "SELECT a.akkoord_id, a.person_id, a.receiver_organisation AS receiver, a.package FROM seen.akkoord AS a"
            " WHERE a.family_id = %(family)s AND a.owner_organisation = %(owner)s AND a.level = 'plan_parts'"
            " AND a.purpose = 'referral' AND a.receiver_organisation = ANY (%(own)s) AND seen.live(a, %(today)s)"
            " AND EXISTS (SELECT 1 FROM agreement AS g WHERE g.purpose = 'referral' AND g.valid_from <= %(today)s"
            "  AND (g.valid_until IS NULL OR %(today)s < g.valid_until)"
            "  AND ((g.organisation_a = a.owner_organisation AND g.organisation_b = a.receiver_organisation)"
            "   OR (g.organisation_b = a.owner_organisation AND g.organisation_a = a.receiver_organisation)))"
            " ORDER BY a.akkoord_id",
            {
                "family": plan.family_id,
                "owner": plan.owner_organisation,
                "own": list(actor.organisations_as("partner_worker")),
                "today": clock.today(),
            },
        ).fetchall()


def _seen(conn: Connection, plan_id: UUID, seen_as: SeenAs) -> PlanSeen:
    """What row-level security lets this actor see of it."""
    plan = store.find(conn, plan_id)
    if plan is None:
        raise NotThere(str(plan_id))
    apart = store.kept_apart(conn, plan_id)
    people = apart.people(store.people(conn, plan_id))
    states = (VersionState.CURRENT, VersionState.BESIDE)
    versions = [apart.version(one) for one in store.versions(conn, plan_id, states=states)]
    sections = {one.section: one for one in versions if one.state == VersionState.CURRENT}
    besides: dict[str, list[Version]] = {}
    for one in versions:
        if one.state == VersionState.BESIDE and not apart.is_all_of(sections.get(one.section), one):
            besides.setdefault(one.section, []).append(one)
    occasions = [one.occasion for version in versions for one in version.content.actions if one.occasion]
    organisations = {plan.owner_organisation} | {one.organisation_id for one in people.values() if one.organisation_id}
    row = conn.execute("SELECT name, town FROM organisation WHERE id = %s", (plan.owner_organisation,)).fetchone()
    school, town = row or ("", "")
    with conn.cursor(row_factory=class_row(Yes)) as cur:
        yes = cur.execute(
            "SELECT person_id, edition, said_at FROM plan_yes WHERE plan_id = %s ORDER BY edition DESC, said_at DESC",
            (plan_id,),
        ).fetchall()
    return PlanSeen(
        plan=plan if plan.coordinator in people else replace(plan, coordinator=None),
        seen_as=seen_as,
        school=school,
        town=town,
        people=people,
        organisations=names_of(conn, list(organisations)),
        sections=sections,
        besides=besides,
        yes=[one for one in yes if one.person_id not in apart.persons],
        occurrences=occurrences_of(conn, [one.activity_id for one in occasions]),
    )


def _for_partner(seen: PlanSeen, said_yes: frozenset[UUID]) -> PlanSeen:
    """Only the named parts, with the name and the own words of nobody but who said yes (R5, R23)."""
    people = {
        key: one if one.kind != PersonKind.FAMILY or one.person_id in said_yes else replace(one, called="")
        for key, one in seen.people.items()
        if one.kind != PersonKind.THIRD
    }
    silent = {key for key, one in seen.people.items() if one.kind != PersonKind.STAFF and one.person_id not in said_yes}
    sections = {
        name: replace(version, content=_without_words_of(version.content, silent))
        for name, version in seen.sections.items()
        if name in seen.parts and name != OWN
    }
    return replace(seen, people=people, sections=sections, besides={}, yes=[])


def _without_words_of(content: Content, silent: Iterable[UUID]) -> Content:
    left_out = set(silent)
    return Content(
        items=tuple(one for one in content.items if one.said_by not in left_out),
        actions=tuple(one for one in content.actions if one.said_by not in left_out),
    )


def _visible(db: Database, actor: Actor, plan_id: UUID) -> Plan:
    with db.transaction(actor) as conn:
        plan = store.find(conn, plan_id)
    if plan is None or actor.kind not in (ActorKind.STAFF, ActorKind.PERSON):
        raise NotThere(str(plan_id))
    return plan


def _look(plan: Plan, person_id: UUID, organisation: UUID, ground: str) -> trail.Look:
    return trail.Look(
        person_id=person_id,
        family_id=plan.family_id,
        owner_organisation=plan.owner_organisation,
        organisation_id=organisation,
        what="plan",
        ground=ground,
    )
