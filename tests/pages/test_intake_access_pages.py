"""Staff find, hand over and listen to a child; a person takes all along; the officer reads names."""

import json
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient

from services.intake import commands, views
from services.intake.domain.handing import HandOver
from services.intake.web.everything import on_paper
from shared.security import Actor
from tests.builders.intake import Place, person, staff, two_homes
from tests.conftest import remember_memberships
from tests.pages.test_intake_pages import at_home, send, text_of, tree
from tests.pages.well_formed import faults
from tests.rules.test_r18_who_has_looked import deliver


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def school(client_of: Any, sign_in: Any, place: Place) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("intake"), place.mira)
    return client


@pytest.fixture
def nele(place: Place, owner_of: Any) -> Actor:
    actor = staff(place.school, "school_staff", "zorgcoördinator")
    remember_memberships(owner_of("intake"), actor)
    with place.web.transaction(actor) as conn:
        commands.know_colleague(conn, "Nele 🐝")
    return actor


def names(page: Any) -> list[str]:
    return [str(one.text_content()) for one in tree(page).xpath("//h2[@class='card-title']/a")]


def test_a_family_is_searched_on_the_front_page_without_opening_it(
    school: FlaskClient, place: Place, owner_of: Any
) -> None:
    place.family()
    for asked, found in (("أمل", ["Amal 🌷"]), ("0470123456", ["Amal 🌷"]), ("yousef", ["Amal 🌷"]), ("Ingrid", [])):
        page = school.get("/intake/", query_string={"q": asked})
        assert faults(page.text) == []
        assert names(page) == found
        assert tree(page).xpath("//input[@name='q']/@value") == [asked]
    assert "Gevonden: Yusuf" in text_of(school.get("/intake/?q=yousef"))
    assert "0470" not in text_of(school.get("/intake/?q=amal"))
    assert owner_of("intake").execute("SELECT count(*) FROM look").fetchone() == (0,)


@pytest.mark.parametrize("asked", ["<script>", "x" * 3000, "🌷" * 50, "%00", "a\x00b"])
def test_whatever_is_searched_the_page_stands(school: FlaskClient, asked: str) -> None:
    page = school.get("/intake/", query_string={"q": asked})
    assert page.status_code == 200
    assert faults(page.text) == []


def test_mine_are_those_that_i_follow(school: FlaskClient, place: Place, nele: Actor) -> None:
    file = place.family()
    assert names(school.get("/intake/?whose=mine")) == ["Amal 🌷"]
    commands.hand_over(place.web, place.mira, file.id, HandOver(nele.id, "", 1))
    mine = school.get("/intake/?whose=mine")
    assert names(mine) == []
    assert "Jij volgt nog geen gezin op" in text_of(mine)
    assert "Nele 🐝 volgt op" in text_of(school.get("/intake/"))


def test_before_a_new_file_what_exists_is_shown_and_the_staff_member_chooses(school: FlaskClient, place: Place) -> None:
    file = place.family()
    blank = school.get("/intake/files/new")
    told = {"name_to_call": "أمل", "phone": "+32 470 12 34 56"}
    shown = send(school, "/intake/files/new", blank, **told)
    assert shown.status_code == 422
    assert faults(shown.text) == []
    assert f"/intake/files/{file.id}" in shown.text
    assert "Het is nog niet bewaard" in text_of(shown)
    assert tree(shown).xpath("//input[@name='name_to_call']/@value") == ["أمل"]
    assert len(names(school.get("/intake/"))) == 1
    made = send(school, "/intake/files/new", shown, anyway="y")
    assert made.status_code == 303
    again = send(school, "/intake/files/new", shown, anyway="")
    assert again.location == made.location  # a second tap of the same form makes no second file
    assert len(names(school.get("/intake/"))) == 2


def test_another_schools_family_is_not_among_what_exists(client_of: Any, sign_in: Any, place: Place) -> None:
    place.family()
    other = sign_in(client_of("intake"), place.jo)
    told = {"name_to_call": "Amal", "phone": "0470 12 34 56"}
    assert send(other, "/intake/files/new", other.get("/intake/files/new"), **told).status_code == 303


