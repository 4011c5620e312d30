"""A person reads what the school knows, says 'Dit klopt niet', and reads the answer; all yeses; who looked."""

from typing import Any
from uuid import UUID

import pytest
from flask import g
from flask.testing import FlaskClient

from services.intake import commands, store, views
from services.intake.domain.contact import Contact
from services.intake.domain.correction import Reply, Status
from services.intake.timers import COUNTED
from services.intake.web.everything import on_paper
from shared import clock, facts
from shared.envelope import Envelope
from shared.facts import Month
from tests.builders.intake import Place, person, two_homes
from tests.pages.test_intake_pages import at_home, send, text_of, tree
from tests.pages.well_formed import faults


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def school(client_of: Any, sign_in: Any, place: Place) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("intake"), place.mira)
    return client


@pytest.mark.parametrize("tongue", ["nl", "ar"])
def test_she_reads_all_that_the_school_knows_in_her_own_language(
    client_of: Any, sign_in: Any, place: Place, school: FlaskClient, tongue: str
) -> None:
    file = place.family()
    assert school.get("/intake/").status_code == 200  # Mira is known here now
    phone = at_home(client_of, sign_in, file.persons[0].id)
    home = phone.get(f"/intake/me?lang={tongue}")
    assert "/intake/me/known" in home.text
    page = phone.get(f"/intake/me/known?lang={tongue}")
    assert faults(page.text, tongue) == []
    for words in (
        "Amal 🌷",
        "0470 12 34 56",
        "Yusuf",
        "1B",
        "2020",
        "Ze vertelt elke avond een verhaal. كل ليلة",
        "Het geld is op het einde van de maand op.",
        "Basisschool De Linde",
        "brugfiguur",
    ):
        assert words in text_of(page)
    assert ("weten we nog niet" if tongue == "nl" else "لا نعرف") in text_of(page)
    things = [one.get("href") for one in tree(page).xpath("//a[contains(@href, '/wrong')]")]
    assert len(things) == len(set(things)) >= 12


@pytest.mark.parametrize(("tongue", "how"), [("nl", "bellen"), ("ar", "اتصال هاتفي")])
def test_that_a_contact_was_as_she_asked_is_a_line_of_its_own_until_the_month_is_counted(
    client_of: Any, sign_in: Any, app_of: Any, place: Place, tongue: str, how: str
) -> None:
    file = place.family()
    amal = file.persons[0].id
    phone = at_home(client_of, sign_in, amal)
    assert tree(phone.get(f"/intake/me/known?lang={tongue}")).xpath("//*[@id='contacts']") == []
    this_month = Month.of(clock.today())
    commands.note_contact(place.web, place.mira, file.id, a_call(amal))
    page = phone.get(f"/intake/me/known?lang={tongue}")
    assert faults(page.text, tongue) == []
    [line] = tree(page).xpath("//*[@id='contacts']//dl/div | //section[.//*[@id='contacts']]//dl/div")
    assert line.xpath("string(dd)") == how
    told = views.everything.everything(place.web, person(amal), amal)
    assert [(one.month, one.way) for one in told.contacts] == [(this_month.first, "call")]
    with app_of("intake").test_request_context(f"/intake/me?lang={tongue}"):
        g.actor = person(amal)
        cards = on_paper(views.everything.taken(place.web, g.actor, amal), g.actor)["sections"][0]["cards"]
    assert [(one["label"], one["text"]) for one in cards[-1]["lines"]] == [(line.xpath("string(dt)"), how)]
    facts.count(place.worker, COUNTED[0], this_month)
    assert tree(phone.get(f"/intake/me/known?lang={tongue}")).xpath("//*[@id='contacts']") == []


@pytest.mark.parametrize("flagged", [False, True])
def test_r5_r22_a_contact_that_may_have_been_with_another_home_or_somebody_with_a_flag_shows_to_no_other(
    place: Place, *, flagged: bool
) -> None:
    """The row does not say with whom it was, so it opens only where that can be but one home."""
    homes: list[dict[str, Any]] = [
        {"name_to_call": "Amal", "channel": "call", "households": [1]},
        {"name_to_call": "Karim", "channel": "call", "households": [1 if flagged else 2]},
        {"kind": "child", "name_to_call": "Yusuf", "birth_year": clock.today().year - 13, "households": [1]},
    ]
    file = two_homes(place, persons=homes)
    amal, karim, child = (one.id for one in file.persons)
    commands.note_contact(place.web, place.mira, file.id, a_call(karim))
    if flagged:
        assert _contacts(place, amal) == 1, "one home"
        with place.web.transaction(place.mira) as conn:
            store.family.update(conn, file.flagged(karim, safety=True), clock.now(), file)
    assert _contacts(place, amal) == 0
    assert _contacts(place, karim) == (1 if flagged else 0)
    assert _contacts(place, child) == 0, "what was asked is between the school and the caregivers"
    other = place.family().persons[0].id
    assert _contacts(place, other) == 0, "of another family"


