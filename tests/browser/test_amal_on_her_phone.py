"""Amal's part of the story at 360 pixels, in Arabic: her code, her page, a seat, someone who helps, and stopping."""

import re
import time
from typing import NamedTuple

import pytest

from tests.browser import scenes
from tests.browser.arranged import a_referral
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.demo_stack import DemoStack
from tests.browser.scenes import Family
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
_ARABIC = re.compile("[\u0621-\u064a]")
_PHONE = {"locale": "ar", "has_touch": True, "is_mobile": True}
OCMW, HOMEWORK, NEIGHBOURS = "OCMW Antwerpen", "Huiswerkbegeleiding aan huis", "Basisschool Het Kompas"

_MARK_CONTROLS = """() => {
  const all = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select")];
  return all.filter((one) => one.checkVisibility()).map((one, place) => { one.dataset.place = place; return place; });
}"""
_FOCUSED = """() => {
  const one = document.activeElement;
  return [Number(one.dataset.place ?? -1), getComputedStyle(one).outlineStyle !== "none"];
}"""


class Told(NamedTuple):
    """The brugfiguur's afternoon: what she wrote down, and how much work it was."""

    family: Family
    taps: int
    cards: int
    code: str


@pytest.fixture(scope="module")
def school(visit: Visit) -> Visitor:
    visitor = visit("brugfiguur", DESK)
    scenes.sign_in(visitor, "Ik werk op een school", "brugfiguur")
    return visitor


@pytest.fixture(scope="module")
def told(school: Visitor, visit: Visit) -> Told:
    family = scenes.after_talk(school)
    taps = school.taps
    school.look("file")
    cards = scenes.say_yes(school, family, OCMW)
    scenes.open_from_worklist(_worker(visit), scenes.refer(school, "de brugfiguur"))
    scenes.say_yes(school, family, HOMEWORK)
    return Told(family, taps, cards, scenes.code_on_paper(school, family))


def _worker(visit: Visit) -> Visitor:
    worker = visit("ocmw", DESK)
    scenes.sign_in(worker, "Ik werk bij een organisatie", "ocmw")
    return worker


@pytest.fixture(scope="module")
def amal(visit: Visit, told: Told) -> Visitor:
    visitor = visit("amal", PHONE, **_PHONE)
    visitor.go("/intake/code")
    visitor.look("code", "ar")
    scenes.enter(visitor, told.code)
    return visitor


def test_the_talk_is_written_down_in_eight_taps_and_each_card_is_one_yes(told: Told) -> None:
    assert told.taps <= 8
    assert told.cards == 3, "who, what, and until when"


def test_she_types_the_code_of_her_paper_and_reads_in_arabic_who_knows_what(amal: Visitor) -> None:
    amal.go("/intake/me")
    amal.look("home", "ar")
    assert _ARABIC.search(amal.words("h1"))
    assert OCMW in amal.words()
    amal.tap(f"section.card:has-text('{OCMW}') a[href$='/receipt']")
    assert scenes.MONEY in amal.words()
    amal.look("receipt", "ar")


def test_three_taps_take_a_seat_with_a_toddler_and_an_interpreter(amal: Visitor) -> None:
    amal.go("/activities/?town=Antwerpen")
    amal.look("week", "ar")
    _to_the_cafe(amal, weeks=1)
    amal.look("cafe", "ar")
    amal.tap("a.button-primary")
    amal.look("seat", "ar")
    amal.taps = 0
    amal.tap(amal.chip("children", "1"))
    amal.tap(amal.chip("interpreter", "ar"))
    amal.tap(".choice[value=yes]")
    assert amal.taps == 3
    assert "/registrations/" in amal.page.url, amal.words()
    amal.look("seat-taken", "ar")


def test_she_asks_for_someone_and_both_say_yes(amal: Visitor, told: Told, visit: Visit) -> None:
    _ask_for_someone(amal, told.family.name)
    coordinator = visit("coordinator", DESK)
    scenes.sign_in(coordinator, "Ik help andere ouders", "coordinator")
    coordinator.tap(coordinator.button("Voorstellen maken"))
    amal.tap(amal.wait_for("a[href*='/network/matches/']"))
    assert not amal.page.locator("a[href^='tel:']").count(), "no number before two yeses"
    amal.look("proposal", "ar")
    amal.tap(".choice[value=yes]")
    amal.look("her-yes", "ar")
    helper = visit("ouderambassadeur", PHONE)
    scenes.sign_in(helper, "Ik help andere ouders", "ouderambassadeur")
    helper.tap(helper.button("Bekijk en antwoord"))
    helper.look("proposal")
    assert told.family.phone not in helper.words()
    helper.tap(".choice[value=yes]")
    helper.wait_for("a[href^='tel:']")
    helper.look("both-yes")
    amal.page.reload()
    assert amal.page.locator("a[href^='tel:']").count() == 1
    amal.look("both-yes", "ar")
    amal.tap("summary")
    amal.tap(".more .button-stop")
    helper.page.reload()
    assert told.family.phone not in helper.words("body"), "a proper ending takes the number along"


