"""Days, hours, facts and languages in the words of the page."""

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, format_time

from services.activities.domain.words import PracticalHelp
from shared import vocabulary
from shared.i18n import get_locale, name_of, ngettext
from shared.i18n import lazy_gettext as _l

# Fact, its icon and its short word on a card, where the answer is yes.
SHORT = (
    ("childcare", "mood-smile", _l("je kindje kan mee")),
    ("interpreter", "language", _l("tolk")),
    ("food", "soup", _l("eten en drinken")),
    ("flexible_hours", "clock", _l("flexibele uren")),
    ("transport", "bus", _l("vervoer")),
    ("free_of_charge", "gift", _l("gratis")),
)


def day_words(day: date, *, year: bool = False) -> str:
    """'donderdag 26 november'"""
    return str(format_date(day, "EEEE d MMMM y" if year else "EEEE d MMMM", locale=get_locale()))


def short_day(day: date) -> str:
    """'do 26 nov', for the head of a column."""
    return str(format_date(day, "EEE d MMM", locale=get_locale()))


def hours(starts: datetime, ends: datetime) -> str:
    """'9:00–11:00', the same digits in every language."""
    return f"{format_time(starts, 'H:mm', locale='nl')}–{format_time(ends, 'H:mm', locale='nl')}"


def companions_words(companions: int) -> str:
    return str(ngettext("%(num)s mama of papa", "%(num)s mama's en papa's", companions))


def card_facts(help_: PracticalHelp, companions: int | None) -> list[tuple[str, str]]:
    """What a card in the week shows: only what is known to be there. The page itself says what is not known."""
    answers = help_.model_dump()
    shown = [(icon, str(words)) for name, icon, words in SHORT if answers[name] == "yes"]
    return [("users", companions_words(companions)), *shown] if companions else shown


def all_facts(help_: PracticalHelp) -> list[tuple[str, str]]:
    """Each kind of help with its answer, unknown too (R13)."""
    answers = help_.model_dump()
    return [(str(words), answers[name]) for name, _, words in SHORT]


def kind_words(code: str) -> str:
    return str(vocabulary.label("activity_kinds", code))


def joined(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)


def languages(tags: Iterable[str]) -> str:
    return ", ".join(name_of(tag) for tag in tags)
