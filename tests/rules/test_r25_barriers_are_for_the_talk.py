"""R25: barriers stand on the card for the talk and are never stored on a person; stored are arrangements."""

from typing import Any

import pytest

from shared import vocabulary
from tests.builders.intake import Place, a_draft

BARRIERS = vocabulary.codes("barriers")


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_the_card_asks_in_the_order_of_the_handbook_and_lists_barriers_last(
    place: Place, client_of: Any, sign_in: Any
) -> None:
    page = sign_in(client_of("intake"), place.mira).get("/intake/card").text
    asked = vocabulary.phrases("intake_questions")
    lists = [", ".join(asked["information"]), ", ".join(asked["administration"])]
    order = [*asked["relation"], *lists, "verlegenheid", "bel liever"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)


def test_no_table_and_no_form_has_a_place_for_a_barrier(
    place: Place, client_of: Any, sign_in: Any, owner_of: Any
) -> None:
    columns = owner_of("intake").execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema IN ('public', 'seen')"
    )
    assert not {name for (name,) in columns if "barrier" in name or name in BARRIERS}
    browser = sign_in(client_of("intake"), place.mira)
    for path in ("/intake/files/new", "/intake/card"):
        page = browser.get(path).text
        assert not [code for code in BARRIERS if f'value="{code}"' in page]
    spec = str(browser.get("/intake/api/openapi.json").json)
    assert "barrier" not in spec
    assert "survival_mode" not in spec


def test_a_barrier_sent_as_an_arrangement_is_refused(place: Place, client_of: Any, sign_in: Any) -> None:
    browser = sign_in(client_of("intake"), place.mira)
    page = browser.get("/intake/files/new").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    told = {"csrf_token": token, "name_to_call": "Amal", "arrangements": ["shame_poverty"]}
    assert browser.post("/intake/files/new", data=told).status_code == 422


def test_what_is_stored_instead_is_what_was_agreed(place: Place) -> None:
    assert place.family(a_draft()).persons[0].arrangements == ("call_rather", "interpreter")
