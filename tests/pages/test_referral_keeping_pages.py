"""An organisation keeps its own people and its mailbox, and nobody else's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.referral import commands
from shared import clock
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from tests.builders.referral import Town
from tests.pages.well_formed import faults

Enter = Callable[[Actor], FlaskClient]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
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
def enter(app: Flask, sign_in: Any) -> Enter:
    return lambda actor: sign_in(app.test_client(), actor)


def one_as(role: str, organisation: UUID) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, role, role, "discretie"),))


def membership_of(owner: Any, who: Actor) -> UUID:
    [found] = owner.execute("SELECT id FROM membership WHERE staff_id = %s", (who.id,)).fetchone()
    return UUID(str(found))


def test_the_responsible_lands_at_the_own_people_and_finds_no_others(enter: Enter, town: Town) -> None:
    browser = enter(one_as("responsible", town.ocmw))
    found = browser.get("/referral/staff/")
    assert (found.status_code, found.location) == (303, f"/referral/staff/{town.ocmw}")
    page = browser.get(found.location)
    assert "Maatschappelijk werker" in page.text
    assert "Dat ben jij." in page.text
    assert faults(page.text, "nl") == []
    assert browser.get(f"/referral/staff/{town.katrol}").status_code == 404
    assert browser.get(f"/referral/staff/{town.katrol}/invitations").status_code == 404


def test_who_comes_through_another_door_reads_what_opens_for_them(enter: Enter, town: Town) -> None:
    page = enter(one_as("responsible", town.ocmw)).get("/referral/")
    assert page.status_code == 403
    assert '<li><a href="/referral/staff/">' in page.text
    assert faults(page.text, "nl") == []


def test_who_is_responsible_for_two_chooses(enter: Enter, town: Town) -> None:
    held = tuple(Held(one, "responsible", "directie", "discretie") for one in (town.ocmw, town.katrol))
    page = enter(Actor(uuid4(), ActorKind.STAFF, held)).get("/referral/staff/")
    assert "OCMW Antwerpen" in page.text
    assert "De Katrol" in page.text
    assert faults(page.text, "nl") == []


def test_the_responsible_invites_a_colleague_but_gives_no_power_over_others(
    enter: Enter, town: Town, owner_of: Any
) -> None:
    browser = enter(one_as("responsible", town.ocmw))
    path = f"/referral/staff/{town.ocmw}"
    told = {"email": "an@ocmw.example", "function": "onthaal", "secrecy": "beroepsgeheim"}
    for role, status in (("partner_worker", 303), ("responsible", 303), ("coordinator", 422), ("dpo", 422)):
        assert browser.post(path, data=told | {"role": role}).status_code == status, role
    assert browser.post(f"/referral/staff/{town.katrol}", data=told | {"role": "partner_worker"}).status_code == 404
    roles = owner_of("referral").execute("SELECT role FROM invitation ORDER BY role").fetchall()
    assert roles == [("partner_worker",), ("responsible",)]


def test_a_membership_ends_on_the_page_and_the_next_tap_opens_nothing(enter: Enter, town: Town, owner_of: Any) -> None:
    els = enter(town.els)
    referral_id = town.sent()
    assert els.get(f"/referral/referrals/{referral_id}").status_code == 200
    browser = enter(one_as("responsible", town.ocmw))
    ended = membership_of(owner_of("referral"), town.els)
    answer = browser.post(f"/referral/staff/{town.ocmw}/memberships/{ended}/end")
    assert answer.status_code == 303
    assert "niets meer doen" in browser.get(answer.location).text
    assert els.get(f"/referral/referrals/{referral_id}").status_code in (303, 403, 404)


def test_nobody_ends_a_membership_elsewhere_nor_that_of_who_oversees(enter: Enter, town: Town, owner_of: Any) -> None:
    coordinator = one_as("coordinator", town.ocmw)
    enter(coordinator)
    responsible = one_as("responsible", town.ocmw)
    theirs, above = membership_of(owner_of("referral"), town.koen), membership_of(owner_of("referral"), coordinator)
    for membership, refusal in ((theirs, NotThere), (above, NotAllowed), (uuid4(), NotThere)):
        with pytest.raises(refusal):
            commands.end_membership(town.web, responsible, membership, clock.today())
    for who in (town.els, town.mira):
        with pytest.raises((NotAllowed, NotThere)):
            commands.end_membership(town.web, who, membership_of(owner_of("referral"), town.els), clock.today())
    commands.end_membership(town.web, coordinator, theirs, clock.today())


@pytest.mark.parametrize("role", ["partner_worker", "responsible", "coordinator", "dpo"])
def test_the_mailbox_is_written_by_who_may(enter: Enter, town: Town, role: str, owner_of: Any) -> None:
    browser, path = enter(one_as(role, town.ocmw)), f"/referral/contact/{town.ocmw}"
    assert faults(browser.get(path).text, "nl") == []
    assert browser.post(path, data={"email": "Onthaal@OCMW.example", "always": "y"}).status_code == 303
    shown = browser.get(path)
    assert "onthaal@ocmw.example" in shown.text
    assert "checked" in shown.text
    browser.post(path, data={"email": ""})
    assert owner_of("referral").execute("SELECT count(*) FROM organisation_contact").fetchone() == (0,)


@pytest.mark.parametrize("email", ["onthaal", "a@b", "a b@ocmw.example", "a@ocmw.example\nBcc: x@y.example", "x" * 300])
def test_what_is_no_address_is_said_in_words(enter: Enter, town: Town, email: str) -> None:
    answer = enter(town.els).post(f"/referral/contact/{town.ocmw}", data={"email": email})
    assert answer.status_code == 422
    assert faults(answer.text, "nl") == []


def test_nobody_writes_the_mailbox_of_another(enter: Enter, town: Town) -> None:
    for who, status in ((town.koen, 404), (town.mira, 403), (one_as("responsible", town.katrol), 404)):
        browser = enter(who)
        assert browser.get(f"/referral/contact/{town.ocmw}").status_code == status
        assert browser.post(f"/referral/contact/{town.ocmw}", data={"email": "x@y.example"}).status_code == status
