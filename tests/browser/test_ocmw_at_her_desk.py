"""The OCMW worker at 1280 pixels, in Dutch: six lines, an answer in a few clicks, and a door that closes (R24)."""

import pytest

from tests.browser import scenes
from tests.browser.arranged import QUESTION, Referred, a_referral
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.demo_stack import DemoStack
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
_SIX = ["Wie", "Hoe en wanneer bereiken", "Taal en tolk", "De vraag", "Van wie", "Wie gaat mee"]
_GONE = (403, 404, 410)


@pytest.fixture(scope="module")
def worker(visit: Visit) -> Visitor:
    visitor = visit("ocmw", DESK)
    scenes.sign_in(visitor, "Ik werk bij een organisatie", "ocmw")
    visitor.look("worklist")
    return visitor


def test_from_the_worklist_she_reads_six_lines_and_answers_in_six_clicks(worker: Visitor, stack: DemoStack) -> None:
    family = a_referral(stack.url)
    worker.go("/referral/")
    there = worker.wait_for(f"a.activity[href='{family.path}']")
    worker.taps = worker.keys = 0
    worker.tap(there)
    worker.look("six-lines")
    assert worker.page.locator("main .lines dt").all_inner_texts() == _SIX
    told = worker.page.locator("main .lines dd").all_inner_texts()
    for words, line in zip(
        (family.name, family.phone, "Arabisch", QUESTION, "Basisschool De Linde"), told, strict=False
    ):
        assert words in line
    assert told[5].startswith("nog niemand gaat mee")
    worker.tap(worker.page.locator("label:has(input[name=day])").nth(1))
    worker.tap(worker.chip("hour", "10:00"))
    worker.type("contact", "Els")
    worker.tap(worker.button("Ja"))
    assert worker.taps <= 6
    assert worker.keys == len("Els")
    worker.look("answered")
    assert "Els" in worker.words()
    assert "de brugfiguur gaat mee" in worker.words()


def test_r24_once_the_family_stops_the_back_button_and_the_old_link_show_nothing(
    worker: Visitor, stack: DemoStack, visit: Visit
) -> None:
    family = a_referral(stack.url)
    worker.go(family.path)
    assert family.name in worker.words()
    worker.tap("nav.services a[aria-current]")
    _stop(visit, family)
    with worker.page.expect_response(f"**{family.path}") as asked_anew:
        worker.page.go_back(wait_until="commit")
    assert asked_anew.value.status in _GONE
    worker.page.wait_for_load_state()
    _shows_nothing_of(worker, family)
    assert worker.go(family.path).status in _GONE
    _shows_nothing_of(worker, family)
    worker.look("closed")


def _stop(visit: Visit, family: Referred) -> None:
    parent = visit("parent", PHONE)
    scenes.enter(parent, family.code)
    parent.tap("a[href$='/stop']")
    parent.tap("main button.button-stop")
    parent.wait_for(".live .status-full")


def _shows_nothing_of(worker: Visitor, family: Referred) -> None:
    words = worker.page.locator("body").inner_text()
    for one in (family.name, family.phone, QUESTION):
        assert one not in words
    # The refusal itself is what was wanted.
    worker.wrong.clear()
