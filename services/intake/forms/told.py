"""What is told in own words: what goes well, and what a child of 12 or more tells itself."""

from typing import Any

from wtforms import RadioField, TextAreaField

from services.intake.domain.family import (
    LONGEST_TEXT,
    UNKNOWN,
    AskDraft,
    File,
    FileDraft,
    OwnWords,
    Person,
    Strength,
    StrengthDraft,
)
from services.intake.forms.family import options
from shared import vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, FreeTextForm, Versioned, at_most

_WHATS = (("goes_well", "iets dat goed gaat"), ("ask", "een vraag"))


class StrengthsForm(FreeTextForm, Versioned):
    """What goes well: one thing on each line. What is a child's alone is not among them, and stays."""

    FREE_TEXTS = ("goes_well",)
    goes_well = TextAreaField("Wat gaat goed?", [OPTIONAL, at_most(8000)])

    def draft(self, file: File) -> FileDraft:
        lines = [line.strip() for line in (self.goes_well.data or "").splitlines() if line.strip()]
        alone = [kept(one) for one in file.goes_well if one.alone]
        return FileDraft.model_validate({"goes_well": [*(StrengthDraft(text=line) for line in lines), *alone]})


class ToldForm(FreeTextForm, Versioned):
    """What a child of 12 or more tells itself: its own alone, unless the child wants its parents to read it (R5)."""

    FREE_TEXTS = ("words",)
    what = RadioField("Wat is het?", [CHOSEN], choices=options(_WHATS))
    words = TextAreaField("In eigen woorden", [NEEDED, at_most(LONGEST_TEXT)])
    life_domain = RadioField("Waarover gaat het?", [OPTIONAL])
    alone = RadioField("Wie van het gezin mag dit lezen?", [CHOSEN])

    def __init__(self, child: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.life_domain.choices = options(vocabulary.choices("life_domains"))
        self.alone.choices = options((("yes", f"alleen {child.name_to_call}"), ("no", "de ouders ook")))

    def draft(self, file: File, child: Person) -> FileDraft:
        """All that the file has, and this one more."""
        told = {"told_by": child.id, "alone": self.alone.data == "yes"}
        if self.what.data == "goes_well":
            news = StrengthDraft(text=self.words.data or "", lang="nl", **told)
            return FileDraft(goes_well=(*(kept(one) for one in file.goes_well), news))
        words = OwnWords(text=self.words.data or "", lang="nl")
        about = self.life_domain.data or UNKNOWN
        return FileDraft(asks=(*asks_of(file), AskDraft(text=words, life_domain=about, person_id=child.id, **told)))


def kept(words: Strength) -> StrengthDraft:
    """As the file has it; who told it and whose alone it is stay with it."""
    return StrengthDraft(id=words.id, text=words.text, lang=words.lang)


def asks_of(file: File) -> list[AskDraft]:
    """The questions that the file has, as they are."""
    return [
        AskDraft(id=one.id, text=one.text, life_domain=one.life_domain, person_id=one.person_id) for one in file.asks
    ]
