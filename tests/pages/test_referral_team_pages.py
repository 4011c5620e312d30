"""Pages on which an organisation keeps its teams, a school names one, and a receiver moves a referral."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from services.referral.commands import teams
from services.referral.domain.teams import TeamWish
from services.referral.views import teams as views
from shared.security import Actor
from tests.builders.referral import Town
from tests.pages.well_formed import faults
from tests.rules.test_r01_agreements import responsible

Enter = Callable[[Actor], FlaskClient]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def enter(app_of: Callable[[str], Flask], sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    app = app_of("referral")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    return lambda actor: sign_in(app.test_client(), actor)


def make(town: Town, name: str = "Onthaal", at: UUID | None = None) -> UUID:
    place = at or town.ocmw
    return teams.make_team(town.web, responsible(place), place, TeamWish(name))


def test_a_team_is_made_renamed_filled_and_ended_on_pages(enter: Enter, town: Town, owner_of: Any) -> None:
    keeper = responsible(town.ocmw)
    browser, path = enter(keeper), f"/referral/staff/{town.ocmw}/teams"
    assert path in browser.get(f"/referral/staff/{town.ocmw}").text
    assert faults(browser.get(path).text, "nl") == []
    assert browser.post(path, data={"name": "Onthaal 🌷 استقبال"}).status_code == 303
    [made] = views.kept(town.web, keeper, town.ocmw)
    [els] = owner_of("referral").execute("SELECT id FROM membership WHERE staff_id = %s", (town.els.id,)).fetchone()
    one = f"/referral/staff/teams/{made.id}"
    page = browser.get(one).text
    assert str(els) in page
    assert faults(page, "nl") == []
    told = {"name": "Schuldhulp", "members": [str(els)], "version": "1"}
    assert browser.post(one, data=told).status_code == 303
    [kept] = views.kept(town.web, keeper, town.ocmw)
    assert (kept.name, kept.members) == ("Schuldhulp", (els,))
    assert browser.post(one, data=told).status_code == 409
    assert "Maatschappelijk werker" in browser.get(path).text
    assert browser.post(f"{one}/end", data={"version": "2"}).status_code == 303
    assert "Dit team stoppen" not in browser.get(one).text
    assert "gestopt" in browser.get(path).text


@pytest.mark.parametrize("told", [{}, {"name": "   "}, {"name": "x" * 101}, {"name": "X", "members": "🌷"}])
def test_what_is_no_team_comes_back_with_words(enter: Enter, town: Town, told: dict[str, str]) -> None:
    answer = enter(responsible(town.ocmw)).post(f"/referral/staff/{town.ocmw}/teams", data=told)
    assert answer.status_code == 422
    assert faults(answer.text, "nl") == []


def test_a_name_in_use_or_a_stranger_is_said_beside_the_field(enter: Enter, town: Town) -> None:
    team = make(town)
    browser = enter(responsible(town.ocmw))
    again = browser.post(f"/referral/staff/{town.ocmw}/teams", data={"name": "onthaal"})
    assert (again.status_code, "Er is al een team met deze naam" in again.text) == (422, True)
    told = {"name": "Onthaal", "members": [str(uuid4())], "version": "1"}
    assert browser.post(f"/referral/staff/teams/{team}", data=told).status_code == 422


def test_the_school_chooses_among_the_receivers_teams_by_name(enter: Enter, town: Town) -> None:
    mine, other = make(town), make(town, "Huiswerkploeg", town.katrol)
    yes, browser = town.yes(), enter(town.mira)
    page = browser.get(f"/referral/referrals/new?akkoord={yes.akkoord_id}").text
    assert "Onthaal" in page
    assert "Huiswerkploeg" not in page
    assert faults(page, "nl") == []
    told = {"akkoord": str(yes.akkoord_id), "reason": "finances"}
    wrong = browser.post("/referral/referrals/new", data=told | {"team": str(other)})
    assert (wrong.status_code, "Kies een team van deze organisatie" in wrong.text) == (422, True)
    assert browser.post("/referral/referrals/new", data=told | {"team": "geen"}).status_code == 400
    made = browser.post("/referral/referrals/new", data=told | {"team": str(mine)})
    assert made.status_code == 303
    assert "Jullie vroegen het team Onthaal." in browser.get(made.location).text


def test_where_the_receiver_has_no_team_nobody_is_asked_for_one(enter: Enter, town: Town) -> None:
    page = enter(town.mira).get(f"/referral/referrals/new?akkoord={town.yes().akkoord_id}").text
    assert "Voor welk team?" not in page
    assert "Welk team?" not in enter(town.els).get(f"/referral/referrals/{town.sent()}").text


def test_a_colleague_moves_it_by_the_form_on_its_page(enter: Enter, town: Town) -> None:
    mine, others = make(town), make(town, "Huiswerkploeg", town.katrol)
    referral_id, browser = town.sent(), enter(town.els)
    path = f"/referral/referrals/{referral_id}"
    page = browser.get(path).text
    assert faults(page, "nl") == []
    [form] = [one for one in html.fromstring(page).forms if one.get("action", "").endswith("/team")]
    told = dict(form.form_values())
    wrong = browser.post(f"{path}/team", data=told | {"team": str(others)})
    assert wrong.status_code == 422
    assert browser.post(f"{path}/team", data=told | {"team": str(mine)}).status_code == 303
    assert "Onthaal" in browser.get(path).text
    assert "Onthaal" not in enter(town.mira).get(path).text
