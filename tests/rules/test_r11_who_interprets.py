"""R11: a minor never interprets; an informal interpreter on a delicate subject gives a warning."""

from typing import Any

import pytest

from services.intake.domain.consent import DELICATE, InformalNotUnderstood, MinorInterprets
from shared import vocabulary
from tests.builders.intake import Place, a_draft


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.mark.parametrize("how", vocabulary.codes("interpreting"))
def test_somebody_confirms_that_the_interpreter_is_an_adult(place: Place, how: str) -> None:
    file = place.family()
    with pytest.raises(MinorInterprets):
        place.yes(file, interpreting=how, interpreter_is_adult=False, informal_understood=True)


@pytest.mark.parametrize("subject", sorted(DELICATE))
def test_an_acquaintance_who_interprets_something_delicate_gives_a_warning_to_be_read(
    place: Place, subject: str
) -> None:
    file = place.family(a_draft(asks=[{"text": {"text": "Iets"}, "life_domain": subject}]))
    kinds = frozenset({subject}) & {"health", "wellbeing"}
    cards = {file.persons[0].id: frozenset({"reach", "question", "until", *(f"kind_{one}" for one in kinds)})}
    told: dict[str, Any] = {"interpreting": "informal", "yes": cards, "kinds": kinds}
    with pytest.raises(InformalNotUnderstood):
        place.yes(file, **told)
    assert place.yes(file, **told, informal_understood=True)


def test_an_acquaintance_may_interpret_what_is_not_delicate(place: Place) -> None:
    file = place.family(a_draft(asks=[{"text": {"text": "Een sportclub"}, "life_domain": "leisure"}]))
    assert place.yes(file, interpreting="informal")