def test_a_file_is_handed_over_with_a_note(
    school: FlaskClient, place: Place, nele: Actor, client_of: Any, sign_in: Any
) -> None:
    file = place.family()
    path = f"/intake/files/{file.id}/hand-over"
    assert path in school.get(f"/intake/files/{file.id}").text
    ask = school.get(path)
    assert faults(ask.text) == []
    assert "Nele 🐝, zorgcoördinator" in text_of(ask)
    empty = send(school, path, ask, to="")
    assert empty.status_code == 422
    assert faults(empty.text) == []
    assert send(school, path, ask, to=str(place.jo.id)).status_code == 422
    done = send(school, path, ask, to=str(nele.id), note="Bel eerst haar zus. شكرا 🌷")
    assert done.status_code == 303
    seen = school.get(done.location)
    assert faults(seen.text) == []
    assert "Nele 🐝, zorgcoördinator, volgt dit gezin op" in text_of(seen)
    assert "Bel eerst haar zus. شكرا 🌷" in text_of(seen)
    assert send(school, path, ask, to=str(nele.id)).status_code in {409, 412, 422}
    amal = at_home(client_of, sign_in, file.persons[0].id)
    known = text_of(amal.get("/intake/me/known"))
    assert "zorgcoördinator" in known
    assert "Nele" not in known
    assert "haar zus" not in known


def test_without_a_colleague_the_page_says_so(school: FlaskClient, place: Place) -> None:
    file = place.family()
    page = school.get(f"/intake/files/{file.id}/hand-over")
    assert faults(page.text) == []
    assert "nog geen collega" in text_of(page)


def test_what_a_child_of_thirteen_tells_is_written_down_and_is_its_own(
    school: FlaskClient, place: Place, client_of: Any, sign_in: Any
) -> None:
    file = two_homes(place, age=13)
    amal, _, child = (one.id for one in file.persons)
    path = f"/intake/persons/{child}/told"
    assert path in school.get(f"/intake/files/{file.id}").text
    for words, what in (("Ik slaap slecht 🌙", "ask"), ("Ik teken graag", "goes_well")):
        form = school.get(path)
        assert faults(form.text) == []
        assert send(school, path, form, what=what, words="").status_code == 422
        assert send(school, path, form, what=what, words=words).status_code == 303
    staff_sees = school.get(f"/intake/files/{file.id}")
    assert text_of(staff_sees).count("Alleen van Yusuf zelf. Zeg dit niet aan de ouders.") == 2
    assert "Bij mij thuis zingen we." in text_of(staff_sees)
    own = at_home(client_of, sign_in, child)
    parent = at_home(client_of, sign_in, amal)
    for tongue, alone in (("nl", "Alleen jij leest dit."), ("ar", "أنت وحدك تقرأ هذا.")):
        page = own.get(f"/intake/me/known?lang={tongue}")
        assert faults(page.text, tongue) == []
        assert text_of(page).count(alone) == 2
        for words in ("Ik slaap slecht 🌙", "Ik teken graag"):
            assert words in text_of(page)
            assert words not in parent.get(f"/intake/me/known?lang={tongue}").text
        assert faults(own.get(f"/intake/me?lang={tongue}").text, tongue) == []


def test_changing_what_goes_well_keeps_what_is_the_childs_alone(school: FlaskClient, place: Place) -> None:
    file = two_homes(place, age=13)
    told = f"/intake/persons/{file.persons[2].id}/told"
    send(school, told, school.get(told), what="goes_well", words="Ik teken graag")
    path = f"/intake/files/{file.id}/goes-well"
    form = school.get(path)
    assert "Ik teken graag" not in form.text
    assert send(school, path, form, goes_well="We zingen samen.").status_code == 303
    assert {(one.text, one.alone) for one in place.file(file.id).goes_well} == {
        ("We zingen samen.", False),
        ("Ik teken graag", True),
    }


@pytest.mark.parametrize("age", [11, None])
def test_a_younger_child_has_no_code_and_nothing_of_its_own(school: FlaskClient, place: Place, age: int | None) -> None:
    file = two_homes(place, age=age)
    child = file.persons[2].id
    assert f"/intake/persons/{child}/sign-in-code" not in school.get(f"/intake/files/{file.id}").text
    assert school.get(f"/intake/persons/{child}/told").status_code == 404
    offer = school.get(f"/intake/persons/{child}/sign-in-code")
    assert send(school, f"/intake/persons/{child}/sign-in-code", offer).status_code == 422


