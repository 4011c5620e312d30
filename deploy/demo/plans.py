"""Some of the demo's families have a plan: one that they said yes to, one that a partner reads a part of, one begun."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from deploy.demo import directory
from deploy.demo.families import Family
from deploy.demo.rooms import Rooms, actor_of, as_soon_as_known
from services.intake import store
from services.intake.commands import grant_akkoord
from services.intake.domain.consent import Level, Wish, cards_for
from services.intake.domain.family import File, Person
from services.referral.commands import plans
from services.referral.domain.plan import Action, Content, Item, Occasion, PersonKind, PlanPerson, PlanTerms
from services.referral.store import plans as kept
from services.referral.views import plans as views
from shared.security import Actor, ActorKind

_MOST = 3
_ARABIC = {
    "Mijn zoon rekent graag.": "ابني يحب الحساب.",
    "De juf luistert echt.": "المعلمة تصغي حقاً.",
    "Rust in huis, en mensen leren kennen.": "الهدوء في البيت، والتعرف على الناس.",
    "Elke week iemand spreken die de weg kent.": "أن أتحدث كل أسبوع مع شخص يعرف الطريق.",
    "Samen naar het oudercafé.": "نذهب معاً إلى مقهى الأهل.",
    "De papieren samen nakijken.": "ننظر في الأوراق معاً.",
    "Liefst bellen, na vier uur.": "من الأفضل الاتصال بعد الساعة الرابعة.",
}


class Begun(NamedTuple):
    """A plan that runs, with who is in it."""

    rooms: Rooms
    id: UUID
    school: Actor
    terms: PlanTerms
    lang: str
    file: File

    def write(
        self, section: str, *items: Item, actions: tuple[Action, ...] = (), by: Actor | None = None, after: int = 0
    ) -> None:
        writing = plans.Writing(self.id, section, after, Content(items=items, actions=actions))
        as_soon_as_known(
            lambda: plans.write_section(self.rooms.web("referral"), by or self.school, writing, self.terms)
        )

    def words(self, text: str, said_by: UUID | None = None) -> Item:
        return Item(id=uuid4(), text=text, said_by=said_by, **self._beside(text))

    def action(self, text: str, who: UUID, by: date, occasion: Occasion | None = None) -> Action:
        return Action(id=uuid4(), text=text, who=who, by=by, occasion=occasion, **self._beside(text))

    def people(self) -> list[PlanPerson]:
        with self.rooms.web("referral").transaction(self.school) as conn:
            return kept.people(conn, self.id)

    def _beside(self, text: str) -> dict[str, str]:
        known = _ARABIC.get(text, "") if self.lang == "ar" else ""
        return {"beside": known, "beside_lang": "ar" if known else ""}


def begin_plans(rooms: Rooms, opened: list[Family], today: date) -> int:
    """Of the last families of the first school, whose brugfiguur writes what they say."""
    here = [one for one in opened if one.brugfiguur.organisation == directory.schools()[0]][-_MOST:]
    begun = [_begin(rooms, family) for family in here]
    for one in begun[1:]:
        _fill(one, today)
    _two_writers(begun[-1])
    _open_a_part(begun[1])
    return len(begun)


def _begin(rooms: Rooms, family: Family) -> Begun:
    school, db = actor_of(family.brugfiguur), rooms.web("referral")
    with rooms.web("intake").transaction(school) as conn:
        file = store.family.get(conn, family.id)
    terms = PlanTerms(6, 4, 60, rooms.environment.web("referral")["BRUG_PAIRWISE_SECRET"])
    lang = next((one for one in family.languages if one != "nl"), "nl")
    called = {one.id: one.name_to_call for one in file.persons}
    wish = plans.StartWish(family.id, called, lang, coordinator=file.persons[0].id)
    plan_id = as_soon_as_known(lambda: plans.start_plan(db, school, wish, terms))
    return Begun(rooms, plan_id, school, terms, lang, file)


def _fill(plan: Begun, today: date) -> None:
    """What goes well first; then what they want, and who does what by when."""
    db, parent = plan.rooms.web("referral"), plan.file.persons[0]
    her = next(one.id for one in plan.people() if one.person_id == parent.id)
    third = directory.a_first_name("nl_BE", str(plan.file.id))
    aunt = plans.add_to_plan(db, plan.school, plan.id, plans.Someone(PersonKind.THIRD, third, "zus", answer="yes"))
    teacher = plans.add_to_plan(
        db, plan.school, plan.id, plans.Someone(PersonKind.STAFF, "", "leerkracht", directory.schools()[0].id)
    )
    plan.write("strengths", *[plan.words(one.text, her) for one in plan.file.goes_well])
    plan.write("wishes", plan.words("Rust in huis, en mensen leren kennen.", her))
    cafe = _next_cafe(plan)
    plan.write(
        "social_network",
        plan.words("Elke week iemand spreken die de weg kent.", her),
        actions=(
            plan.action("Samen naar het oudercafé.", her, cafe.starts.date() if cafe else today, cafe),
            plan.action("Op de kleinste passen op donderdag.", aunt, today + timedelta(days=7)),
        ),
    )
    plan.write(
        "administration", actions=(plan.action("De papieren samen nakijken.", teacher, today + timedelta(days=14)),)
    )
    plan.write("contact", plan.words("Liefst bellen, na vier uur."))
    edition = views.open_as_family(db, _person(parent), plan.id).plan.edition
    plans.say_yes(db, _person(parent), plans.Target(plan.id, edition), plan.lang)


def _two_writers(plan: Begun) -> None:
    """The parent wrote while the brugfiguur did: both texts wait for somebody to choose (R10)."""
    plan.write("leisure", plan.words("Elke week zwemmen."))
    plan.write(
        "leisure", Item(id=uuid4(), text="Een sport voor mijn kind, dicht bij huis."), by=_person(plan.file.persons[0])
    )


def _open_a_part(plan: Begun) -> None:
    """The OCMW reads what the parent opened, and nothing else of the plan."""
    parent, receiver = plan.file.persons[0], directory.partner("ocmw", "Antwerpen")
    wish = Wish(
        person_id=parent.id,
        receiver_organisation=receiver.id,
        explained_in="nl",
        yes={},
        level=Level.PLAN_PARTS,
        plan_parts=("administration",),
        said_back=True,
    )
    answered = replace(wish, yes={parent.id: frozenset(card.code for card in cards_for(wish, parent, None))})
    as_soon_as_known(lambda: grant_akkoord(plan.rooms.web("intake"), plan.school, answered))


def _next_cafe(plan: Begun) -> Occasion | None:
    found = views.coming(plan.rooms.web("referral"), plan.school, directory.schools()[0].town)
    cafe = next((one for one in found if one.title == "Oudercafé"), None)
    if cafe is None:
        return None
    return Occasion(activity_id=cafe.activity_id, occurrence_id=cafe.id, starts=cafe.starts.replace(tzinfo=None))


def _person(one: Person) -> Actor:
    return Actor(one.id, ActorKind.PERSON)
