"""R26: a language asks for a yes only when a named human has signed its texts; otherwise an interpreter reads."""

from typing import Any

import pytest

from services.intake import commands
from services.intake.domain import card_texts
from services.intake.domain.card_texts import TEXTS, language_shown
from services.intake.domain.consent import InterpreterNeeded
from tests.builders.intake import WORKER, Place


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def shown_in(owner: Any) -> str:
    return str(owner.execute("SELECT lang FROM shown ORDER BY akkoord_id DESC LIMIT 1").fetchone()[0])


def test_texts_that_nobody_signed_are_read_out_in_dutch_by_an_interpreter(place: Place, owner_of: Any) -> None:
    file = place.family()
    with pytest.raises(InterpreterNeeded):
        place.yes(file, interpreting="none")
    place.yes(file)
    assert shown_in(owner_of("intake")) == "nl"


def test_once_signed_the_person_reads_or_hears_them_in_her_own_language(place: Place, owner_of: Any) -> None:
    commands.sign_texts(place.worker, WORKER, "ar", "Layla, sociaal tolk")
    place.yes(interpreting="none")
    assert shown_in(owner_of("intake")) == "ar"


def test_a_signature_is_for_the_words_that_were_signed_and_no_others(place: Place, owner_of: Any) -> None:
    commands.sign_texts(place.worker, WORKER, "ar", "Layla, sociaal tolk")
    owner_of("intake").execute("UPDATE text_signature SET digest = 'of an older text'")
    with pytest.raises(InterpreterNeeded):
        place.yes(interpreting="none")


def test_a_language_without_texts_is_never_shown() -> None:
    assert language_shown("ti", {"ti": "whatever"}) == "nl"


@pytest.mark.parametrize("lang", sorted(TEXTS))
def test_every_language_has_every_sentence_with_the_same_blanks(lang: str) -> None:
    dutch, other = TEXTS["nl"].model_dump(), TEXTS[lang].model_dump()
    for part, sentences in dutch.items():
        assert sentences.keys() == other[part].keys()
        for name, sentence in sentences.items():
            blanks = [one for one in ("{receiver}", "{name}", "{until}", "{day}") if one in sentence]
            assert blanks == [one for one in ("{receiver}", "{name}", "{until}", "{day}") if one in other[part][name]]


def test_a_card_is_about_ten_spoken_words() -> None:
    for sentence in card_texts.texts_in("nl").cards.values():
        assert len(sentence.split()) <= 12
