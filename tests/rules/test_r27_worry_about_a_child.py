"""R27: 'Ik maak me zorgen over een kind' is one page, two taps from anywhere for staff, and writes nothing."""

from typing import Any

import pytest

from tests.builders.intake import Place, staff


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_it_names_everyone_to_turn_to_and_asks_for_no_akkoord(place: Place, client_of: Any, sign_in: Any) -> None:
    page = sign_in(client_of("intake"), place.mira).get("/intake/worry").text
    for words in ("zorgteam", "CLB", "Vertrouwenscentrum Kindermishandeling", "OCJ", "1712", "112"):
        assert words in page
    assert "Hiervoor heb je geen akkoord nodig. Doe dit buiten Brug." in page
    assert page.count("<form") == 1  # only the one to sign out


@pytest.mark.parametrize("role", ["school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo"])
def test_it_is_one_tap_away_for_everyone_who_works(place: Place, client_of: Any, sign_in: Any, role: str) -> None:
    browser = sign_in(client_of("intake"), staff(place.school, role, role))
    assert 'href="/intake/worry"' in browser.get("/intake/worry").text
    assert browser.get("/intake/worry").status_code == 200


def test_it_writes_nothing(place: Place, client_of: Any, sign_in: Any, owner_of: Any) -> None:
    browser = sign_in(client_of("intake"), place.mira)
    before = written(owner_of("intake"))
    browser.get("/intake/worry")
    assert written(owner_of("intake")) == before


def written(owner: Any) -> list[int]:
    return [owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("outbox", "look", "file")]
