"""What staff do around a family, by clicking through their pages."""

import re
import secrets
from typing import NamedTuple

from deploy.demo import directory
from tests.browser.visitor import Visitor

_TAPPED = {
    "languages": "ar",
    "reads": "no",
    "channel": "call",
    "when": "evening",
    "arrangements": "interpreter",
    "life_domain": "finances",
}
MONEY = "Het geld is op voor het einde van de maand."


class Family(NamedTuple):
    """What the brugfiguur wrote down, and where it stands."""

    name: str
    phone: str
    path: str


def sign_in(staff: Visitor, door: str, key: str) -> None:
    """From the front page, through the demo's page with people."""
    staff.go("/")
    staff.tap(staff.page.locator("a.door").filter(has_text=door))
    staff.tap(f"#person-{key}")


def after_talk(school: Visitor) -> Family:
    """The after-talk page: two texts to reach her, two in her own words, and otherwise taps."""
    name = directory.a_first_name("ar_AA", secrets.token_hex(4))
    phone = f"04{secrets.randbelow(40) + 60} {secrets.randbelow(90) + 10} {secrets.randbelow(90) + 10} 31"
    school.tap(school.button("Na een gesprek"))
    school.look("after-talk")
    school.taps = 0
    school.type("name_to_call", name)
    school.type("phone", phone)
    for field, value in _TAPPED.items():
        school.tap(school.chip(field, value))
    school.type("goes_well", "Mijn zoon rekent graag.")
    school.type("ask", MONEY)
    school.tap(school.button("Bewaar"))
    if school.page.locator("button[name=anyway]").count():  # the demo has somebody whose name sounds the same
        school.tap("button[name=anyway]")
    return Family(name, phone, _path(school))


def say_yes(school: Visitor, family: Family, receiver: str) -> int:
    """The cards, shown in her language; she says it back. Returns how many cards there were."""
    school.go(family.path)
    school.tap(school.button("Vraag om dit te delen"))
    chosen = school.page.locator("#receiver option").filter(has_text=receiver).first.get_attribute("value")
    school.page.locator("#receiver").select_option(chosen)
    school.tap(school.chip("interpreting", "professional_phone"))
    school.tap(school.chip("adult", "y"))
    school.look("akkoord-choose")
    school.tap(school.button("Kijk na wat gedeeld wordt"))
    school.look("akkoord-preview")
    school.tap(school.button("Toon de kaarten"))
    cards = 0
    while school.page.locator(".choice-pair").count():
        cards += 1
        school.look(f"akkoord-card-{cards}", str(school.page.locator("html").get_attribute("lang")))
        school.tap(school.page.locator(".choice[value=yes]"))
    school.look("akkoord-said-back")
    school.tap(school.chip("said_back", "y"))
    school.tap(school.button("Bewaar de ja"))
    school.look("akkoord-receipt")
    return cards


def refer(school: Visitor, goes_along: str) -> str:
    """From the receipt to a referral that is sent; returns its address."""
    school.tap(school.button("Doorverwijzen"))
    if school.page.locator("#reason").count() == 0:
        school.tap(school.page.get_by_text("Het akkoord is er: ga verder"))
    school.look("referral-new")
    school.page.locator("#reason").select_option("material_needs")
    school.type("goes_along", goes_along)
    school.tap(school.button("Bewaar en kijk na"))
    school.look("referral-draft")
    school.tap(school.page.locator("button").filter(has_text=re.compile("^Verstuur naar")))
    school.look("referral-sent")
    return _path(school)


def open_from_worklist(worker: Visitor, referral: str) -> None:
    """The receiver finds it in the list and opens it."""
    worker.tap(worker.wait_for(f"a.activity[href='{referral}']"))


def code_on_paper(school: Visitor, family: Family) -> str:
    """The paper with the sign-in code, for this family's first caregiver."""
    school.go(family.path)
    school.tap(school.button("Code om zelf te kijken"))
    school.look("code-offer")
    school.tap(school.button("Maak een code"))
    school.look("code-paper")
    return re.sub(r"\D", "", school.words(".code"))


def enter(person: Visitor, code: str) -> None:
    """Typing the ten digits of the paper."""
    person.go("/intake/code")
    person.type("code", code)
    person.tap("main button[type=submit]")


def _path(visitor: Visitor) -> str:
    return visitor.page.url.removeprefix(visitor.url).partition("?")[0]
