"""Forms of referral's pages: what staff type and tap, as typed values with errors in plain words."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice

from services.referral.domain import Appointment, State
from shared import clock, vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, FreeTextForm, Versioned, at_most, one_of
from shared.i18n import is_language

REASON_LISTS = {"life_domains": "Levensdomein", "referral_reasons": "Reden om door te verwijzen"}
REASONS = tuple(code for name in REASON_LISTS for code in vocabulary.codes(name))
DECLINE_CODES = vocabulary.codes("decline_reasons")
KINDS = vocabulary.codes("partner_kinds")
HOURS = ("09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00")
_SPOKEN = ("nl", "fr", "en", "ar", "tr", "ber", "fa", "ps", "so", "ti", "uk", "ro", "pl", "es", "ru")
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


def options(pairs: Iterable[tuple[str, str]], group: str | None = None) -> list[SelectChoice]:
    return [SelectChoice(value, words, optgroup=group) for value, words in pairs]


def reason_choices() -> list[SelectChoice]:
    listed = [options(vocabulary.choices(name), words) for name, words in REASON_LISTS.items()]
    return [SelectChoice("", "Kies …"), *(one for group in listed for one in group)]


class SearchForm(Form):
    """What somebody looks for in the directory; it changes nothing, so it carries no token."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("Naam", [OPTIONAL, at_most(100)])
    kind = SelectField("Soort", [OPTIONAL])
    town = SelectField("Gemeente", [OPTIONAL])
    language = SelectField("Taal", [OPTIONAL])

    def __init__(self, towns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options([("", "alle soorten"), *((code, kind_label(code)) for code in KINDS)])
        self.town.choices = options([("", "alle gemeenten"), *((town, town) for town in towns)])
        self.language.choices = options([("", "alle talen"), *((tag, language_label(tag)) for tag in _SPOKEN)])


def language_label(tag: str) -> str:
    return str(Locale.parse("nl").languages.get(tag, tag)) if is_language(tag) else tag


class AskRoomForm(Form):
    """Several organisations, one reason, and nothing else: no field could hold whom it is for (R8)."""

    idempotency_key = HiddenField(validators=[at_most(100)])
    organisations = SelectMultipleField("Aan wie vraag je het?", coerce=UUID, validate_choice=False)
    reason = SelectField("Waarvoor zoek je plaats?", [CHOSEN, one_of(REASONS)], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not self.organisations.data or len(self.organisations.data) > 20:
            self.organisations.errors = ["Duid een tot twintig organisaties aan."]
            fine = False
        return fine


class CapacityForm(Form):
    """Whether there is room for a reason, and from when where that is known."""

    organisation = HiddenField(validators=[NEEDED])
    reason = SelectField("Waarvoor?", [CHOSEN, one_of(REASONS)], validate_choice=False)
    state = RadioField(
        "Is er plaats?",
        [CHOSEN, one_of(tuple(State))],
        choices=options(vocabulary.choices("capacity_states")),
        validate_choice=False,
    )
    expected_on = DateField("Vanaf wanneer?", [OPTIONAL])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()

    @property
    def said(self) -> State:
        return State(self.state.data)

    def validate_organisation(self, field: Any) -> None:
        try:
            UUID(str(field.data))
        except ValueError as error:
            raise ValueError("Kies je organisatie.") from error


class DraftForm(FreeTextForm):
    """Why, and who of the school goes along; the receiver follows from the akkoord."""

    FREE_TEXTS = ("goes_along",)
    akkoord = HiddenField(validators=[NEEDED])
    reason = SelectField("Waarover gaat het?", [CHOSEN, one_of(REASONS)], validate_choice=False)
    goes_along = StringField("Wie gaat mee?", [OPTIONAL, at_most(100)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()


class VersionForm(Form, Versioned):
    """A step without words: send, take back."""


class CompanionForm(FreeTextForm, Versioned):
    FREE_TEXTS = ("goes_along",)
    goes_along = StringField("Wie gaat mee?", [OPTIONAL, at_most(100)])


class DeclineForm(Form, Versioned):
    code = RadioField(
        "Waarom lukt het niet?",
        [CHOSEN, one_of(DECLINE_CODES)],
        choices=options(vocabulary.choices("decline_reasons")),
        validate_choice=False,
    )


class AcceptForm(Form, Versioned):
    """Day, hour, name, place: taps first, typing for what is not among them."""

    day = RadioField("Welke dag?", [OPTIONAL])
    other_day = DateField("Of een andere dag", [OPTIONAL])
    hour = RadioField("Hoe laat?", [OPTIONAL], choices=options((hour, f"{int(hour[:2])} uur") for hour in HOURS))
    other_hour = TimeField("Of een ander uur", [OPTIONAL])
    contact = StringField("Bij wie?", [NEEDED, at_most(100)])
    place = StringField("Waar?", [NEEDED, at_most(200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day.choices = options((day.isoformat(), short_day_label(day)) for day in next_days(clock.now()))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not fine:
            return False
        if not (self.other_day.data or self.day.data):
            self.day.errors = ["Kies een dag."]
        elif not (self.other_hour.data or self.hour.data):
            self.hour.errors = ["Kies een uur."]
        elif self.appointment.at <= clock.now():
            self.day.errors = ["Kies een dag en een uur die nog komen."]
        return not (self.day.errors or self.hour.errors)

    @property
    def appointment(self) -> Appointment:
        day = self.other_day.data or date.fromisoformat(self.day.data)
        hour = self.other_hour.data or time.fromisoformat(self.hour.data)
        at = datetime.combine(day, hour, clock.BRUSSELS).astimezone(UTC)
        return Appointment(str(self.contact.data), at, str(self.place.data))


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
