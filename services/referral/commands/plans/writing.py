"""Writing in a plan, section by section: two who write at once both keep their text, and someone chooses (R10)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from services.referral import events
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
    Step,
    Version,
    VersionState,
    Writer,
    combined,
    demand_known,
    written,
)
from services.referral.domain.refusals import ClosedToSchool, FamilyNotHereYet
from services.referral.store import plans as store
from shared import clock, pairwise, sealing
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere, Stale
from shared.security import Actor, ActorKind

_MOST_STEPS = 30
Keep = str  # 'current', 'beside' or 'both'


class Target(NamedTuple):
    """A plan and what somebody saw of it when they decided: its version, its frame, its edition."""

    id: UUID
    seen: int

    def expects_version(self, plan: Plan) -> bool:
        return plan.version == self.seen

    def expects_frame(self, plan: Plan) -> bool:
        return plan.frame == self.seen

    def expects_edition(self, plan: Plan) -> bool:
        return plan.edition == self.seen


class Writing(NamedTuple):
    """A new text of one section, after the version that its writer saw (0 where it was empty)."""

    plan_id: UUID
    section: str
    after: int
    content: Content


class Choice(NamedTuple):
    """Which of two texts stays, or both. `number` is of the one beside; `current` of the one that stands."""

    plan_id: UUID
    section: str
    number: int
    current: int
    keep: Keep


def write_section(db: Database, actor: Actor, writing: Writing, terms: PlanTerms, *, beside: bool = True) -> Version:
    """Write a section. Where someone wrote since, it is kept beside theirs for anyone of them to choose.

    Raises Stale instead where `beside` is False, and WrittenByFamily, UnknownInPlan, ClosedToSchool, SectionFull.
    """
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, writing.plan_id, "plan.write")
        only_for = _demand_section(conn, plan, actor, writing.section)
        before = store.versions(conn, plan.id, writing.section)
        current = next((one for one in before if one.state == VersionState.CURRENT), None)
        is_late = writing.after != (current.number if current else 0)
        if is_late and not beside:
            raise Stale(writing.section)
        seen = next((one.content for one in before if one.number == writing.after), Content())
        writer = writer_of(plan, actor)
        apart = store.kept_apart(conn, plan.id)
        content = written(seen, apart.restored(writing.content, seen), writer)
        if current and content in (current.content, seen):
            return current
        people = store.people(conn, plan.id)
        demand_known(content, seen, (one.id for one in people if one.answer != "no"))
        version = Version(
            plan_id=plan.id,
            owner_organisation=plan.owner_organisation,
            section=writing.section,
            number=max((one.number for one in before), default=0) + 1,
            based_on=writing.after,
            edition=plan.edition + (only_for is None and not is_late),
            content=content,
            writer=writer,
            written_at=clock.now(),
            only_for=only_for,
            state=VersionState.BESIDE if is_late else VersionState.CURRENT,
        )
        _keep(conn, plan, version, people, terms)
    return version


def choose_text(db: Database, actor: Actor, choice: Choice, terms: PlanTerms) -> None:
    """Of two who wrote at once: this text, that one, or both. The other stays among the versions.

    Raises Stale where the current text is another by now, WrittenByFamily where staff would drop the family's words.
    """
    with db.transaction(actor) as conn:
        plan = locked(conn, actor, choice.plan_id, "plan.write")
        only_for = _demand_section(conn, plan, actor, choice.section)
        found = store.versions(conn, plan.id, choice.section)
        current = next((one for one in found if one.state == VersionState.CURRENT), None)
        other = next((one for one in found if (one.number, one.state) == (choice.number, VersionState.BESIDE)), None)
        if current is None or other is None or current.number != choice.current:
            raise Stale(choice.section)
        store.settle(conn, other, VersionState.SET_ASIDE if choice.keep == "current" else VersionState.PAST)
        if choice.keep == "current":
            store.save(conn, plan.touch(Step.WRITE))
            return
        writer = writer_of(plan, actor)
        apart = store.kept_apart(conn, plan.id)
        both = choice.keep == "both"
        chosen = combined(current.content, other.content) if both else apart.restored(other.content, current.content)
        if choice.keep == "beside":
            written(current.content, chosen, writer)
        version = Version(
            plan_id=plan.id,
            owner_organisation=plan.owner_organisation,
            section=choice.section,
            number=max(one.number for one in found) + 1,
            based_on=current.number,
            edition=plan.edition + (only_for is None),
            content=chosen,
            writer=writer,
            written_at=clock.now(),
            only_for=only_for,
        )
        _keep(conn, plan, version, store.people(conn, plan.id), terms)


def locked(
    conn: Connection, actor: Actor, plan_id: UUID, action: str, expects: Callable[[Plan], bool] | None = None
) -> Plan:
    """The plan, held, for who may do this with it. Raises NotThere, NotAllowed, or Stale where it is another by now."""
    if store.find(conn, plan_id) is None:
        raise NotThere(str(plan_id))
    plan = store.lock(conn, plan_id)
    if plan is None:
        # Seen but not held: opened by an akkoord, which lets read and no more.
        demand(PERMITS, actor, action, receiver=next(iter(actor.organisations), None))
        raise NotThere(str(plan_id))
    demand(PERMITS, actor, action, owner=plan.owner_organisation, person=_member(conn, plan, actor))
    if expects and not expects(plan):
        raise Stale(str(plan_id))
    return plan


def writer_of(plan: Plan, actor: Actor) -> Writer:
    if actor.kind == ActorKind.PERSON:
        return Writer(actor.id)
    return Writer(None, actor.function_at(plan.owner_organisation), plan.owner_organisation)


def tell_section(
    conn: Connection, plan: Plan, version: Version, people: Iterable[PlanPerson], terms: PlanTerms
) -> None:
    """For the home of the family's persons: what in this section is still to be done."""
    relatives = {one.id: one.person_id for one in people if one.kind == PersonKind.FAMILY}
    steps = [
        events.NextStep(
            person_id=relatives.get(one.who),
            text=one.text,
            lang=one.lang,
            beside=one.beside,
            beside_lang=one.beside_lang,
            on=one.by,
            starts=one.occasion.starts if one.occasion else None,
        )
        for one in sorted(version.content.actions, key=lambda one: one.by)
        if one.goes_on
    ]
    content = events.PlanContent(section=version.section, steps=steps[:_MOST_STEPS])
    scope = sealing.Scope(kind="file", id=plan.family_id, audience=events.PlanSectionChangedV1.AUDIENCE)
    try:
        sealed = sealing.seal(conn, scope, plan.family_id, content)
    except (sealing.KeyNotYet, sealing.KeyDestroyed):
        raise FamilyNotHereYet(str(plan.family_id)) from None
    slot = pairwise.pairwise(terms.pairwise_secret, plan.id, uuid5(NAMESPACE_URL, f"urn:brug:plan:{version.section}"))
    store.tell(
        conn,
        plan,
        events.PlanSectionChangedV1(plan_id=plan.id, slot=slot, edition=plan.edition, sealed=sealed),
    )


