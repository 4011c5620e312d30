"""R13: what is not known is said to be not known; it is never no."""

from typing import Any

import pytest

from services.intake.domain.family import FileDraft
from services.intake.forms.family import languages_chosen
from tests.builders.intake import Place


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_what_nobody_asked_is_kept_as_not_known(place: Place, owner_of: Any) -> None:
    draft = {"persons": [{"name_to_call": "Amal", "languages": [{"tag": "ar"}]}], "asks": [{"text": {"text": "Hulp"}}]}
    file = place.family(FileDraft.model_validate(draft))
    amal = file.persons[0]
    assert (amal.channel, amal.languages[0].reads, file.asks[0].life_domain) == ("unknown", "unknown", "unknown")
    empty = owner_of("intake").execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'person' AND is_nullable = 'YES'"
    )
    # A year of birth has no code for 'unknown', own words are there or not; all else is never null.
    assert {name for (name,) in empty} == {"birth_year", "arranged_words"}


def test_reading_that_was_not_asked_is_not_a_no() -> None:
    [arabic] = languages_chosen(["ar"], "", "")
    assert arabic["reads"] == "unknown"
