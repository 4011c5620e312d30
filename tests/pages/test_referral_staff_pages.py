"""The pages of whoever keeps the directory: find an organisation, invite somebody, see what became of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.referral.commands.invitations import give_up, put_off
from services.referral.domain.invitations import Problem
from services.referral.store import invitations
from shared import clock
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from shared.settings import ServiceSettings
from tests.builders.referral import WORKER, Town
from tests.pages import well_formed

ADDRESS = "els@ocmw.example"


@pytest.fixture
def town(db_of: Any, settings_of: Callable[..., ServiceSettings]) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def app(app_of: Callable[[str], Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """With accounts that are made here."""
    app = app_of("referral")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    house = app.extensions["brug"]
    changed = house.settings.model_copy(update={"accounts_client_id": "brug-accounts"})
    monkeypatch.setitem(app.extensions, "brug", type(house)(**{**vars(house), "settings": changed}))
    return app


@pytest.fixture
def coordinator() -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(uuid4(), "coordinator", "coördinator", "discretie"),))


@pytest.fixture
def browser(app: Flask, sign_in: Any, coordinator: Actor) -> FlaskClient:
    entered: FlaskClient = sign_in(app.test_client(), coordinator)
    return entered


def invited(town: Town, **changes: str) -> dict[str, str]:
    told = {"email": ADDRESS, "role": "partner_worker", "function": "onthaal", "secrecy": "beroepsgeheim"}
    return told | changes


def test_an_organisation_is_found_and_its_people_are_shown_by_function(browser: FlaskClient, town: Town) -> None:
    found = browser.get("/referral/staff/?q=OCMW")
    assert f"/referral/staff/{town.ocmw}" in found.text
    page = browser.get(f"/referral/staff/{town.ocmw}")
    assert "maatschappelijk werker" in page.text
    assert "medewerker van een organisatie" in page.text
    assert "schoolteam" not in page.text
    assert not well_formed.faults(found.text, "nl")
    assert not well_formed.faults(page.text, "nl")


def test_who_is_invited_waits_on_the_page_until_the_worker_has_done_it(browser: FlaskClient, town: Town) -> None:
    sent = browser.post(f"/referral/staff/{town.ocmw}", data=invited(town))
    assert sent.status_code == 303
    page = browser.get(sent.location)
    assert "Uitgenodigd. Hier zie je of het lukte." in page.text
    assert ADDRESS in page.text
    assert "Onderweg." in page.text
    again = browser.get(f"/referral/staff/{town.ocmw}/invitations", headers={"HX-Request": "true"})
    assert ADDRESS in again.text


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem.AWAY, "antwoordt niet"),
        (Problem.MAIL, "kan nu niet vertrekken"),
        (Problem.ADDRESS, "wordt niet aanvaard"),
        (Problem.BLOCKED, "geblokkeerd"),
    ],
)
def test_the_page_says_why_it_did_not_work(
    browser: FlaskClient, town: Town, db_of: Any, problem: Problem, words: str
) -> None:
    browser.post(f"/referral/staff/{town.ocmw}", data=invited(town))
    with town.worker.transaction(WORKER) as conn:
        (one,) = invitations.claim(conn, clock.now(), 1)
    act = put_off if problem in (Problem.AWAY, Problem.MAIL) else give_up
    act(town.worker, WORKER, one, problem)
    assert words in browser.get(f"/referral/staff/{town.ocmw}").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "els@ocmw"}, "Dit is geen e-mailadres"),
        ({"email": ""}, "Vul dit in"),
        ({"role": "school_staff"}, "Kies een van de mogelijkheden"),
        ({"role": ""}, "Kies een van de mogelijkheden"),
        ({"function": ""}, "Vul dit in"),
        ({"secrecy": "geen"}, "Kies een van de mogelijkheden"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_written(
    browser: FlaskClient, town: Town, owner_of: Any, changes: dict[str, str], words: str
) -> None:
    refused = browser.post(f"/referral/staff/{town.ocmw}", data=invited(town, **changes))
    assert refused.status_code == 422
    assert words in refused.text
    assert not well_formed.faults(refused.text, "nl")
    assert owner_of("referral").execute("SELECT count(*) FROM invitation").fetchone() == (0,)


def test_where_the_provider_makes_accounts_itself_the_page_says_so(
    app_of: Callable[[str], Flask], sign_in: Any, coordinator: Actor, town: Town, owner_of: Any
) -> None:
    browser = sign_in(app_of("referral").test_client(), coordinator)
    page = browser.get(f"/referral/staff/{town.ocmw}")
    assert page.status_code == 200
    assert "maakt Brug zelf geen accounts" in page.text
    assert "Nodig uit</button>" not in page.text
    assert browser.post(f"/referral/staff/{town.ocmw}", data=invited(town)).status_code in (400, 422)
    assert owner_of("referral").execute("SELECT count(*) FROM invitation").fetchone() == (0,)


def test_others_find_nothing_here(app: Flask, sign_in: Any, town: Town) -> None:
    for who in (town.mira, town.els):
        browser = sign_in(app.test_client(), who)
        for path in ("/referral/staff/", f"/referral/staff/{town.ocmw}", f"/referral/staff/{town.ocmw}/invitations"):
            assert browser.get(path).status_code == 403
    nobody = app.test_client().get(f"/referral/staff/{town.ocmw}")
    assert nobody.status_code == 303
