"""Forms of webhooks, and what about them is refused, in words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from wtforms import DateField, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from services.referral.domain.refusals import TooManyWebhooks, UnknownEventType, UnsafeAddress
from services.referral.domain.webhooks import KEPT, TYPES, EndpointState
from services.referral.forms.words import options
from shared import clock
from shared.forms import CHOSEN, NEEDED, Form, Versioned, at_most, one_of
from shared.refusals import Invalid

TYPE_WORDS: Mapping[str, str] = {
    "referral.sent": "verstuurd",
    "referral.seen": "geopend",
    "referral.information_asked": "vraagt eerst iets",
    "referral.information_answered": "de school antwoordde",
    "referral.accepted": "ja, nog geen uur",
    "referral.meeting_planned": "afspraak gemaakt",
    "referral.meeting_cancelled": "afspraak gaat niet door",
    "referral.meeting_held": "eerste afspraak geweest",
    "referral.in_progress": "aan het helpen",
    "referral.on_hold": "wacht even",
    "referral.outcome_reported": "gezegd hoe het afliep",
    "referral.closed": "rond",
    "referral.declined": "niet gelukt",
    "referral.withdrawn": "teruggenomen door de school",
    "referral.ended_by_family": "het gezin wil dit niet meer",
    "referral.recalled": "er mag niets meer gedeeld worden",
    "referral.expired": "geen antwoord gekregen",
    "referral.sent_in_error": "per vergissing verstuurd",
    "ping": "proefbericht",
}
_ADDRESS_WORDS: Mapping[str, str] = {
    "address": "Dit is geen adres. Schrijf het voluit, zoals https://systeem.voorbeeld.be/brug.",
    "credentials": "Zet geen naam, wachtwoord of # in het adres.",
    "https": "Brug stuurt alleen naar adressen die met https:// beginnen.",
    "port": "Brug stuurt alleen naar poort 443 of 8443.",
    "inside": "Dit adres ligt niet op het open internet. Daarheen stuurt Brug niets.",
    "name": "We vinden dit adres nu niet op het internet. Kijk het na, of probeer het straks opnieuw.",
}
_STATES = {EndpointState.ACTIVE: "Brug stuurt", EndpointState.PAUSED: "Even niets sturen"}

PROBLEM_WORDS: Mapping[str, str] = {
    "inside": "het adres leidt niet naar buiten",
    "name": "de naam is niet te vinden",
    "silent": "geen antwoord op tijd",
    "certificate": "het certificaat klopt niet",
    "connection": "geen verbinding",
}

REFUSED = (UnsafeAddress, UnknownEventType, TooManyWebhooks)


def as_invalid(refusal: Exception) -> Invalid:
    """The refusal beside its field, with words and the code that a program reads."""
    if isinstance(refusal, UnsafeAddress):
        return Invalid({"url": _ADDRESS_WORDS[str(refusal)]}, {"url": f"unsafe_{refusal}"})
    if isinstance(refusal, TooManyWebhooks):
        return Invalid({"url": f"Meer dan {refusal} adressen heeft een organisatie niet."}, {"url": "too_many"})
    return Invalid({"types": "Kies minstens een gebeurtenis uit de lijst."}, {"types": "unknown_code"})


class _AboutTypes(Form):
    url = StringField("Adres", [NEEDED, at_most(500)])
    types = SelectMultipleField("Wat wil je horen?", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types.choices = options((one, TYPE_WORDS[one]) for one in TYPES)

    def validate_types(self, field: Any) -> None:
        if not field.data or any(one not in TYPES for one in field.data):
            raise ValidationError("Kies minstens een gebeurtenis uit de lijst.")


class RegisterForm(_AboutTypes):
    """`organisation` is asked where there is more than one."""

    idempotency_key = HiddenField(validators=[at_most(100)])
    organisation = RadioField("Voor wie?", [CHOSEN], validate_choice=False)

    def __init__(self, places: Mapping[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation.choices = options((str(place), name) for place, name in places.items())
        if len(places) == 1:
            self.organisation.data = str(next(iter(places)))
        self._places = places

    @property
    def organisation_id(self) -> UUID:
        return UUID(self.organisation.data)

    def validate_organisation(self, field: Any) -> None:
        if field.data not in {str(one) for one in self._places}:
            raise ValidationError("Kies een van de mogelijkheden.")


class ChangeForm(_AboutTypes, Versioned):
    state = RadioField(
        "Gaat het?", [CHOSEN, one_of(tuple(_STATES))], choices=options(_STATES.items()), validate_choice=False
    )


class ReplayForm(Form):
    """Whole days, by the clock on the wall here."""

    since = DateField("Vanaf", validators=[NEEDED])
    until = DateField("Tot en met", validators=[NEEDED])

    def validate_until(self, field: Any) -> None:
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("Kies een laatste dag die na de eerste komt.")

    def validate_since(self, field: Any) -> None:
        if field.data and field.data < clock.today() - KEPT:
            raise ValidationError("Brug bewaart dit een maand. Kies een latere dag.")

    @property
    def stretch(self) -> tuple[datetime, datetime]:
        return _midnight(self.since.data), _midnight(self.until.data + timedelta(days=1))


class SecretForm(Form):
    """A new secret; asked twice with one key it is made once."""

    idempotency_key = HiddenField(validators=[at_most(100)])


def types_label(types: Iterable[str]) -> str:
    """All of them, or how many."""
    chosen = tuple(types)
    if len(chosen) == len(TYPES):
        return "alles"
    return (
        ", ".join(TYPE_WORDS.get(one, one) for one in chosen) if len(chosen) <= 3 else f"{len(chosen)} gebeurtenissen"
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BRUSSELS).astimezone(UTC)
