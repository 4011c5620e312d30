"""What staff and persons see on intake's pages, and in how few taps they are done."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services.intake import commands
from services.intake.domain.signin import Desk
from services.intake.views.home import _Appointment, _Match, _Registration
from shared import clock
from tests.builders.intake import WORKER, Place, a_draft, person, refer, register, sealed_in, staff
from tests.pages.well_formed import faults


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def school(client_of: Any, sign_in: Any, place: Place) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("intake"), place.mira)
    return client


def tree(answer: TestResponse) -> Any:
    return html.document_fromstring(answer.text)


def text_of(answer: TestResponse) -> str:
    return " ".join(str(tree(answer).text_content()).split())


def fields(answer: TestResponse, action: str = "") -> dict[str, Any]:
    """What the page's form would send, with every chosen value."""
    forms = [one for one in tree(answer).forms if one.get("method") == "post"]
    [form] = [
        one for one in forms if one.get("action", "").endswith(action) and "sign-out" not in one.get("action", "")
    ]
    told: dict[str, Any] = {}
    for name, value in form.form_values():
        told.setdefault(name, []).append(value)
    return told


def send(client: FlaskClient, path: str, page: TestResponse, **changes: Any) -> TestResponse:
    return client.post(path, data=fields(page) | changes)


def at_home(client_of: Any, sign_in: Any, person_id: UUID) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("intake"), person(person_id))
    return client


def test_a_family_is_written_down_in_eight_taps_beside_alias_and_phone(school: FlaskClient, place: Place) -> None:
    page = school.get("/intake/files/new")
    assert faults(page.text) == []
    taps = {
        "languages": ["ar", "fr"],
        "reads": "no",
        "channel": "call",
        "when": ["evening"],
        "arrangements": ["interpreter"],
        "life_domain": "finances",
    }
    typed = {"name_to_call": "Amal", "phone": "0470 12 34 56", "ask": "Het geld is op.", "goes_well": "Ze leest voor."}
    assert sum(len(one) if isinstance(one, list) else 1 for one in taps.values()) + 1 == 8
    saved = send(school, "/intake/files/new", page, **taps, **typed)
    assert saved.status_code == 303, saved.text
    shown = school.get(saved.location)
    assert faults(shown.text) == []
    for words in (
        "Amal",
        "0470 12 34 56",
        "Arabisch",
        "tolk",
        "Het geld is op.",
        "Ze leest voor.",
        "Vraag een akkoord",
    ):
        assert words in text_of(shown)


def test_alias_alone_is_enough_and_the_rest_is_not_known_yet(school: FlaskClient) -> None:
    saved = send(school, "/intake/files/new", school.get("/intake/files/new"), name_to_call="👩‍👧 ماما")
    page = text_of(school.get(saved.location))
    assert "👩‍👧 ماما" in page
    assert "weten we nog niet" in page
    assert "Wat gaat goed in dit gezin?" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_to_call": ""},
        {"name_to_call": "x" * 81},
        {"name_to_call": "Amal", "phone": "bel mij"},
        {"name_to_call": "Amal", "ask": "x" * 2001},
        {"name_to_call": "Amal", "languages": ["klingon"]},
        {"name_to_call": "Amal", "life_domain": "nationality"},
        {"name_to_call": "Amal", "child_name": "Y", "child_year": "1066"},
        {"name_to_call": "Amal", "ask": "Ze wacht op haar verblijfsvergunning."},
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field_and_nothing_is_written(
    school: FlaskClient, owner_of: Any, wrong: dict[str, Any]
) -> None:
    answer = send(school, "/intake/files/new", school.get("/intake/files/new"), **wrong)
    assert answer.status_code == 422
    assert "Nog niet bewaard" in text_of(answer)
    assert faults(answer.text) == []
    assert owner_of("intake").execute("SELECT count(*) FROM file").fetchone() == (0,)


def test_the_list_names_families_without_a_look(school: FlaskClient, place: Place, owner_of: Any) -> None:
    place.family()
    page = school.get("/intake/")
    assert faults(page.text) == []
    assert "Amal 🌷" in text_of(page)
    assert "Het geld" not in text_of(page)
    assert owner_of("intake").execute("SELECT count(*) FROM look").fetchone() == (0,)


