"""HTTP forms of activities as typed values, with errors in plain words."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange
from wtforms.validators import Optional as MayBeEmpty

from services.activities.domain.activity import MOST_SEATS, ActivityWish, HallWish, Registering, Times
from services.activities.domain.registration import SeatWish
from services.activities.domain.words import HELP, PracticalHelp, Text
from shared import clock, i18n, vocabulary
from shared.forms import CHOSEN, NEEDED, Form, FreeTextForm, Versioned, at_most
from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid

INTERPRETED = ("ar", "tr", "fr", "en", "uk", "ps", "prs", "so", "ti", "ro")
SPOKEN = ("nl", *INTERPRETED)
ONCE, WEEKLY, FORTNIGHTLY, MONTHLY = "once", "weekly", "fortnightly", "monthly"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBER = "Schrijf een getal."
_CHILDREN = ("1", "2", "3", "4")


class SeatForm(Form):
    """Who comes along and which interpreter; chips that start at the smallest answer."""

    children = RadioField(_l("Hoeveel kinderen komen mee?"), default="0", validators=[CHOSEN])
    interpreter = RadioField(_l("Heb je een tolk nodig?"), default="", validators=[])

    def __init__(self, first_language: str = "", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children.choices = _options([("0", _l("Geen")), *((number, number) for number in _CHILDREN)])
        ordered = sorted(INTERPRETED, key=lambda tag: tag != first_language)
        self.interpreter.choices = _options([("", _l("Geen tolk")), *((tag, i18n.name_of(tag)) for tag in ordered)])

    def wish(self, occurrence_id: UUID, *, yes: bool = False, lang: str = i18n.DUTCH) -> SeatWish:
        return SeatWish(occurrence_id, int(self.children.data), self.interpreter.data or None, yes, lang)


class HallForm(Form):
    organisation_id = SelectField("Van welke organisatie?", validators=[CHOSEN])
    name = StringField("Hoe heet de zaal?", validators=[NEEDED, at_most(120)])
    address = StringField("Straat en nummer", validators=[MayBeEmpty(), at_most(200)])
    town = StringField("Gemeente", validators=[NEEDED, at_most(100)])

    def __init__(self, organisations: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = _by_id(organisations)

    @property
    def wish(self) -> HallWish:
        return HallWish(UUID(self.organisation_id.data), self.name.data, self.address.data or "", self.town.data)


class ActivityForm(FreeTextForm):
    """A new activity on one page; what is left open stays 'weten we nog niet' (R13)."""

    FREE_TEXTS = ("title", "description")

    organiser = SelectField("Wie organiseert?", validators=[CHOSEN])
    kind = SelectField("Wat voor activiteit?", validators=[CHOSEN])
    title = StringField("Hoe heet het?", validators=[NEEDED, at_most(120)])
    description = TextAreaField("Wat gebeurt er?", validators=[MayBeEmpty(), at_most(2000)])
    hall_id = SelectField("Waar?", validators=[CHOSEN])
    day = DateField("Welke dag?", validators=[NEEDED])
    starts = TimeField("Van", validators=[NEEDED])
    ends = TimeField("Tot", validators=[NEEDED])
    repeat = RadioField(
        "Komt het terug?",
        default=ONCE,
        choices=[
            SelectChoice(ONCE, "een keer"),
            SelectChoice(WEEKLY, "elke week"),
            SelectChoice(FORTNIGHTLY, "om de twee weken"),
            SelectChoice(MONTHLY, "elke maand, zelfde weekdag"),
        ],
    )
    until = DateField("Tot en met welke dag?", validators=[MayBeEmpty()])
    registration = RadioField(
        "Hoe komen mensen?",
        default=Registering.DROP_IN,
        choices=[
            SelectChoice(Registering.DROP_IN, "vrije inloop: niemand schrijft zich in"),
            SelectChoice(Registering.NAMED, "met een plaats: mensen schrijven zich in"),
        ],
    )
    seats = IntegerField("Hoeveel plaatsen?", validators=[MayBeEmpty(), NumberRange(1, MOST_SEATS, _NUMBER)])
    companions = IntegerField(
        "Hoeveel mama's en papa's komen er meestal?", validators=[MayBeEmpty(), NumberRange(0, MOST_SEATS, _NUMBER)]
    )
    languages = SelectMultipleField("Welke talen spreken jullie daar?")
    childcare = RadioField("Je kindje kan mee, er is oppas")
    interpreter = RadioField("Er is een tolk")
    food = RadioField("Er is eten en drinken")
    flexible_hours = RadioField("Komen en gaan wanneer je wil")
    transport = RadioField("Er is vervoer")
    free_of_charge = RadioField("Het is gratis")

    def __init__(self, organisations: dict[UUID, str], halls: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organiser.choices = _by_id(organisations)
        self.hall_id.choices = _by_id(halls)
        self.kind.choices = _options([("", "Kies …"), *vocabulary.choices("activity_kinds")])
        self.languages.choices = _options((tag, i18n.name_of(tag)) for tag in SPOKEN)
        for name in HELP:
            self[name].choices = _options(vocabulary.choices("answers"))
            self[name].data = self[name].data or vocabulary.UNKNOWN

    @property
    def wish(self) -> ActivityWish:
        """Raises Invalid where the days do not fit together."""
        if self.day.data < clock.today():
            raise Invalid({"day": "Kies een dag die nog komt."})
        starts = datetime.combine(self.day.data, self.starts.data)
        ends = datetime.combine(self.day.data, self.ends.data)
        if ends <= starts:
            ends += timedelta(days=1) if ends.hour < _SMALL_HOURS else timedelta()
        text = (self.description.data or "").strip()
        return ActivityWish(
            organiser=UUID(self.organiser.data),
            kind=self.kind.data,
            title=Text(text=self.title.data, lang=i18n.DUTCH),
            hall_id=UUID(self.hall_id.data),
            times=Times(starts, ends, rrule_of(self.repeat.data, self.day.data, self.until.data)),
            description=Text(text=text, lang=i18n.DUTCH) if text else None,
            practical_help=PracticalHelp.model_validate({name: self[name].data for name in HELP}),
            companions=self.companions.data,
            languages=tuple(self.languages.data or ()),
            registration=Registering(self.registration.data),
            seats=self.seats.data,
        )


_SMALL_HOURS = 4  # a party that ends at two ends on the next day


class CancelForm(Versioned, Form):
    """Ends something that the page showed at a version."""


class BookForm(Form):
    """An interpreter that is booked, or not any more when `interpreting` is empty."""

    language = StringField("Taal", validators=[NEEDED, at_most(20)])
    interpreting = SelectField("Wie tolkt?", validators=[CHOSEN])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interpreting.choices = _options(vocabulary.choices("interpreting"))


def _by_id(names: dict[UUID, str]) -> list[SelectChoice]:
    return _options((str(one), name) for one, name in names.items())


def _options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


def rrule_of(repeat: str, day: date, until: date | None) -> str:
    """RFC 5545 3.3.10; the fifth of a weekday is the last one, because most months have no fifth."""
    if repeat == ONCE:
        return ""
    if until is not None and until < day:
        raise Invalid({"until": "Dit is voor de eerste keer."})
    week = (day.day - 1) // 7 + 1
    rule = {
        WEEKLY: "FREQ=WEEKLY",
        FORTNIGHTLY: "FREQ=WEEKLY;INTERVAL=2",
        MONTHLY: f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{_DAYS[day.weekday()]}",
    }[repeat]
    return f"{rule};UNTIL={until:%Y%m%d}" if until else rule


def monday_of(week: str | None) -> date:
    """The Monday of an ISO week such as 2026-W48; of this week where none is named."""
    if not week:
        today = clock.today()
        return today - timedelta(days=today.weekday())
    try:
        year, _, number = week.partition("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        raise Invalid({"week": _l("Deze week kennen we niet.")}) from None


def week_of(monday: date) -> str:
    year, number, _ = monday.isocalendar()
    return f"{year:04}-W{number:02}"