def a_call(person_id: UUID) -> Contact:
    return Contact(person_id=person_id, way="call", interpreter=True, at_agreed_hour=True)


def _contacts(place: Place, person_id: UUID) -> int:
    return len(views.known.known(place.web, person(person_id), person_id).contacts)


def test_she_says_that_her_number_is_not_right_and_reads_the_answer(
    client_of: Any, sign_in: Any, place: Place, school: FlaskClient
) -> None:
    file = place.family()
    amal = file.persons[0].id
    phone = at_home(client_of, sign_in, amal)
    path = f"/intake/me/known/phone:{amal}/wrong"
    assert path in phone.get("/intake/me/known?lang=ar").text
    ask = phone.get(path)
    assert faults(ask.text, "ar") == []
    empty = send(phone, path, ask)
    assert empty.status_code == 422
    assert faults(empty.text, "ar") == []
    done = send(phone, path, ask, choice="outdated", words="رقمي الجديد 0471")
    assert done.status_code == 303
    again = send(phone, path, ask, choice="outdated", words="رقمي الجديد 0471")
    assert again.status_code == 303
    after = phone.get(done.location)
    assert after.text.count("رقمي الجديد 0471") == 1
    assert faults(after.text, "ar") == []

    front = school.get("/intake/")
    assert "1 wacht op een antwoord" in text_of(front)
    listed = school.get("/intake/corrections")
    assert faults(listed.text) == []
    assert "0471" not in listed.text
    seen = school.get(f"/intake/files/{file.id}")
    assert "zegt: dit klopt niet (telefoon)" in text_of(seen)
    link = tree(seen).xpath("//a[contains(@href, '/intake/corrections/')]/@href")[0]
    question = school.get(link)
    assert faults(question.text) == []
    assert "رقمي الجديد 0471" in text_of(question)
    refused = send(school, link, question, to="not_adjusted")
    assert refused.status_code == 422
    assert "waarom" in text_of(refused)
    answered = send(school, link, question, to="adjusted", words="Het nieuwe nummer staat er nu.")
    assert answered.status_code == 303
    assert send(school, link, question, to="adjusted").status_code == 409
    assert faults(school.get(link).text) == []
    assert "Iemand liet weten" not in school.get("/intake/").text
    for path in ("/intake/me?lang=nl", "/intake/me/known"):
        page = phone.get(path)
        assert "aangepast" in text_of(page)
        assert faults(page.text) == []
    assert "Het nieuwe nummer staat er nu." in text_of(phone.get("/intake/me/known"))