def test_the_code_of_a_child_is_for_the_child(school: FlaskClient, place: Place) -> None:
    child = two_homes(place, age=12).persons[2].id
    offer = school.get(f"/intake/persons/{child}/sign-in-code")
    assert faults(offer.text) == []
    assert "Geef ze aan het kind" in text_of(offer)
    assert send(school, f"/intake/persons/{child}/sign-in-code", offer).status_code == 200


@pytest.mark.parametrize("tongue", ["nl", "ar"])
def test_she_takes_everything_along(
    client_of: Any, sign_in: Any, place: Place, owner_of: Any, app_of: Any, tongue: str
) -> None:
    file = place.family()
    place.yes(file)
    place.doubt(file)
    views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    amal = person(file.persons[0].id)
    phone = at_home(client_of, sign_in, amal.id)
    assert "/intake/me/everything" in phone.get(f"/intake/me?lang={tongue}").text
    page = phone.get("/intake/me/everything")
    assert faults(page.text, tongue) == []
    paper = phone.get("/intake/me/everything.pdf")
    assert paper.data.startswith(b"%PDF-")
    told = phone.get("/intake/me/everything.json")
    for answer, kind in ((paper, "application/pdf"), (told, "application/json")):
        assert answer.status_code == 200
        assert answer.mimetype == kind
        assert answer.headers["Cache-Control"] == "no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Amal" not in answer.headers["Content-Disposition"]
    with app_of("intake").test_request_context(f"/intake/me?lang={tongue}"):
        g.actor = amal
        lines = json.dumps(on_paper(views.everything.taken(place.web, amal, amal.id), amal), ensure_ascii=False)
    for words in ("Amal 🌷", "Yusuf", "0470 12 34 56", "Het geld is op", "OCMW Antwerpen", "رقمي تغيّر", "كل ليلة"):
        assert words in lines
        assert words in json.dumps(told.json, ensure_ascii=False)
    assert ("Keek naar" in lines) == (tongue == "nl")


def test_staff_take_nobodys_data_along(school: FlaskClient) -> None:
    for path in ("", ".json", ".pdf"):
        assert school.get(f"/intake/me/everything{path}").status_code == 403


def test_a_person_who_is_in_no_file_any_more_takes_nothing(client_of: Any, sign_in: Any, place: Place) -> None:
    nobody = at_home(client_of, sign_in, place.school)
    assert nobody.get("/intake/me/everything.json").status_code == 404
    assert nobody.get("/intake/me/everything.pdf").status_code == 404


def test_the_officer_finds_who_saw_what_by_a_number(
    client_of: Any, sign_in: Any, place: Place, nele: Actor, owner_of: Any
) -> None:
    file = place.family()
    views.files.file(place.web, nele, file.id)
    deliver(place, owner_of("intake"))
    officer = sign_in(client_of("intake"), staff(place.school, "dpo", "functionaris"))
    blank = officer.get("/intake/oversight")
    assert faults(blank.text) == []
    assert tree(blank).xpath("//nav[@class='services']//a[@href='/intake/oversight' and @aria-current]")
    page = officer.get(f"/intake/oversight?about={file.id}")
    assert faults(page.text) == []
    for words in ("Nele 🐝", "zorgcoördinator", "Amal 🌷", "Yusuf", "volgt jullie gezin op"):
        assert words in text_of(page)
    deliver(place, owner_of("intake"))
    amal = at_home(client_of, sign_in, file.persons[0].id)
    looks = text_of(amal.get("/intake/me/looks?lang=nl"))
    assert "functionaris" in looks
    assert "waakt over jouw gegevens" in looks
    assert "Nele" not in looks


@pytest.mark.parametrize("about", ["geen nummer", "00000000-0000-4000-8000-000000000000", "x" * 900, "🌷"])
def test_a_number_that_is_none_is_said_kindly(client_of: Any, sign_in: Any, place: Place, about: str) -> None:
    officer = sign_in(client_of("intake"), staff(place.school, "dpo", "functionaris"))
    page = officer.get("/intake/oversight", query_string={"about": about})
    assert faults(page.text) == []
    assert "vinden we niet" in text_of(page)
