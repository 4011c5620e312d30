"""The demo's neighbourhoods: twenty helpers, and six weeks of activities."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from faker import Faker

from deploy.demo import directory
from deploy.demo.directory import Organisation, Staff
from deploy.demo.rooms import Rooms, actor_of, as_soon_as_known
from services.activities.commands.activities import add_hall, publish_activity
from services.activities.domain.activity import ActivityWish, HallWish, Registering, Times
from services.activities.domain.words import PracticalHelp, Text
from services.network.commands import SignUp, sign_up_helper
from services.network.domain.helper import HelperCard
from services.network.domain.words import Gender
from services.network.domain.words import Words as HelperWords

_SPOKEN = (("ar", "fr", "nl"), ("fr", "nl"), ("ar", "nl"), ("uk", "en"), ("fa", "nl"), ("en", "nl"), ("es", "fr", "nl"))
_ROLES = ("parent_ambassador", "education_ambassador", "language_buddy", "godparent", "companion")
_TIMES = (("evening", "weekend"), ("morning",), ("afternoon", "evening"), ("weekend",))
_ABOUT = "Mijn kinderen zitten hier al jaren op school. Ik ken de weg en drink graag koffie."


class Plan(NamedTuple):
    """One activity that comes back every week. `weekday`: 0 is Monday."""

    kind: str
    title: str
    weekday: int
    hour: int
    hours: int
    help: PracticalHelp
    companions: int | None = None
    seats: int | None = None
    languages: tuple[str, ...] = ("nl",)


PLANS = (
    Plan(
        "parent_cafe",
        "Oudercafé",
        3,
        9,
        2,
        PracticalHelp(childcare="yes", interpreter="unknown", food="yes", free_of_charge="yes"),
        companions=6,
        seats=15,
        languages=("nl", "ar", "fr"),
    ),
    Plan("practice_group", "Praatgroep Nederlands", 1, 9, 2, PracticalHelp(childcare="no"), seats=12),
    Plan("homework_class", "Huiswerkklas", 2, 14, 2, PracticalHelp(free_of_charge="yes")),
    Plan("reading_together", "Samen lezen in vier talen", 5, 10, 1, PracticalHelp(childcare="yes")),
    Plan("coffee_moment", "Koffie aan de poort", 0, 8, 1, PracticalHelp(food="yes", free_of_charge="yes")),
)  # fmt: skip


def sign_up_helpers(rooms: Rooms) -> int:
    """Twenty, each with a card of their own making."""
    helpers = [one for one in directory.staff() if one.role == "helper"]
    for number, helper in enumerate(helpers):
        wish = SignUp(helper.organisation.id, helper.id, card_of(number, helper))
        as_soon_as_known(lambda wish=wish, helper=helper: sign_up_helper(rooms.web("network"), actor_of(helper), wish))  # type: ignore[misc]
    return len(helpers)


def card_of(number: int, helper: Staff) -> HelperCard:
    faker = Faker("nl_BE")
    faker.seed_instance(number)
    school = directory.school_of_helper(helper)
    return HelperCard(
        first_name=helper.name.split()[0],
        role=_ROLES[number % len(_ROLES)],
        languages=_SPOKEN[number % len(_SPOKEN)],
        school=school.id,
        town=school.town,
        times=_TIMES[number % len(_TIMES)],
        gender=Gender.WOMAN if number % 3 == 0 else Gender.UNKNOWN,
        capacity=3 - number % 3,
        phone=f"+3247{faker.random_number(digits=7, fix_len=True)}",
        about=HelperWords(text=_ABOUT, lang="nl"),
    )


def publish_activities(rooms: Rooms, today: date) -> int:
    """Each school's own, six weeks from this week on; the neighbouring school holds the parent café."""
    made = 0
    monday = today - timedelta(days=today.weekday())
    for number, school in enumerate(directory.schools()):
        staff = _organiser_of(school)
        hall = HallWish(school.id, f"Zaal van {school.name}", _address(school), school.town)
        hall_id = add_hall(rooms.web("activities"), actor_of(staff), hall)
        for plan in (PLANS[0], *_others(number)):
            wish = ActivityWish(
                organiser=school.id,
                kind=plan.kind,
                title=Text(text=plan.title, lang="nl"),
                hall_id=hall_id,
                times=_times(plan, monday, number),
                practical_help=plan.help,
                companions=plan.companions,
                languages=plan.languages,
                registration=Registering.NAMED if plan.seats else Registering.DROP_IN,
                seats=plan.seats,
            )
            publish_activity(rooms.web("activities"), actor_of(staff), wish, anyway=True)
            made += 1
    return made


def _others(number: int) -> tuple[Plan, ...]:
    return tuple(plan for place, plan in enumerate(PLANS[1:]) if (place + number) % 2 == 0)


def _times(plan: Plan, monday: date, number: int) -> Times:
    """Every week at its hour; schools of one town do not all choose the same half hour."""
    first = monday + timedelta(days=plan.weekday)
    starts = datetime.combine(first, time(plan.hour, 30 * (number % 2)))
    return Times(starts, starts + timedelta(hours=plan.hours), "FREQ=WEEKLY;COUNT=6")


def _organiser_of(school: Organisation) -> Staff:
    return next(
        one for one in directory.staff() if one.organisation == school and one.role in ("organiser", "school_staff")
    )


def _address(school: Organisation) -> str:
    faker = Faker("nl_BE")
    faker.seed_instance(str(school.id))
    return f"{faker.street_name()} {faker.random_int(1, 90)}"
