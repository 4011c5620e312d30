"""Forms of a referral: what the school prepares, and what its receiver answers."""

from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TimeField

from services.referral.domain import Appointment
from services.referral.forms.teams import team_choices
from services.referral.forms.words import REASONS, next_days, options, reason_choices, short_day_label
from shared import clock, vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, FreeTextForm, Versioned, at_most, one_of

# Who interprets without training is for a talk at school, not for a first meeting (R11).
INTERPRETING = tuple(code for code in vocabulary.codes("interpreting") if code != "informal")
TALK_RESULTS = ("talked", "parent_declined")
HOURS = ("09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00")


def _coded(label: str, codes: str) -> RadioField:
    """One of a list of the vocabulary."""
    return RadioField(
        label,
        [CHOSEN, one_of(vocabulary.codes(codes))],
        choices=options(vocabulary.choices(codes)),
        validate_choice=False,
    )


class DraftForm(FreeTextForm):
    """Why, and who of the school goes along; the receiver follows from the akkoord."""

    FREE_TEXTS = ("goes_along",)
    akkoord = HiddenField(validators=[NEEDED])
    reason = SelectField("Waarover gaat het?", [CHOSEN, one_of(REASONS)], validate_choice=False)
    goes_along = StringField("Wie gaat mee?", [OPTIONAL, at_most(100)])
    team = SelectField("Voor welk team?", [OPTIONAL], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()
        self.team.choices = team_choices(())


class VersionForm(Form, Versioned):
    """A step without words: send, take back."""


class CompanionForm(FreeTextForm, Versioned):
    FREE_TEXTS = ("goes_along",)
    goes_along = StringField("Wie gaat mee?", [OPTIONAL, at_most(100)])


class DeclineForm(Form, Versioned):
    code = _coded("Waarom lukt het niet?", "decline_reasons")


class TakeOnForm(Form, Versioned):
    """Yes, without an hour yet."""

    contact = StringField("Bij wie?", [OPTIONAL, at_most(100)])


class AskInformationForm(Form, Versioned):
    """What is missing, as a code: there is no field for words about the family (R1)."""

    kind = _coded("Wat weten jullie nog niet?", "information_needs")


class AnswerInformationForm(Form, Versioned):
    code = _coded("Wat zeg je hen?", "information_answers")
    akkoord = HiddenField(validators=[OPTIONAL])


class OutcomeForm(Form, Versioned):
    code = _coded("Hoe liep het af?", "referral_outcomes")


class CloseForm(Form, Versioned):
    """How the talk with the parent ended; left out where that was said before."""

    talk = RadioField(
        "Hebben jullie erover gepraat?",
        [OPTIONAL, one_of(TALK_RESULTS)],
        choices=options((code, vocabulary.label("task_results", code)) for code in TALK_RESULTS),
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
    interpreting = SelectField("Tolk", [OPTIONAL, one_of(("", *INTERPRETING))], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day.choices = options((day.isoformat(), short_day_label(day)) for day in next_days(clock.now()))
        asked = [(code, f"vraag een {vocabulary.label('interpreting', code)}") for code in INTERPRETING]
        self.interpreting.choices = options([("", "geen tolk nodig"), *asked])

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
        return Appointment(str(self.contact.data), at, str(self.place.data), self.interpreting.data or "")