def _keep(conn: Connection, plan: Plan, version: Version, people: Iterable[PlanPerson], terms: PlanTerms) -> None:
    """Write it. What belongs to one person alone leaves no trace for the others (R18)."""
    store.add_version(conn, version)
    if version.only_for is not None:
        return
    changed = plan.write() if version.state == VersionState.CURRENT else plan.touch(Step.WRITE)
    store.save(conn, changed)
    if version.state == VersionState.CURRENT:
        tell_section(conn, changed, version, people, terms)


def _demand_section(conn: Connection, plan: Plan, actor: Actor, section: str) -> UUID | None:
    """Whether the actor writes in this section; returns whom it belongs to alone."""
    if section == OWN and actor.kind == ActorKind.PERSON:
        plan.touch(Step.WRITE)
        return actor.id
    if section not in SHARED:
        raise NotThere(section)
    if actor.kind == ActorKind.STAFF and section in plan.closed_to_school:
        raise ClosedToSchool(section)
    if actor.kind == ActorKind.PERSON and section not in CHILD_SEES:
        children = {one.person_id for one in store.family(conn, plan.family_id) if one.kind == "child"}
        if actor.id in children:
            raise NotThere(section)
    return None


def _member(conn: Connection, plan: Plan, actor: Actor) -> UUID | None:
    """The actor's own id where they are a person of this family."""
    if actor.kind != ActorKind.PERSON:
        return None
    return next((one.person_id for one in store.family(conn, plan.family_id) if one.person_id == actor.id), None)
