"""Every page that a parent, or anyone, finds by following links, in both languages of the demo."""

import pytest

from tests.browser import scenes
from tests.browser.arranged import a_plan, a_referral
from tests.browser.conftest import PHONE, Visit
from tests.browser.crawl import faults_from
from tests.browser.demo_stack import DemoStack

pytestmark = pytest.mark.browser
_TO_THE_CALENDAR = "/activities/sign-in?as=person&next=/activities/"
_TO_HER_PLAN = "/referral/sign-in?as=person&next=/referral/me/plan"
_LANGUAGES = ("nl", "ar")


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_parent_finds_every_page_in_order(language: str, visit: Visit, stack: DemoStack) -> None:
    visitor = visit(f"parent-{language}", PHONE, locale=language)
    scenes.enter(visitor, a_referral(stack.url).code)
    visitor.go(f"/intake/me?lang={language}")
    faults = faults_from(visitor, ("/intake/me", _TO_THE_CALENDAR), ("/intake", "/network", "/activities"), language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_parent_finds_every_page_of_her_plan(language: str, visit: Visit, stack: DemoStack) -> None:
    visitor = visit(f"plan-{language}", PHONE, locale=language)
    scenes.enter(visitor, a_plan(stack.url))
    visitor.go(f"/intake/me?lang={language}")
    faults = faults_from(visitor, (_TO_HER_PLAN,), ("/referral",), language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_anyone_finds_every_page_in_order(language: str, visit: Visit) -> None:
    visitor = visit(f"anyone-{language}", PHONE, locale=language)
    faults = faults_from(visitor, ("/",), ("/intake", "/activities"), language)
    assert not faults, "\n".join(faults)
