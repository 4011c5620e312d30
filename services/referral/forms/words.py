"""Codes and moments as staff read them: reasons, kinds of organisations, days and hours."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date
from wtforms.fields.choices import SelectChoice

from shared import clock, vocabulary
from shared.i18n import is_language

REASON_LISTS = {"life_domains": "Levensdomein", "referral_reasons": "Reden om door te verwijzen"}
REASONS = tuple(code for name in REASON_LISTS for code in vocabulary.codes(name))
DECLINE_CODES = vocabulary.codes("decline_reasons")
KINDS = vocabulary.codes("partner_kinds")
SPOKEN = ("nl", "fr", "en", "ar", "tr", "ber", "fa", "ps", "so", "ti", "uk", "ro", "pl", "es", "ru")
_DAYS_SHOWN = 6
_LATEST_TODAY = 15  # o'clock; later nobody still comes the same day


def reason_label(code: str) -> str:
    """The words for a reason, whichever of the two lists it is from."""
    for name in REASON_LISTS:
        if code in vocabulary.LISTS[name]:
            return vocabulary.label(name, code)
    return vocabulary.label("life_domains", vocabulary.OTHER)


def kind_label(code: str) -> str:
    return "school" if code == "school" else vocabulary.label("partner_kinds", code)


def language_label(tag: str) -> str:
    return str(Locale.parse("nl").languages.get(tag, tag)) if is_language(tag) else tag


def options(pairs: Iterable[tuple[str, str]], group: str | None = None) -> list[SelectChoice]:
    return [SelectChoice(value, words, optgroup=group) for value, words in pairs]


def reason_choices() -> list[SelectChoice]:
    listed = [options(vocabulary.choices(name), words) for name, words in REASON_LISTS.items()]
    return [SelectChoice("", "Kies …"), *(one for group in listed for one in group)]


def next_days(now: datetime) -> list[date]:
    """The coming working days, today too while it is not late."""
    here = now.astimezone(clock.BRUSSELS)
    first = here.date() + timedelta(days=here.hour >= _LATEST_TODAY)
    days = (first + timedelta(days=further) for further in range(14))
    return [day for day in days if day.weekday() < 5][:_DAYS_SHOWN]


def local_day(day: date | datetime) -> date:
    """The date of an instant by the clock on the wall here."""
    return day.astimezone(clock.BRUSSELS).date() if isinstance(day, datetime) else day


def day_label(day: date | datetime) -> str:
    """'dinsdag 24 november', as staff say it."""
    return str(format_date(local_day(day), "EEEE d MMMM", locale="nl"))


def short_day_label(day: date) -> str:
    """'di 24 november', to fit on a tap target."""
    return str(format_date(day, "EEE d MMMM", locale="nl"))


def first_upper(words: object) -> str:
    """As at the start of a sentence; names inside keep their capitals."""
    text = str(words)
    return text[:1].upper() + text[1:]


def hour_label(at: datetime) -> str:
    """'10 uur' or '10.30 uur', by the clock on the wall here."""
    here = at.astimezone(clock.BRUSSELS)
    return f"{here.hour} uur" if here.minute == 0 else f"{here.hour}.{here.minute:02} uur"