def test_another_schools_file_is_as_if_it_did_not_exist(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    other = sign_in(client_of("intake"), place.jo)
    assert "Amal" not in other.get("/intake/").text
    for path in (f"/intake/files/{file.id}", f"/intake/persons/{file.persons[0].id}/akkoorden/new"):
        there, nowhere = other.get(path), other.get(re.sub(r"[0-9a-f-]{36}", str(uuid4()), path))
        assert there.status_code == nowhere.status_code == 404
        same = re.sub(r"\b[0-9a-f]{32}\b", "", there.text), re.sub(r"\b[0-9a-f]{32}\b", "", nowhere.text)
        assert re.sub(r"[0-9a-f]{64}", "", same[0]) == re.sub(r"[0-9a-f]{64}", "", same[1])


def test_partners_do_not_reach_files(client_of: Any, sign_in: Any, place: Place) -> None:
    els = sign_in(client_of("intake"), place.els)
    assert els.get("/intake/").status_code == 403
    assert els.get("/intake/worry").status_code == 200


def ask_a_yes(school: FlaskClient, place: Place, answers: dict[str, str], **chosen: Any) -> list[TestResponse]:
    """Play the talk: choose, look, answer each card by its words; returns every page."""
    file = chosen.pop("file", None) or place.family()
    path = f"/intake/persons/{chosen.pop('person_id', file.persons[0].id)}/akkoorden/new"
    first = school.get(f"{path}?ask={file.asks[0].id}")
    told = {"receiver": str(place.ocmw), "interpreting": "professional_phone", "adult": "y"} | chosen
    pages = [first, send(school, path, first, **told)]
    if pages[-1].status_code != 200:
        return pages
    pages.append(send(school, path, pages[-1]))
    while "consent-words" in pages[-1].text:
        words = text_of(pages[-1])
        said = next((answer for part, answer in answers.items() if part in words), "yes")
        pages.append(send(school, path, pages[-1], answer=said))
    return pages


def test_a_yes_is_asked_card_by_card_said_back_and_becomes_a_receipt(
    school: FlaskClient, place: Place, owner_of: Any
) -> None:
    choose, look, *cards, back = ask_a_yes(school, place, {})
    for page in (choose, look, back):
        assert faults(page.text) == []
    for page in cards:
        assert faults(page.text) == []
        assert "Gezinnen" not in page.text
        assert len(tree(page).find_class("choice")) == 2
    assert len(cards) == 3
    assert "Het geld is op het einde van de maand op." in text_of(look)
    assert "mondeling met tolk" in text_of(cards[0])
    path = tree(back).forms[0].get("action")
    refused = send(school, path, back)
    assert refused.status_code == 422
    done = send(school, path, back, said_back="y", way_back="nothing")
    assert done.status_code == 303, done.text
    receipt = school.get(done.location)
    assert faults(receipt.text) == []
    assert "Doorverwijzen" in text_of(receipt)
    assert "niets" in text_of(receipt)
    row = owner_of("intake").execute("SELECT level, way_back, explained_in, interpreting, said_back FROM akkoord")
    assert row.fetchone() == ("question", ["nothing"], "ar", "professional_phone", True)


def test_a_no_to_the_question_shares_only_how_to_reach(school: FlaskClient, place: Place, owner_of: Any) -> None:
    *_, back = ask_a_yes(school, place, {"mijn vraag": "no"})
    assert "Het geld" not in text_of(back)
    path = tree(back).forms[0].get("action")
    assert send(school, path, back, said_back="y").status_code == 303
    assert owner_of("intake").execute("SELECT level, ask_id FROM akkoord").fetchone() == ("reach", None)


def test_a_no_to_being_reached_shares_nothing(school: FlaskClient, place: Place, owner_of: Any) -> None:
    *_, end = ask_a_yes(school, place, {"bereiken": "no"})
    assert "Nee is ook goed" in text_of(end)
    assert faults(end.text) == []
    assert owner_of("intake").execute("SELECT count(*) FROM akkoord").fetchone() == (0,)


def test_a_whole_talk_is_one_look_at_each_person(school: FlaskClient, place: Place, owner_of: Any) -> None:
    file = place.family()
    ask_a_yes(school, place, {}, file=file)
    rows = owner_of("intake").execute("SELECT person_id FROM look").fetchall()
    assert sorted(row[0] for row in rows) == sorted(one.id for one in file.persons)


def test_an_organisation_without_an_agreement_cannot_be_chosen(school: FlaskClient, place: Place) -> None:
    [first, refused] = ask_a_yes(school, place, {}, receiver=str(place.stranger))
    assert "Permeke" not in first.text
    assert refused.status_code == 422


def test_the_cards_are_in_arabic_once_somebody_has_signed_their_texts(school: FlaskClient, place: Place) -> None:
    commands.sign_texts(place.worker, WORKER, "ar", "Iemand van het tolkennetwerk")
    _, _, card, *_ = ask_a_yes(school, place, {}, interpreting="none", adult="")
    assert faults(card.text, "ar") == []
    assert "نعم، مسموح" in card.text


def test_the_paper_code_lets_amal_in_to_her_own_page(school: FlaskClient, client_of: Any, place: Place) -> None:
    file = place.family()
    path = f"/intake/persons/{file.persons[0].id}/sign-in-code"
    offer = school.get(path)
    paper = send(school, path, offer)
    assert faults(offer.text) == []
    assert faults(paper.text) == []
    assert "<svg" in paper.text
    [code] = re.findall(r"\d{3} \d{3} \d{2} \d{2}", text_of(paper))
    phone = client_of("intake")
    page = phone.get("/intake/code")
    assert faults(page.text) == []
    wrong = send(phone, "/intake/code", page, code="123")
    assert wrong.status_code == 422
    entered = send(phone, "/intake/code", page, code=code)
    assert entered.status_code == 303
    home = phone.get(entered.location)
    assert faults(home.text, "ar") == []
    assert "Amal" in home.text


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("", "/intake/me"),
        ("/intake/", "/intake/me"),
        ("/intake/me/looks", "/intake/me/looks"),
        ("https://elsewhere.example/", "/intake/me"),
    ],
)
def test_after_the_code_she_goes_on_to_where_she_was_going(
    client_of: Any, place: Place, settings_of: Any, wanted: str, there: str
) -> None:
    secret = settings_of("intake").secret_key.get_secret_value()
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, Desk(secret, 14))
    phone = client_of("intake")
    page = phone.get("/intake/code", query_string={"next": wanted})
    assert send(phone, "/intake/code", page, code=paper.code).location == there