def test_she_takes_it_back_with_one_button(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    place.doubt(file)
    phone = at_home(client_of, sign_in, file.persons[0].id)
    page = phone.get("/intake/me/known")
    back = tree(page).xpath("//form[contains(@action, 'withdraw')]/@action")[0]
    assert send(phone, back, page).status_code == 303
    assert "niet meer nodig" in text_of(phone.get("/intake/me/known"))


def test_a_hint_at_what_is_never_collected_is_warned_before_it_is_sent(
    client_of: Any, sign_in: Any, place: Place
) -> None:
    file = place.family()
    amal = file.persons[0].id
    phone = at_home(client_of, sign_in, amal)
    path = f"/intake/me/known/missing:{amal}/wrong"
    page = phone.get(path)
    assert faults(page.text) == []
    told = send(phone, path, page, words="Ik ben vluchteling.")
    assert told.status_code == 422
    assert "Toch zo bewaren" in text_of(told)
    assert send(phone, path, told, words="Ik ben vluchteling.", understood="y").status_code == 303


@pytest.mark.parametrize("thing", ["phone", "phone:x", "nationality:{amal}", "phone:{karim}", "%00", "📞" * 50])
def test_an_address_of_no_thing_of_hers_leads_nowhere(client_of: Any, sign_in: Any, place: Place, thing: str) -> None:
    file = two_homes(place)
    phone = at_home(client_of, sign_in, file.persons[0].id)
    path = f"/intake/me/known/{thing.format(amal=file.persons[0].id, karim=file.persons[1].id)}/wrong"
    assert phone.get(path).status_code == 404


def test_every_yes_is_kept_with_how_it_came_about_and_ended(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    stopped, live = place.yes(file), place.yes(file, receiver_organisation=place.katrol)
    amal = person(file.persons[0].id)
    commands.stop_akkoord(place.web, amal, stopped)
    phone = at_home(client_of, sign_in, amal.id)
    for tongue in ("nl", "ar"):
        page = phone.get(f"/intake/me/akkoorden?lang={tongue}")
        assert faults(page.text, tongue) == []
    page = phone.get("/intake/me/akkoorden?lang=nl")
    for words in ("OCMW Antwerpen", "gestopt door de persoon", "De Katrol", "brugfiguur", "telefoontolk", "Arabisch"):
        assert words in text_of(page)
    assert f"/intake/me/akkoorden/{live}/stop" in page.text
    assert f"/intake/me/akkoorden/{stopped}/stop" not in page.text
    receipt = phone.get(f"/intake/akkoorden/{stopped}/receipt")
    assert faults(receipt.text) == []
    assert "Wat je toen zag en hoorde" in text_of(receipt)
    assert "mag mijn vraag lezen" in text_of(receipt)


def test_who_looked_reads_by_day_and_one_talk_is_one_line(
    client_of: Any, sign_in: Any, place: Place, owner_of: Any
) -> None:
    file = place.family()
    for _ in range(3):
        views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    phone = at_home(client_of, sign_in, file.persons[0].id)
    for tongue in ("nl", "ar"):
        assert faults(phone.get(f"/intake/me/looks?lang={tongue}").text, tongue) == []
    page = phone.get("/intake/me/looks?lang=nl")
    assert len(tree(page).xpath("//main//li")) == 1
    assert "Yusuf" in text_of(page)
    assert "Keek naar: wat de school over jullie weet" in text_of(page)


def test_who_looked_can_be_narrowed_to_one_organisation(
    client_of: Any, sign_in: Any, place: Place, owner_of: Any
) -> None:
    file = place.family()
    views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    look_of_ocmw(place, file.persons[0].id, file.id, place.yes(file))
    phone = at_home(client_of, sign_in, file.persons[0].id)
    assert "OCMW Antwerpen" in text_of(phone.get("/intake/me/looks"))
    page = phone.get(f"/intake/me/looks?organisation={place.school}")
    assert faults(page.text) == []
    assert [one.text_content().strip() for one in tree(page).xpath("//main//li//strong")] == ["Basisschool De Linde"]
    assert phone.get("/intake/me/looks?organisation=nonsense").status_code == 200


def deliver(place: Place, owner: Any) -> None:
    for (body,) in owner.execute("SELECT body FROM outbox WHERE topic = 'intake.trail' ORDER BY position").fetchall():
        place.receive(Envelope.model_validate_json(body))


def look_of_ocmw(place: Place, person_id: UUID, family_id: UUID, akkoord_id: UUID) -> None:
    """The OCMW opened a referral that rests on this yes."""
    look_id = UUID(int=person_id.int ^ akkoord_id.int)
    told = {
        "look_id": look_id,
        "person_id": person_id,
        "family_id": family_id,
        "organisation_id": place.ocmw,
        "function": "maatschappelijk werker",
        "what": "referral",
        "ground": "akkoord",
        "at": "2026-09-01T10:00:00Z",
        "akkoord_id": akkoord_id,
    }
    place.tell("be.brug.look.taken.v1", look_id, told, subject=str(family_id), owner_organisation=place.school)


def test_an_answer_that_says_no_tells_where_to_complain(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    reply = Reply(Status.NOT_ADJUSTED, "Dit nummer gaf je ons zelf.", 1)
    commands.answer_correction(place.web, place.mira, place.doubt(file), reply)
    page = at_home(client_of, sign_in, file.persons[0].id).get("/intake/me/known")
    assert "Gegevensbeschermingsautoriteit" in text_of(page)