def _ask_for_someone(amal: Visitor, name: str) -> None:
    amal.go("/network/request")
    amal.look("request", "ar")
    box = amal.page.locator("input[name=languages][value=ar]")
    if not box.is_checked():
        amal.tap(amal.chip("languages", "ar"))
    amal.tap(amal.chip("times", "evening"))
    amal.tap(amal.chip("wish", "woman"))
    amal.type("name", name)
    amal.tap("main form.form button[type=submit]")
    amal.look("request-made", "ar")


def test_she_reads_that_the_ocmw_has_looked(amal: Visitor) -> None:
    amal.go("/intake/me/looks")
    amal.wait_for(f".card:has-text('{OCMW}')")
    amal.look("looks", "ar")
    assert "maatschappelijk werker" in amal.words()


def test_every_control_of_her_page_is_reached_by_keyboard_in_reading_order(amal: Visitor) -> None:
    amal.go("/intake/me")
    wanted = amal.page.evaluate(_MARK_CONTROLS)
    reached = []
    for _ in wanted:
        amal.page.keyboard.press("Tab")
        place, shows = amal.page.evaluate(_FOCUSED)
        assert shows, f"no ring around {place}"
        reached.append(place)
    assert reached == wanted
    amal.page.locator("a[href$='/stop']").first.focus()
    amal.page.keyboard.press("Enter")
    amal.page.wait_for_url("**/stop")


def test_r22_leaving_quickly_takes_her_pages_out_of_the_back_button(visit: Visit, stack: DemoStack) -> None:
    family = a_referral(stack.url)
    parent = visit("parent", PHONE, **_PHONE)
    scenes.enter(parent, family.code)
    parent.tap("a[href$='/looks']")
    parent.tap("[data-quick-exit]")
    assert "Brug" not in parent.page.title() + parent.words("body")
    with parent.page.expect_response("**/intake/me"):
        parent.page.go_back(wait_until="commit")
    parent.page.wait_for_url("**/intake/code**")
    assert family.name not in parent.words("body")


def test_two_taps_stop_a_sharing_and_the_tick_of_the_other_side_comes_by_itself(amal: Visitor) -> None:
    amal.go("/intake/me")
    amal.taps = 0
    amal.tap(amal.page.locator("section.card").filter(has_text=HOMEWORK).locator("a[href$='/stop']"))
    amal.look("stop", "ar")
    amal.tap("main button.button-stop")
    assert amal.taps == 2
    assert amal.page.url.endswith("/stopped")
    amal.page.locator(".live .status-full").wait_for()
    amal.look("stopped", "ar")
    amal.go("/intake/me")
    assert not amal.page.locator("section.card").filter(has_text=HOMEWORK).count()


def test_a_seat_and_stopping_need_no_script(amal: Visitor, visit: Visit) -> None:
    plain = visit("amal-without-script", PHONE, **_PHONE, java_script_enabled=False)
    plain.context.add_cookies(amal.context.cookies())  # type: ignore[arg-type]
    before = _doors_of_neighbours(plain)
    plain.go("/activities/?town=Antwerpen")
    _to_the_cafe(plain, weeks=2)
    plain.tap("a.button-primary")
    plain.tap(".choice[value=yes]")
    limit = time.monotonic() + 30
    while not (news := _doors_of_neighbours(plain) - before):
        assert time.monotonic() < limit, "the yes to the neighbours is not among her own"
    [door] = news
    plain.tap(f"main a[href='{door}']")
    plain.tap("main button.button-stop")
    assert plain.page.url.endswith("/stopped")
    plain.wait_for(".live .status-full")
    assert door not in _doors_of_neighbours(plain)


def _doors_of_neighbours(person: Visitor) -> set[str]:
    """Where she would stop what she shares with the neighbouring school."""
    person.go("/intake/me")
    found = person.page.locator(f"section.card:has-text('{NEIGHBOURS}') a[href$='/stop']").all()
    return {str(one.get_attribute("href")) for one in found}


def _to_the_cafe(person: Visitor, weeks: int) -> None:
    """The parent café of the neighbouring school, the latest of the morning."""
    for _ in range(weeks):
        person.tap(".page-head nav a.button-secondary")
    person.tap(person.page.locator("a.activity").filter(has_text="Oudercafé").last)
