"""A family with its file's key, its plan, and a receiver of parts of it, as referral knows them; in one call each."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.referral.commands import plans
from services.referral.domain.plan import Action, Content, Item, Occasion, PersonKind, PlanPerson, Version
from services.referral.store import plans as store
from services.referral.views import plans as views
from shared import clock, sealing
from shared.security import Actor, ActorKind
from tests.builders.referral import AUDIENCE, WORKER, Town, Yes
from tests.builders.shared import a_key, a_package, akkoord_granted, an_event


@dataclass
class Family:
    """Amal, a second caregiver where there is one, and a child, known here; with the key of their file."""

    town: Town
    family_id: UUID = field(default_factory=uuid4)
    amal: Actor = field(default_factory=lambda: Actor(uuid4(), ActorKind.PERSON, locale="ar"))
    other: Actor = field(default_factory=lambda: Actor(uuid4(), ActorKind.PERSON))
    child: Actor = field(default_factory=lambda: Actor(uuid4(), ActorKind.PERSON))
    key_id: UUID = field(init=False)
    plan_id: UUID = field(init=False)

    def arrive(self, *, kinds: str = "caregiver caregiver child") -> "Family":
        """Their events and their key come from intake."""
        people = {"caregiver": [self.amal, self.other], "child": [self.child]}
        for kind in kinds.split():
            self.town.receive(
                an_event(
                    type="be.brug.intake.person.registered.v1",
                    owner_organisation=self.town.school,
                    subject=str(self.family_id),
                    data={
                        "person_id": str(people[kind].pop(0).id),
                        "family_id": str(self.family_id),
                        "kind": kind,
                    },
                )
            )
        self.key_id = self.key()
        return self

    def key(self) -> UUID:
        scope = sealing.Scope(kind="file", id=self.family_id, audience=AUDIENCE)
        with self.town.worker.transaction(WORKER) as conn:
            return a_key(conn, scope, self.family_id, {"referral": self.town.public_key()})

    def start(self, **changes: Any) -> "Family":
        """Mira begins their plan."""
        wish = plans.StartWish(
            family_id=self.family_id,
            called={self.amal.id: "Amal", self.other.id: "Karim", self.child.id: "Yusuf"},
            lang="ar",
        )._replace(**changes)
        self.plan_id = plans.start_plan(self.town.web, self.town.mira, wish, self.town.settings.plan_terms)
        return self

    def people(self, actor: Actor | None = None) -> list[PlanPerson]:
        with self.town.web.transaction(actor or self.town.mira) as conn:
            return store.people(conn, self.plan_id)

    def person(self, actor: Actor) -> UUID:
        """What the plan calls this person of the family by."""
        return next(one.id for one in self.people() if one.person_id == actor.id)

    @property
    def staff(self) -> UUID:
        return next(one.id for one in self.people() if one.kind == PersonKind.STAFF)

    def write(
        self, actor: Actor, section: str, *items: Item, actions: tuple[Action, ...] = (), after: int | None = None
    ) -> Version:
        """Write a section anew, after its newest version unless `after` says an older one."""
        number = self.number(actor, section) if after is None else after
        writing = plans.Writing(self.plan_id, section, number, Content(items=items, actions=actions))
        return plans.write_section(self.town.web, actor, writing, self.town.settings.plan_terms)

    def number(self, actor: Actor, section: str) -> int:
        with self.town.web.transaction(actor) as conn:
            current = [one for one in store.versions(conn, self.plan_id, section) if one.state == "current"]
        return current[0].number if current else 0

    def seen(self, actor: Actor) -> views.PlanSeen:
        """As this actor reads it."""
        db = self.town.web
        if actor.kind == ActorKind.PERSON:
            return views.open_as_family(db, actor, self.plan_id)
        if views.is_schools(db, actor, self.plan_id):
            return views.open_as_school(db, actor, self.plan_id)
        return views.open_as_partner(db, actor, self.plan_id, self.town.settings.plan_terms)

    def texts(self, actor: Actor) -> dict[str, list[str]]:
        """By section, what this actor reads."""
        return {
            name: [one.text for one in version.content.all]
            for name, version in self.seen(actor).sections.items()
            if not version.content.is_empty
        }

    def opens(self, *parts: str, to: UUID | None = None, by: Actor | None = None) -> Yes:
        """This person's yes to a receiver (the OCMW) for these parts of the plan; it and the heartbeat arrive."""
        person = by or self.amal
        akkoord_id = uuid4()
        scope = sealing.Scope(kind="akkoord", id=akkoord_id, audience=AUDIENCE)
        with self.town.worker.transaction(WORKER) as conn:
            key_id = a_key(conn, scope, self.family_id, {"referral": self.town.public_key()})
            sealed = sealing.seal(conn, scope, person.id, a_package(name_to_call="Amal", plan_parts=list(parts)))
        event = akkoord_granted(
            sealed,
            owner=self.town.school,
            akkoord_id=akkoord_id,
            person_id=person.id,
            family_id=self.family_id,
            receiver_organisation=to or self.town.ocmw,
            level="plan_parts",
        )
        self.town.receive(event)
        self.town.fresh()
        return Yes(akkoord_id, person.id, self.family_id, event, key_id, scope)

    def third(self, called: str = "Samira", role: str = "zus", answer: str = "unknown") -> UUID:
        someone = plans.Someone(PersonKind.THIRD, called, role, answer=answer)
        return plans.add_to_plan(self.town.web, self.town.mira, self.plan_id, someone)


def words(text: str, lang: str = "nl", **more: Any) -> Item:
    return Item(id=uuid4(), text=text, lang=lang, **more)


def action(text: str, who: UUID, **more: Any) -> Action:
    by = more.pop("by", clock.today() + timedelta(days=7))
    return Action(id=uuid4(), text=text, who=who, by=by, **more)


def an_activity(town: Town, starts: datetime, *, title: str = "Oudercafé", place: str = "Antwerpen") -> Occasion:
    """An activity that the shared calendar published; its one time begins at `starts`, local time."""
    activity_id, occurrence_id = uuid4(), uuid4()
    local = starts.astimezone(clock.BRUSSELS).replace(tzinfo=None, microsecond=0)
    town.receive(
        an_event(
            type="be.brug.activities.activity.published.v1",
            aggregate=activity_id,
            data={
                "activity_id": str(activity_id),
                "organiser": str(town.other_school),
                "kind": "parent_cafe",
                "title": {"text": title, "lang": "nl"},
                "town": place,
                "venue": "Polyvalente zaal",
                "address": "Kerkstraat 1",
                "practical_help": {},
                "companions": 6,
                "occurrences": [
                    {
                        "occurrence_id": str(occurrence_id),
                        "starts": local.isoformat(),
                        "ends": (local + timedelta(hours=2)).isoformat(),
                        "zone": "Europe/Brussels",
                    }
                ],
            },
        )
    )
    return Occasion(activity_id=activity_id, occurrence_id=occurrence_id, starts=local)


def a_plan(town: Town, **changes: Any) -> Family:
    """A family of De Linde whose plan runs."""
    return Family(town).arrive().start(**changes)


def long_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
