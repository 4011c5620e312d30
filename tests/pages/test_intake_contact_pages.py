"""A contact that fits is noted in three taps from the file; a school sets its own goal."""

from typing import Any

import pytest

from tests.builders.intake import Place, a_draft


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def mira(place: Place, client_of: Any, sign_in: Any, app_of: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app_of("intake").config, "WTF_CSRF_ENABLED", value=False)
    return sign_in(client_of("intake"), place.mira)


def noted(owner_of: Any) -> int:
    count: int = owner_of("intake").execute("SELECT count(*) FROM contact_month").fetchone()[0]
    return count


def test_the_page_says_what_was_agreed_before_it_asks(place: Place, mira: Any) -> None:
    page = mira.get(f"/intake/files/{place.family().id}/contact").text
    assert "bel liever, met tolk" in page
    assert "Wat niet lukte, noteert Brug nergens." in page


def test_a_contact_as_she_asked_is_noted_once_a_month(place: Place, mira: Any, owner_of: Any) -> None:
    path = f"/intake/files/{place.family().id}/contact"
    form = {"way": "call", "interpreter": "y", "at_agreed_hour": "y"}
    form["person"] = str(place.file(next(_families(place))).persons[0].id)
    for _ in range(2):
        assert mira.post(path, data=form).status_code == 303
    assert noted(owner_of) == 1
    assert "Voor deze maand staat er al een" in mira.get(path).text


def _families(place: Place) -> Any:
    with place.web.transaction(place.mira) as conn:
        yield from (one for (one,) in conn.execute("SELECT id FROM file").fetchall())


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"way": "whatsapp"}, "De ouder vroeg een andere weg"),
        ({"way": "call", "at_agreed_hour": "y"}, "De ouder vroeg een tolk"),
        ({"way": "call", "interpreter": "y"}, "De ouder vroeg een bepaald moment"),
        ({"way": "fax"}, "Nog niet bewaard"),
        ({}, "Nog niet bewaard"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_noted_nowhere(
    form: dict[str, str], words: str, place: Place, mira: Any, owner_of: Any
) -> None:
    file = place.family()
    answer = mira.post(f"/intake/files/{file.id}/contact", data=form | {"person": str(file.persons[0].id)})
    assert answer.status_code == 422
    assert words in answer.text
    assert noted(owner_of) == 0


def test_of_a_parent_who_was_not_asked_it_is_not_known(place: Place, mira: Any, owner_of: Any) -> None:
    file = place.family(a_draft(persons=[{"kind": "caregiver", "name_to_call": "نور 🌙"}], asks=[]))
    answer = mira.post(f"/intake/files/{file.id}/contact", data={"way": "call", "person": str(file.persons[0].id)})
    assert answer.status_code == 422
    assert "weten we nog niet" in answer.text


def test_another_schools_staff_finds_neither_page(place: Place, client_of: Any, sign_in: Any) -> None:
    file = place.family()
    jo = sign_in(client_of("intake"), place.jo)
    assert jo.get(f"/intake/files/{file.id}/contact").status_code == 404
    assert jo.get(f"/intake/goal?organisation={place.school}").status_code == 404
    els = sign_in(client_of("intake"), place.els)
    assert els.get("/intake/goal").status_code == 403


def test_a_school_sets_its_goal_and_sees_how_far_it_is(place: Place, mira: Any) -> None:
    assert "weten we nog niet" in mira.get("/intake/goal").text
    answer = mira.post("/intake/goal", data={"families": "40", "version": "0", "organisation": str(place.school)})
    assert answer.status_code == 303
    assert 'value="40"' in mira.get("/intake/goal").text
    stale = mira.post("/intake/goal", data={"families": "9", "version": "0", "organisation": str(place.school)})
    assert stale.status_code in (409, 412)


@pytest.mark.parametrize("families", ["", "0", "-3", "5001", "veel", "٤٠x", "9" * 3000])
def test_a_goal_that_is_no_number_of_families_is_refused(families: str, place: Place, mira: Any) -> None:
    form = {"families": families, "version": "0", "organisation": str(place.school)}
    answer = mira.post("/intake/goal", data=form)
    assert answer.status_code == 422
    assert "Nog niet bewaard" in answer.text
