"""The pages of activities as people meet them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.activities.app import create_app
from services.activities.views import calendar
from shared.security import ANYONE
from tests.builders.activities import TOWN, Neighbourhood, on_day
from tests.pages.well_formed import faults

HERE = "/activities"


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture
def browser(client_of: Any) -> FlaskClient:
    client: FlaskClient = client_of("activities")
    return client


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def send(browser: FlaskClient, path: str, to: str = "", **fields: Any) -> TestResponse:
    """Open the page, fill in its form and send it."""
    page = browser.get(path)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    told = {"csrf_token": token(page)} | ({"version": version[1]} if version else {}) | fields
    return browser.post(to or path, data=told)


def test_anyone_sees_the_week_of_a_town(here: Neighbourhood, browser: FlaskClient) -> None:
    here.activity(times=on_day(0, 21))
    page = browser.get(f"{HERE}/?town={TOWN}")
    assert page.status_code == 200
    for words in ("Oudercafé ☕", "Polyvalente zaal", "6 mama&#39;s en papa&#39;s", "je kindje kan mee"):
        assert words in page.text
    assert "eten en drinken" not in page.text


def test_the_week_reads_in_arabic_from_right_to_left(here: Neighbourhood, browser: FlaskClient) -> None:
    here.activity(times=on_day(0, 21))
    page = browser.get(f"{HERE}/?town={TOWN}&lang=ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "Wat is er te doen?" not in page.text


def test_what_is_not_known_says_so_on_the_page_of_an_activity(here: Neighbourhood, browser: FlaskClient) -> None:
    page = browser.get(f"{HERE}/activities/{here.activity(companions=None)}")
    facts = re.sub(r"<[^>]+>", "", page.text)
    assert "vervoer: weten we nog niet" in facts
    assert "eten en drinken: nee" in facts
    assert "je kindje kan mee: ja" in facts


def test_three_taps_and_a_person_comes_with_a_name(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    sign_in(browser, amal.person)
    activity = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    first = browser.get(f"{HERE}/activities/{activity}?at={occurrence}&lang=nl")
    assert f"{HERE}/occurrences/{occurrence}/register" in first.text
    ask = browser.get(f"{HERE}/occurrences/{occurrence}/register")
    assert "Basisschool Het Kompas mag weten hoe je heet" in ask.text
    assert ask.text.index("Ja, dat mag") < ask.text.index("Nee, liever niet")
    done = send(browser, f"{HERE}/occurrences/{occurrence}/register", children="1", interpreter="ar", answer="yes")
    assert done.status_code == 303
    receipt = browser.get(done.location)
    for words in ("Tot dan!", "Jij en 1 kind", "Tolk Arabisch: gevraagd, nog niet geboekt", "mag weten hoe je heet"):
        assert words in receipt.text
    gone = send(browser, done.location, f"{done.location}/cancel")
    assert "Je komt niet" in browser.get(gone.location).text
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0


def test_no_is_as_good_as_yes(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    sign_in(browser, amal.person)
    done = send(browser, f"{HERE}/occurrences/{occurrence}/register?lang=nl", children="0", answer="no")
    receipt = browser.get(done.location)
    assert "Je komt zonder naam." in receipt.text


def test_a_yes_is_asked_in_a_signed_language_of_the_person(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any, owner_of: Any
) -> None:
    amal, occurrence = here.family(), here.occurrence()
    sign_in(browser, amal.person)
    page = browser.get(f"{HERE}/occurrences/{occurrence}/register?lang=ar")
    assert 'class="consent" lang="ar" dir="rtl"' in page.text
    assert "Ja, dat mag" not in page.text
    send(browser, f"{HERE}/occurrences/{occurrence}/register", children="0", answer="yes")
    assert owner_of("activities").execute("SELECT lang FROM registration").fetchone() == ("ar",)


def test_r26_in_a_language_that_nobody_signed_the_yes_is_asked_in_dutch(
    here: Neighbourhood, sign_in: Any, owner_of: Any
) -> None:
    app = create_app(here.settings.model_copy(update={"akkoord_languages": ("nl",)}))
    amal, occurrence = here.family(), here.occurrence()
    browser = sign_in(app.test_client(), amal.person)
    page = browser.get(f"{HERE}/occurrences/{occurrence}/register?lang=ar")
    assert 'class="consent" lang="nl" dir="ltr"' in page.text
    assert "Ja, dat mag" in page.text
    send(browser, f"{HERE}/occurrences/{occurrence}/register", children="0", answer="yes")
    assert owner_of("activities").execute("SELECT lang FROM registration").fetchone() == ("nl",)
    app.extensions["brug"].db.close()


def test_while_intake_is_on_its_way_the_page_asks_for_patience_and_keeps_what_was_chosen(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any, owner_of: Any
) -> None:
    amal, occurrence = here.family(known=False, key=False), here.occurrence()
    sign_in(browser, amal.person)
    page = send(
        browser, f"{HERE}/occurrences/{occurrence}/register?lang=nl", children="2", interpreter="ar", answer="yes"
    )
    assert page.status_code == 503
    assert "Even geduld" in page.text
    assert re.search(r'value="2" checked', page.text)
    assert re.search(r'value="ar" checked', page.text)
    assert owner_of("activities").execute("SELECT count(*) FROM registration").fetchone() == (0,)


def test_where_no_agreement_is_no_name_is_asked(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    amal, occurrence = here.family(), here.occurrence(here.bob)
    sign_in(browser, amal.person)
    page = browser.get(f"{HERE}/occurrences/{occurrence}/register?lang=nl")
    assert "mag weten hoe je heet" not in page.text
    done = send(browser, f"{HERE}/occurrences/{occurrence}/register", children="0", answer="no")
    assert done.status_code == 303


def test_a_full_activity_says_so_and_shows_where_there_is_room(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any
) -> None:
    occurrence = here.occurrence(seats=1)
    here.register(here.family(), occurrence)
    here.activity(here.bob, title=here.wish().title.model_copy(update={"text": "Koffie in de Dam"}))
    sign_in(browser, here.family().person)
    page = browser.get(f"{HERE}/occurrences/{occurrence}/register?lang=nl")
    assert "Volzet." in page.text
    assert "Koffie in de Dam" in page.text


def test_anyone_says_ik_kom_at_a_drop_in_and_may_change(here: Neighbourhood, browser: FlaskClient) -> None:
    occurrence = here.drop_in()
    done = send(browser, f"{HERE}/occurrences/{occurrence}/come?lang=nl", children="1", idempotency_key="k")
    assert done.status_code == 303
    assert "We vroegen geen naam." in browser.get(done.location).text
    gone = send(browser, done.location, f"{done.location}/cancel")
    assert gone.status_code == 303
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0


def test_registering_with_a_name_asks_to_sign_in_first(here: Neighbourhood, browser: FlaskClient) -> None:
    page = browser.get(f"{HERE}/occurrences/{here.occurrence()}/register")
    assert page.status_code == 303
    assert "/activities/sign-in?as=person" in page.location


def test_an_organiser_sees_numbers_and_what_is_not_booked(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any
) -> None:
    here.fresh()
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence, children=2, interpreter="ar")
    here.register(here.family(), occurrence, yes=False)
    sign_in(browser, here.fatima)
    overview = browser.get(f"{HERE}/mine")
    assert "Tolk gevraagd, nog niet geboekt" in overview.text
    assert "Amal" not in overview.text
    page = browser.get(f"{HERE}/mine/{occurrence}")
    assert "naam volgt" in page.text
    assert "1 persoon komt zonder naam." in page.text
    granted = here.granted(amal, made)
    assert "Amal 🌷" in browser.get(f"{HERE}/mine/{occurrence}").text
    send(browser, f"{HERE}/mine/{occurrence}", f"{HERE}/mine/{occurrence}/interpreters", language="ar",
         interpreting="professional_phone")  # fmt: skip
    assert "geboekt: telefoontolk" in browser.get(f"{HERE}/mine/{occurrence}").text
    here.ended(granted)
    assert "Amal" not in browser.get(f"{HERE}/mine/{occurrence}").text


def test_names_stay_closed_while_it_is_not_known_who_stopped(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any
) -> None:
    amal, occurrence = here.family(), here.occurrence()
    here.granted(amal, here.register(amal, occurrence))
    sign_in(browser, here.fatima)
    page = browser.get(f"{HERE}/mine/{occurrence}")
    assert page.status_code == 200
    assert "Namen openen even niet" in page.text
    assert "Amal" not in page.text


def test_another_organisers_occurrence_is_not_there(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    occurrence = here.occurrence()
    sign_in(browser, here.bob)
    assert browser.get(f"{HERE}/mine/{occurrence}").status_code == 404
    assert browser.get(f"{HERE}/mine/{uuid4()}").status_code == 404


def fields(here: Neighbourhood, **changes: Any) -> dict[str, Any]:
    times = on_day(3)
    return {
        "organiser": str(here.kompas),
        "kind": "parent_cafe",
        "title": "Koffie aan de poort ☕ قهوة",
        "hall_id": str(here.hall()),
        "day": times.starts.date().isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "repeat": "weekly",
        "registration": "named",
        "seats": "6",
        "childcare": "yes",
        "companions": "",
        "languages": ["nl", "ar"],
    } | changes


def test_an_organiser_puts_an_activity_in_the_calendar(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    sign_in(browser, here.fatima)
    done = send(browser, f"{HERE}/activities/new", **fields(here))
    assert done.status_code == 303
    page = browser.get(done.location)
    assert "Koffie aan de poort ☕ قهوة" in page.text
    assert "Ook op deze dagen" in page.text


def test_a_clash_shows_before_saving_and_can_be_saved_anyway(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any, owner_of: Any
) -> None:
    sign_in(browser, here.fatima)
    here.activity()
    shown = send(browser, f"{HERE}/activities/new", **fields(here))
    assert shown.status_code == 409
    assert "Zelfde zaal" in shown.text
    assert "Toch opslaan" in shown.text
    assert owner_of("activities").execute("SELECT count(*) FROM activity").fetchone() == (1,)
    assert send(browser, f"{HERE}/activities/new", **fields(here), anyway="1").status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Vul dit in."),
        ({"title": "x" * 5000}, "Dit is te lang."),
        ({"ends": "08:00"}, "Het einde komt na het begin"),
        ({"day": "2001-01-01"}, "Kies een dag die nog komt."),
        ({"day": "gisteren"}, ""),
        ({"seats": "véél"}, ""),
        ({"kind": "rave"}, ""),
        ({"hall_id": "nergens"}, ""),
        ({"registration": "drop_in"}, "Bij vrije inloop zijn er geen plaatsen te tellen."),
        ({"until": "2001-01-01"}, "Dit is voor de eerste keer."),
        ({"description": "alleen voor vluchtelingen"}, "Dat bewaren we nooit"),
    ],
)
def test_what_cannot_be_comes_back_with_words_and_nothing_is_written(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any, owner_of: Any, changes: dict[str, str], words: str
) -> None:
    sign_in(browser, here.fatima)
    page = send(browser, f"{HERE}/activities/new", **fields(here, **changes))
    assert page.status_code == 422
    assert "Nog niet bewaard" in page.text
    assert words in page.text
    assert owner_of("activities").execute("SELECT count(*) FROM activity").fetchone() == (0,)


def test_an_organiser_cancels_and_everyone_sees_it(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    activity = here.activity()
    sign_in(browser, here.fatima)
    send(browser, f"{HERE}/activities/{activity}", f"{HERE}/activities/{activity}/cancel")
    assert "Dit gaat niet door." in browser.get(f"{HERE}/activities/{activity}").text
    assert (
        send(browser, f"{HERE}/activities/new", f"{HERE}/activities/{activity}/cancel", version="1").status_code == 409
    )


def test_a_hall_is_named_and_chosen(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    sign_in(browser, here.fatima)
    assert "Voeg een zaal toe" in browser.get(f"{HERE}/activities/new").text
    hall = {"organisation_id": str(here.kompas), "name": "Turnzaal", "address": "", "town": TOWN}
    assert send(browser, f"{HERE}/halls/new", **hall).status_code == 303
    assert "Turnzaal, Antwerpen" in browser.get(f"{HERE}/activities/new").text
    assert send(browser, f"{HERE}/halls/new", **hall | {"name": " "}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/?town=x&week=never", f"/?town={'x' * 999}", "/calendar.ics", "/?town=x&week=2026-W99"]
)
def test_addresses_that_cannot_be_are_refused_in_plain_words(browser: FlaskClient, path: str, here: Any) -> None:
    assert browser.get(HERE + path).status_code == 422


def test_the_feed_is_fetched_again_only_when_it_changed(here: Neighbourhood, browser: FlaskClient) -> None:
    here.activity()
    first = browser.get(f"{HERE}/calendar.ics?town={TOWN}")
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    again = {"If-None-Match": first.headers["ETag"]}
    assert browser.get(f"{HERE}/calendar.ics?town={TOWN}", headers=again).status_code == 304
    here.activity(times=on_day(5))
    assert browser.get(f"{HERE}/calendar.ics?town={TOWN}", headers=again).status_code == 200


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_every_page_of_a_person_is_well_formed(
    here: Neighbourhood, browser: FlaskClient, sign_in: Any, language: str
) -> None:
    amal, occurrence, drop_in = here.family(), here.occurrence(), here.drop_in()
    full = here.occurrence(seats=1)
    here.register(here.family(), full)
    seat = here.register(amal, here.occurrence(), interpreter="ar")
    sign_in(browser, amal.person)
    activity = calendar.occurrence(here.web, ANYONE, occurrence).activity_id
    for path in (
        "/",
        f"/?town={TOWN}",
        f"/activities/{activity}",
        f"/occurrences/{occurrence}/register",
        f"/occurrences/{full}/register",
        f"/occurrences/{drop_in}/come",
        f"/registrations/{seat}",
        f"/activities/{uuid4()}",
    ):
        page = browser.get(f"{HERE}{path}{'&' if '?' in path else '?'}lang={language}")
        assert faults(page.text, language) == [], path


def test_every_page_of_an_organiser_is_well_formed(here: Neighbourhood, browser: FlaskClient, sign_in: Any) -> None:
    here.fresh()
    sign_in(browser, here.fatima)
    assert faults(browser.get(f"{HERE}/mine").text) == []
    amal, occurrence = here.family(), here.occurrence()
    here.granted(amal, here.register(amal, occurrence, interpreter="ar"))
    for path in ("/", "/mine", f"/mine/{occurrence}", "/activities/new", "/halls/new"):
        assert faults(browser.get(HERE + path).text) == [], path
    shown = send(browser, f"{HERE}/activities/new", **fields(here, title=""))
    assert faults(shown.text) == []
    assert faults(send(browser, f"{HERE}/activities/new", **fields(here)).text) == []
