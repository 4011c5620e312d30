"""Step 8 as its three sides live it: a meeting, an interpreter, faces in Arabic, a talk, and round."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest

from deploy.bearer import token_of
from deploy.story.browser import Api
from shared import clock
from tests.browser import scenes
from tests.browser.arranged import Referred, a_referral
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.demo_stack import DemoStack
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
_ARABIC_PHONE = {"locale": "ar", "has_touch": True, "is_mobile": True}
_ARABIC = re.compile("[\u0621-\u064a]")
_OUTCOME = "een deel is gelukt"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_school_partner_and_parent_bring_a_referral_round(stack: DemoStack, visit: Visit, script: bool) -> None:
    """Nothing of it needs a script; each finds the next step on the page that lies open."""
    family = a_referral(stack.url)
    window: dict[str, Any] = {} if script else {"java_script_enabled": False}
    ocmw, school = visit("round-ocmw", DESK, **window), visit("round-school", PHONE, **window)
    scenes.sign_in(ocmw, "Ik werk bij een organisatie", "ocmw")
    scenes.sign_in(school, "Ik werk op een school", "brugfiguur")
    _gives_an_hour_with_an_interpreter(ocmw, family)
    _books_the_interpreter(school, family)
    amal = visit("round-amal", PHONE, **_ARABIC_PHONE, **window)
    _sees_who_goes_along(amal, family)
    _the_hour_comes(stack, family)
    _says_that_they_met(ocmw, family)
    _shows_a_face_and_keeps_it_from_the_school(amal)
    _reports_how_it_ended(ocmw)
    _talks_and_closes(school, family)
    assert ocmw.go(family.path).status in (403, 404, 410), "R24: closed at once"
    ocmw.wrong.clear()
    amal.go("/referral/me")
    amal.look("closed", "ar")


def _gives_an_hour_with_an_interpreter(ocmw: Visitor, family: Referred) -> None:
    ocmw.go("/referral/")
    scenes.open_from_worklist(ocmw, family.path)
    ocmw.tap(ocmw.page.locator("label:has(input[name=day])").nth(1))
    ocmw.tap(ocmw.chip("hour", "10:00"))
    ocmw.type("contact", "Els")
    ocmw.page.locator("[name=interpreting]").select_option("professional_phone")
    ocmw.tap(ocmw.button("Ja"))
    assert "gevraagd, nog niet geboekt" in ocmw.words(), "R11"
    ocmw.look("planned")


def _books_the_interpreter(school: Visitor, family: Referred) -> None:
    school.go(family.path)
    assert "We gaan samen" in school.words(), "R6: a name, an hour, and someone who goes along"
    school.look("planned")
    school.tap(school.button("De tolk is geboekt"))
    assert "Telefoontolk: geboekt" in school.words()
    school.look("booked")


def _sees_who_goes_along(amal: Visitor, family: Referred) -> None:
    scenes.enter(amal, family.code)
    amal.go("/referral/me")
    assert _ARABIC.search(amal.words("h1"))
    for words in ("Els", "de brugfiguur"):
        assert words in amal.words()
    amal.look("planned", "ar")


def _the_hour_comes(stack: DemoStack, family: Referred) -> None:
    """Nobody waits for days here: the OCMW's own program puts the hour a moment from now."""
    ocmw = Api(stack.url, token_of(stack.url, "ocmw"))
    path = f"/referral/api/v1{family.path.removeprefix('/referral')}"
    version = ocmw.get(path).json()["version"]
    soon = clock.now() + timedelta(seconds=4)
    visit = {"contact": "Els", "at": soon.isoformat(), "place": "Lange Gasthuisstraat 33"}
    assert ocmw.post(f"{path}/meeting", visit, version=version).is_success
    time.sleep(5)


def _says_that_they_met(ocmw: Visitor, family: Referred) -> None:
    ocmw.go(family.path)
    assert "De school hoort alleen dat de eerste afspraak geweest is." in ocmw.words(), "R4"
    ocmw.look("hour")
    ocmw.tap(ocmw.button("Ja, we zagen elkaar"))
    ocmw.look("met")


def _shows_a_face_and_keeps_it_from_the_school(amal: Visitor) -> None:
    amal.go("/referral/me")
    amal.tap("main a.button-primary")
    amal.look("faces", "ar")
    amal.tap("button.face-a_bit")
    amal.look("tell", "ar")
    amal.tap(".choice[value=no]")
    amal.look("said", "ar")


def _reports_how_it_ended(ocmw: Visitor) -> None:
    ocmw.tap(ocmw.page.locator("label").filter(has_text=_OUTCOME))
    ocmw.tap(ocmw.button("Bewaar"))
    assert _OUTCOME in ocmw.words().lower()
    ocmw.look("outcome")


def _talks_and_closes(school: Visitor, family: Referred) -> None:
    """R7: the task leads there, and 'ouder wil dit niet' is an answer. R4: only that they met came back."""
    school.go("/referral/tasks")
    school.look("tasks")
    school.go(family.path)
    words = school.words()
    assert "De eerste afspraak is geweest." in words
    assert _OUTCOME not in words
    assert "een beetje" not in words
    school.tap(school.button("Maak rond"))
    assert "Praat eerst met de ouder" in school.words()
    school.wrong.clear()  # the refusal itself is what was wanted
    school.look("talk-first")
    school.tap(school.chip("talk", "parent_declined"))
    school.tap(school.button("Maak rond"))
    assert "Rond" in school.words()
    school.look("closed")