def test_a_preview_of_the_link_does_not_burn_it(client_of: Any, place: Place, settings_of: Any) -> None:
    secret = settings_of("intake").secret_key.get_secret_value()
    paper = commands.make_code(place.web, place.mira, place.family().persons[0].id, Desk(secret, 14))
    path = f"/intake/code/{paper.token}"
    for _ in range(3):
        assert client_of("intake").get(path).status_code == 200
    phone = client_of("intake")
    assert send(phone, path, phone.get(path)).status_code == 303
    assert send(client_of("intake"), path, client_of("intake").get(path)).status_code in (400, 422)


def test_amal_stops_in_two_taps_and_sees_that_it_is_stopped(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    phone = at_home(client_of, sign_in, file.persons[0].id)
    home = phone.get("/intake/me?lang=ar")
    assert faults(home.text, "ar") == []
    assert "OCMW Antwerpen" in home.text
    path = f"/intake/me/akkoorden/{akkoord_id}/stop"
    assert path in home.text
    ask = phone.get(path)
    assert faults(ask.text, "ar") == []
    stopped = send(phone, path, ask)
    assert stopped.status_code == 303
    again = send(phone, path, ask)
    assert again.status_code == 303
    page = phone.get(stopped.location)
    assert faults(page.text, "ar") == []
    assert "365" in page.text
    assert place.ocmw
    fragment = phone.get(f"/intake/me/akkoorden/{akkoord_id}/acknowledged", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert phone.get(path).status_code == 303


def test_amal_sees_what_comes_next_in_her_own_language(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    amal, akkoord_id, activity, occurrence = file.persons[0], place.yes(file), uuid4(), uuid4()
    at = clock.now() + timedelta(days=2)
    told = _Appointment(contact="Els", at=at, place="Lange Gasthuisstraat 33", goes_along="Mira")
    scope = ("akkoord", akkoord_id, "referral")
    refer(place, file, akkoord_id, "accepted", sealed=sealed_in(place, scope, amal.id, told))
    register(place, file, content=_Registration(activity_id=activity, occurrence_id=occurrence, children=1))
    starts = at.replace(tzinfo=None, microsecond=0).isoformat()
    place.tell("be.brug.activities.activity.published.v1", activity, an_activity(activity, occurrence, starts))
    match = _Match(first_name="Nadia", role="language_buddy")
    sealed = sealed_in(place, ("file", file.id, "network"), amal.id, match)
    match_id = uuid4()
    known = {"match_id": match_id, "person_id": amal.id, "family_id": file.id, "sealed": sealed}
    place.tell("be.brug.network.match.proposed.v1", match_id, known, subject=str(file.id))
    phone = at_home(client_of, sign_in, amal.id)
    for tongue in ("nl", "ar"):
        home = phone.get(f"/intake/me?lang={tongue}")
        assert home.status_code == 200
        assert faults(home.text, tongue) == []
        for words in ("Els", "Lange Gasthuisstraat 33", "Mira", "Oudercafé", "Polyvalente zaal", "Nadia"):
            assert words in text_of(home)


def an_activity(activity: UUID, occurrence: UUID, starts: str) -> dict[str, Any]:
    return {
        "activity_id": activity,
        "organiser": uuid4(),
        "kind": "parent_cafe",
        "title": {"text": "Oudercafé", "lang": "nl"},
        "town": "Antwerpen",
        "venue": "Polyvalente zaal",
        "address": "Kerkstraat 1",
        "occurrences": [
            {"occurrence_id": str(occurrence), "starts": starts, "ends": starts, "zone": "Europe/Brussels"}
        ],
    }


def test_a_person_reaches_no_page_of_another_person(client_of: Any, sign_in: Any, place: Place) -> None:
    akkoord_id = place.yes()
    other = at_home(client_of, sign_in, place.family(a_draft()).persons[0].id)
    for path in (
        f"/intake/me/akkoorden/{akkoord_id}/stop",
        f"/intake/me/akkoorden/{akkoord_id}/stopped",
        f"/intake/akkoorden/{akkoord_id}/receipt",
    ):
        assert other.get(path).status_code == 404
    assert other.get("/intake/").status_code == 403


def test_leaving_quickly_ends_the_session_and_says_nothing_of_brug(client_of: Any, sign_in: Any, place: Place) -> None:
    phone = at_home(client_of, sign_in, place.family().persons[0].id)
    left = phone.get("/intake/quick-exit")
    assert "Brug" not in left.text
    assert phone.get("/intake/me").status_code == 303


def test_two_people_who_change_a_file_at_once_lose_nothing_in_silence(school: FlaskClient, place: Place) -> None:
    file = place.family()
    path = f"/intake/files/{file.id}/goes-well"
    first, second = school.get(path), school.get(path)
    assert faults(first.text) == []
    assert send(school, path, first, goes_well="Ze zingt.").status_code == 303
    assert send(school, path, second, goes_well="Iets anders.").status_code == 409
    assert [one.text for one in place.file(file.id).goes_well] == ["Ze zingt."]


def test_persons_and_questions_can_be_added_and_changed(school: FlaskClient, place: Place) -> None:
    file = place.family()
    for path, typed in (
        (f"/intake/files/{file.id}/persons/new/child", {"name_to_call": "Lina", "birth_year": "2019"}),
        (f"/intake/files/{file.id}/persons/new/caregiver", {"name_to_call": "Oma", "other_language": "rif"}),
        (f"/intake/files/{file.id}/asks/new", {"ask": "Hulp met huiswerk.", "life_domain": "education"}),
        (f"/intake/persons/{file.persons[0].id}/edit", {"phone": "03 123 45 67"}),
        (f"/intake/persons/{file.persons[1].id}/edit", {"class_name": "2A"}),
    ):
        page = school.get(path)
        assert faults(page.text) == []
        saved = send(school, path, page, **typed)
        assert saved.status_code == 303, text_of(saved)
    after = place.file(file.id)
    assert {one.name_to_call for one in after.persons} == {"Amal 🌷", "Yusuf", "Lina", "Oma"}
    assert after.persons[0].phone == "03 123 45 67"
    assert [one.tag for one in after.persons[0].languages] == ["ar", "fr"]
    assert after.persons[1].class_name == "2A"
    assert len(after.asks) == 2


def test_the_schools_own_pages_keep_their_manners(school: FlaskClient, place: Place) -> None:
    file = place.family()
    for path in ("/intake/worry", "/intake/card", "/intake/welcome", f"/intake/files/{file.id}"):
        assert faults(school.get(path).text) == []


def test_a_helper_of_the_school_sees_no_file(client_of: Any, sign_in: Any, place: Place) -> None:
    file = place.family()
    helper = sign_in(client_of("intake"), staff(place.school, "helper", "buddy"))
    assert helper.get(f"/intake/files/{file.id}").status_code == 403


PLAN = {"parts": ["finances", "wishes"], "special": "health"}


def test_r3_no_part_of_a_plan_is_ticked_unless_somebody_ticks_it(school: FlaskClient, place: Place) -> None:
    file = place.family()
    page = tree(school.get(f"/intake/persons/{file.persons[0].id}/akkoorden/new"))
    ticks = page.xpath("//input[@name='parts' or @name='special']")
    assert {one.get("value") for one in ticks} >= {"strengths", "wishes", "contact", "finances", "health", "wellbeing"}
    assert {one.get("value") for one in page.xpath("//input[@name='special']")} == {"health", "wellbeing"}
    assert not [one for one in ticks if one.get("checked") is not None]


def test_r3_each_part_of_a_plan_is_a_card_of_its_own(school: FlaskClient, place: Place, owner_of: Any) -> None:
    _, look, *cards, back = ask_a_yes(school, place, {}, **PLAN)
    lines = [str(one.text_content()) for one in tree(look).xpath("//dt[.='Deel van het plan']/following-sibling::dd")]
    assert lines == ["wat jullie willen", "gezondheid", "financiën"]
    said = [text_of(page) for page in cards]
    assert [
        sum(part in one for one in said)
        for part in ("ons plan over geld", "wat wij willen", "ons plan over gezondheid")
    ] == [1, 1, 1]
    assert send(school, tree(back).forms[0].get("action"), back, said_back="y").status_code == 303
    row = owner_of("intake").execute("SELECT level, plan_parts, ask_id IS NOT NULL FROM akkoord").fetchone()
    assert row == ("plan_parts", ["wishes", "health", "finances"], True)


def test_r3_a_no_to_one_part_leaves_it_out_and_to_all_leaves_the_question(
    school: FlaskClient, place: Place, owner_of: Any
) -> None:
    *_, back = ask_a_yes(school, place, {"ons plan over gezondheid": "no", "mijn vraag": "no"}, **PLAN)
    assert "gezondheid" not in text_of(back)
    assert "Het geld is op" not in text_of(back)
    assert send(school, tree(back).forms[0].get("action"), back, said_back="y").status_code == 303
    row = owner_of("intake").execute("SELECT level, plan_parts, kinds, ask_id FROM akkoord").fetchone()
    assert row == ("plan_parts", ["wishes", "finances"], [], None)
    no = dict.fromkeys(("ons plan over", "wat wij willen"), "no")
    *_, back = ask_a_yes(school, place, no, **PLAN)
    assert send(school, tree(back).forms[0].get("action"), back, said_back="y").status_code == 303
    rows = owner_of("intake").execute("SELECT level FROM akkoord ORDER BY granted_at").fetchall()
    assert rows == [("plan_parts",), ("question",)]
