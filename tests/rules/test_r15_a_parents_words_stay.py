"""R15: our own texts choose their words; what a parent said is never corrected."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.builders.intake import Place, a_draft
from tests.pages.well_formed import FORBIDDEN, faults


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def school(client_of: Any, sign_in: Any, place: Place) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("intake"), place.mira)
    return client


@pytest.mark.parametrize("word", sorted(FORBIDDEN))
def test_r15_a_word_that_we_do_not_use_stays_where_a_parent_said_it(
    school: FlaskClient, place: Place, word: str
) -> None:
    said = f"Ze zeggen: {word}. Dat klopt niet, wij doen ons best 🌱"
    file = place.family(a_draft(asks=[{"text": {"text": said, "lang": "nl"}, "life_domain": "wellbeing"}]))
    page = school.get(f"/intake/files/{file.id}").text
    assert said in page
    assert faults(page) == []
