"""Forms of network's pages: what people tap and type, as typed values with errors in plain words."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange

from services.network.domain.helper import HelperCard
from services.network.domain.matching import MOST_WEIGHT, Weights
from services.network.domain.request import RequestWish
from services.network.domain.words import CHILD_YEARS, TIMES
from shared import vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, FreeTextForm, Versioned, at_most
from shared.i18n import lazy_gettext as _l
from shared.i18n import name_of

# What is spoken most at Flemish schools comes as chips; the others in a list.
SPOKEN = ("nl", "fr", "en", "ar", "tr", "zgh", "prs", "ps", "so", "ti", "uk", "ru", "ro", "bg", "pl", "es", "pt", "sq")
OTHERS = ("am", "bn", "ckb", "cs", "de", "el", "fa", "ff", "hi", "hr", "hu", "hy", "it", "ka", "ku", "ln", "ne",
          "om", "pa", "rw", "sk", "sr", "sw", "ta", "th", "tl", "ur", "vi", "wo", "yo", "zh")  # fmt: skip
HELPER_ROLES = vocabulary.codes("helper_roles")
Shape = TypeVar("Shape", bound=BaseModel)
_LANGUAGE = _l("Een andere taal")
_RENAMED = {"private": "community_languages", "private.community_languages": "community_languages"}
_NAMES = {"private.not_these": "not_these"}

_YEARS: Mapping[str, str] = {
    "kindergarten": _l("de kleuterschool"),
    "years_1_3": _l("het 1ste, 2de of 3de leerjaar"),
    "years_4_6": _l("het 4de, 5de of 6de leerjaar"),
}
_GENDERS: Mapping[str, str] = {"woman": _l("een vrouw"), "man": _l("een man")}


def years_label(code: str) -> str:
    return _YEARS.get(code, vocabulary.label("decline_reasons", vocabulary.OTHER))


def gender_label(code: str) -> str:
    return _GENDERS.get(code, vocabulary.label("answers", vocabulary.UNKNOWN))


def time_label(code: str) -> str:
    return vocabulary.label("reach_times", code)


def _pairs(codes: Iterable[str], label: Any) -> list[tuple[str, str]]:
    return [(code, label(code)) for code in codes]


def _spoken(field: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.data or ()))


class RequestForm(FreeTextForm):
    """A person asks for someone. Once it is kept, no form shows what is private again."""

    FREE_TEXTS = ("about",)

    languages = SelectMultipleField(_l("In welke taal wil je praten?"), validate_choice=False)
    other_language = SelectField(_LANGUAGE, [OPTIONAL], validate_choice=False)
    name = StringField(_l("Hoe noemen we jou?"), [NEEDED, at_most(60)])
    same_school = RadioField(_l("Wil je iemand van dezelfde school?"), [CHOSEN], validate_choice=False, default="yes")
    town = StringField(_l("In welke gemeente woon je?"), [OPTIONAL, at_most(80)])
    neighbourhood = StringField(_l("In welke buurt?"), [OPTIONAL, at_most(80)])
    times = SelectMultipleField(_l("Wanneer heb je tijd?"), validate_choice=False)
    child_school_years = SelectMultipleField(_l("Waar zit je kind op school?"), validate_choice=False)
    wish = RadioField(_l("Wil je liever een vrouw of een man?"), [OPTIONAL], validate_choice=False)
    about = TextAreaField(_l("Wil je iets over jezelf vertellen?"), [OPTIONAL, at_most(600)])
    not_my_community = BooleanField(_l("Liever niemand uit mijn gemeenschap"))
    community_languages = SelectMultipleField(_l("Welke taal spreken zij?"), validate_choice=False)
    not_these = StringField(_l("Liever niet deze persoon: welke voornaam?"), [OPTIONAL, at_most(300)])
    idempotency_key = HiddenField()

    def __init__(self, lang: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lang = lang
        self.languages.choices = _pairs(_shown(self.languages), name_of)
        self.community_languages.choices = _pairs(_shown(self.community_languages), name_of)
        self.other_language.choices = [("", _l("Kies een taal")), *_sorted(OTHERS)]
        self.same_school.choices = [("yes", _l("Ja, liefst")), ("no", _l("Maakt niet uit"))]
        self.times.choices = _pairs(TIMES, time_label)
        self.child_school_years.choices = _pairs(CHILD_YEARS, years_label)
        self.wish.choices = [*_GENDERS.items(), ("no_preference", _l("Maakt niet uit"))]

    def request_wish(self) -> RequestWish | None:
        """What was asked; None where something cannot be used, and then the fields say so."""
        names = [name for name in str(self.not_these.data or "").replace("،", ",").split(",") if name.strip()]
        about = str(self.about.data or "")
        return _model(
            self,
            RequestWish,
            {
                "name": self.name.data,
                "languages": _with_other(self.languages, self.other_language),
                "same_school": self.same_school.data != "no",
                "town": self.town.data or "",
                "neighbourhood": self.neighbourhood.data or "",
                "times": _spoken(self.times),
                "child_school_years": _spoken(self.child_school_years),
                "wish": self.wish.data or "no_preference",
                "about": {"text": about, "lang": self._lang} if about else None,
                "private": {
                    "not_my_community": bool(self.not_my_community.data),
                    "community_languages": _spoken(self.community_languages),
                    "not_these": tuple(names),
                },
            },
            _RENAMED | {f"private.not_these.{place}": "not_these" for place in range(len(names))} | _NAMES,
        )


class HelperForm(Versioned, FreeTextForm):
    """A helper's card, filled in by the helper or by the coordinator."""

    FREE_TEXTS = ("about",)

    first_name = StringField(_l("Voornaam"), [NEEDED, at_most(60)])
    role = RadioField(_l("Wat wil je doen?"), [CHOSEN], validate_choice=False)
    languages = SelectMultipleField(_l("Welke talen spreek je?"), validate_choice=False)
    other_language = SelectField(_LANGUAGE, [OPTIONAL], validate_choice=False)
    times = SelectMultipleField(_l("Wanneer heb je tijd?"), validate_choice=False)
    capacity = IntegerField(
        _l("Hoeveel gezinnen tegelijk?"),
        [InputRequired(_l("Schrijf een getal.")), NumberRange(1, 20, _l("Kies een getal van 1 tot 20."))],
        default=1,
    )
    phone = TelField(_l("Telefoonnummer"), [NEEDED, at_most(40)])
    school = SelectField(_l("School van je kinderen"), [OPTIONAL], validate_choice=False)
    child_school_years = SelectMultipleField(_l("Waar zitten je kinderen?"), validate_choice=False)
    town = StringField(_l("Gemeente"), [OPTIONAL, at_most(80)])
    neighbourhood = StringField(_l("Buurt"), [OPTIONAL, at_most(80)])
    gender = RadioField(_l("Ben je een vrouw of een man?"), [OPTIONAL], validate_choice=False, default="unknown")
    about = TextAreaField(_l("Wat wil je over jezelf vertellen?"), [OPTIONAL, at_most(600)])
    active = RadioField(_l("Mogen we je nu voorstellen?"), [OPTIONAL], validate_choice=False, default="yes")
    account = RadioField(_l("Voor wie is deze kaart?"), [OPTIONAL], validate_choice=False)
    idempotency_key = HiddenField()

    def __init__(self, lang: str, schools: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lang = lang
        self.role.choices = vocabulary.choices("helper_roles")
        self.languages.choices = _pairs(_shown(self.languages), name_of)
        self.other_language.choices = [("", _l("Kies een taal")), *_sorted(OTHERS)]
        self.times.choices = _pairs(TIMES, time_label)
        self.school.choices = [("", _l("Geen of een andere school")), *schools]
        self.child_school_years.choices = _pairs(CHILD_YEARS, years_label)
        self.gender.choices = [*_GENDERS.items(), ("unknown", _l("zeg ik liever niet"))]
        self.active.choices = [("yes", _l("Ja")), ("no", _l("Nu even niet"))]
        self.account.choices = []

    def chosen_account(self) -> tuple[UUID, UUID] | None:
        """The account and organisation that the card is for; None where the choice is none of those offered.

        The offered values are both ids, with a space in between.
        """
        if self.account.data not in dict(self.account.choices):
            self.account.errors = [*self.account.errors, _l("Kies een van de mogelijkheden.")]
            return None
        staff_id, organisation = str(self.account.data).split()
        return UUID(staff_id), UUID(organisation)

    def card(self) -> HelperCard | None:
        """The card; None where something cannot be used, and then the fields say so."""
        if self.role.data not in HELPER_ROLES:
            self.role.errors = [*self.role.errors, _l("Kies een van de mogelijkheden.")]
            return None
        about = str(self.about.data or "")
        return _model(
            self,
            HelperCard,
            {
                "first_name": self.first_name.data,
                "role": self.role.data,
                "languages": _with_other(self.languages, self.other_language),
                "school": self.school.data or None,
                "town": self.town.data or "",
                "neighbourhood": self.neighbourhood.data or "",
                "times": _spoken(self.times),
                "child_school_years": _spoken(self.child_school_years),
                "gender": self.gender.data or "unknown",
                "capacity": self.capacity.data,
                "phone": self.phone.data,
                "about": {"text": about, "lang": self._lang} if about else None,
                "active": self.active.data != "no",
            },
            {},
        )

    @staticmethod
    def filled_with(card: HelperCard, version: int) -> dict[str, Any]:
        """What the form shows of a card that exists."""
        return card.model_dump(exclude={"about", "active", "school"}) | {
            "school": str(card.school or ""),
            "about": card.about.text if card.about else "",
            "active": "yes" if card.active else "no",
            "version": str(version),
        }


class AnswerForm(Versioned, Form):
    """Yes or no to what the page showed."""

    answer = HiddenField()


class VersionForm(Versioned, Form):
    """A step without anything to fill in."""


class WeightsForm(Versioned, Form):
    """How much each thing counts, from 0 to 10."""

    same_school = IntegerField("Dezelfde school")
    same_town = IntegerField("Dezelfde gemeente")
    children = IntegerField("Kinderen in dezelfde jaren")
    times = IntegerField("Elk moment dat allebei tijd hebben")
    wish = IntegerField("De wens voor een vrouw of een man")
    languages = IntegerField("Elke taal die beiden spreken")

    def weights(self) -> Weights | None:
        words = f"Schrijf een getal van 0 tot {MOST_WEIGHT}."
        fine = True
        for name in Weights.model_fields:
            field = self[name]
            if field.errors or field.data is None or not 0 <= field.data <= MOST_WEIGHT:
                field.errors, fine = [words], False
        return Weights(**{name: self[name].data for name in Weights.model_fields}) if fine else None


def _shown(field: Any) -> tuple[str, ...]:
    """The usual languages, and those that are chosen already."""
    return tuple(dict.fromkeys([*SPOKEN, *_spoken(field)]))


def _sorted(tags: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(_pairs(tags, name_of), key=lambda pair: pair[1])


def _with_other(chips: Any, other: Any) -> tuple[str, ...]:
    """What was tapped, and what was picked from the list."""
    return tuple(dict.fromkeys([*_spoken(chips), *([other.data] if other.data else [])]))


def _model(form: Any, shape: type[Shape], values: dict[str, Any], renamed: dict[str, str]) -> Shape | None:
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        form.take(error, renamed)
        return None
