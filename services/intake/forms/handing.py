"""Handing a file over: to which colleague, and what is said to them."""

from collections.abc import Iterable
from uuid import UUID

from wtforms import SelectField, TextAreaField

from services.intake.domain.handing import LONGEST_NOTE, HandOver
from services.intake.forms.family import options
from shared.forms import CHOSEN, OPTIONAL, FreeTextForm, Versioned, at_most, expected_version


class HandOverForm(FreeTextForm, Versioned):
    """A colleague and a note; the note stays between colleagues of this school."""

    FREE_TEXTS = ("note",)
    to = SelectField("Welke collega?", [CHOSEN])
    note = TextAreaField("Wat geef je mee?", [OPTIONAL, at_most(LONGEST_NOTE)])

    def offer(self, colleagues: Iterable[tuple[UUID, str]]) -> None:
        self.to.choices = options([("", "Kies"), *((str(one), words) for one, words in colleagues)])

    def given(self) -> HandOver:
        return HandOver(UUID(self.to.data), self.note.data or "", expected_version(self))
