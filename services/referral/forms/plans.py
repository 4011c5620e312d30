"""Forms of a family's plan: how it begins and goes on, who is in it, and one thing of a section at a time."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from services.referral.domain.plan import SHARED, SPECIAL, STATES, Action, Content, Frame, Item, Occasion, same_language
from services.referral.forms.words import SPOKEN, options
from shared import vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, FreeTextForm, Versioned, at_most, one_of
from shared.i18n import lazy_gettext as _l
from shared.i18n import name_of
from shared.refusals import Malformed

KEEPS = ("current", "beside", "both")
NOBODY = "nobody"
OUTCOMES = ("yes", "not_yet", "let_go")


class BeginForm(FreeTextForm):
    """Who is in a plan from its start. Dates left out are the usual ones (R10)."""

    idempotency_key = HiddenField(validators=[at_most(100)])
    lang = SelectField("In welke taal staat het plan naast het Nederlands?", [CHOSEN])
    expecting = BooleanField("Ze verwachten een kindje")
    coordinator = RadioField("Wie houdt het plan bij elkaar?", [OPTIONAL], default=NOBODY, validate_choice=False)
    review_on = DateField("Wanneer kijken jullie samen opnieuw?", [OPTIONAL])
    ends_on = DateField("Wanneer loopt het plan af?", [OPTIONAL])

    @classmethod
    def of(cls, number: int) -> "type[BeginForm]":
        """The form for a family of so many persons, each with a field for what the plan calls them."""
        names = tuple(f"called_{place}" for place in range(number))
        fields: dict[str, Any] = {name: StringField("", [OPTIONAL, at_most(80)]) for name in names}
        return type(cls.__name__, (cls,), fields | {"FREE_TEXTS": names})

    @property
    def called(self) -> list[Any]:
        return [self[name] for name in self.FREE_TEXTS]

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """`people`: id and words of each person of the family who can coordinate."""
        self.lang.choices = language_choices()
        self.coordinator.choices = options([(NOBODY, "dat weten we nog niet"), *people])

    def validate_coordinator(self, field: Any) -> None:
        if field.data and field.data not in [one.value for one in field.choices]:
            raise ValidationError(CHOSEN.message)


class FrameForm(Form, Versioned):
    coordinator = SelectField("Wie houdt het plan bij elkaar?", [OPTIONAL])
    lang = SelectField("In welke taal staat het plan naast het Nederlands?", [CHOSEN])
    started_on = DateField("Begin", [NEEDED])
    review_on = DateField("Samen opnieuw kijken", [NEEDED])
    ends_on = DateField("Einde", [NEEDED])

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        self.coordinator.choices = options([("", "dat weten we nog niet"), *people])
        self.lang.choices = language_choices(str(self.lang.data or ""))

    @property
    def frame(self) -> Frame:
        coordinator = given_id(self.coordinator.data) if self.coordinator.data else None
        return Frame(coordinator, self.lang.data, self.started_on.data, self.review_on.data, self.ends_on.data)


class ThirdForm(FreeTextForm):
    """A sister, a neighbour: first name and role, and what they said when asked (R23)."""

    FREE_TEXTS = ("called", "role")
    called = StringField("Voornaam", [NEEDED, at_most(80)])
    role = StringField("Wie is dat voor het gezin?", [NEEDED, at_most(80)])
    answer = RadioField(
        "Is gevraagd of dit goed is?",
        [CHOSEN, one_of(("yes", "no", "unknown"))],
        choices=options([("unknown", "nog niet gevraagd"), ("yes", "ja, dat is goed"), ("no", "nee, liever niet")]),
        default="unknown",
        validate_choice=False,
    )


class ByFunctionForm(FreeTextForm):
    """Someone of the school or of an organisation, by function and without a name."""

    FREE_TEXTS = ("role",)
    role = StringField("Functie", [NEEDED, at_most(80)])
    organisation = SelectField("Waar?", [CHOSEN])

    def offer(self, organisations: Iterable[tuple[UUID, str]]) -> None:
        self.organisation.choices = options((str(one), name) for one, name in organisations)


class AnswerForm(Form):
    answer = RadioField("", [CHOSEN, one_of(("yes", "no", "unknown"))], validate_choice=False)


class StepForm(Form, Versioned):
    """A step without words: a yes, a review, the end."""


class PartsForm(Form, Versioned):
    """Which parts the school sees; special categories stand apart, each with its own tick (R3)."""

    parts = SelectMultipleField(_l("Dit mag de school zien"), [OPTIONAL])
    special = SelectMultipleField(_l("Dit ook? Dit is gevoelig. Kies het alleen als je het zeker wil."), [OPTIONAL])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts.choices = options((one, section_words(one)) for one in SHARED if one not in SPECIAL)
        self.special.choices = options((one, section_words(one)) for one in SPECIAL)

    @property
    def opened(self) -> frozenset[str]:
        return frozenset([*(self.parts.data or []), *(self.special.data or [])])


class ChoiceForm(Form, Versioned):
    """Of two texts: `number` is the one beside; the version is of the one that stands."""

    number = HiddenField(validators=[NEEDED])
    keep = RadioField("", [CHOSEN, one_of(KEEPS)], validate_choice=False)


class OutcomeForm(Form):
    answer = RadioField("", [CHOSEN, one_of(OUTCOMES)], validate_choice=False)


class WordsForm(FreeTextForm, Versioned):
    """What somebody said or wants, in their own words; the same beside it in the other language (R15)."""

    FREE_TEXTS = ("text", "beside")
    id = HiddenField()
    text = TextAreaField(_l("In eigen woorden"), [NEEDED, at_most(2000)])
    lang = SelectField(_l("In welke taal is dat?"), [CHOSEN])
    beside = TextAreaField(_l("Hetzelfde in de andere taal"), [OPTIONAL, at_most(2000)])
    said_by = SelectField(_l("Wie zei dit?"), [OPTIONAL])

    def offer(self, people: Sequence[tuple[str, str]], tags: Iterable[str]) -> None:
        """`people` of the plan who can be named; `tags`: the languages of this plan and of who writes."""
        shown = dict.fromkeys([*tags, "nl", str(self.lang.data or "nl")])
        self.lang.choices = options((tag, name_of(tag)) for tag in shown)
        self.said_by.choices = options([("", _l("dat zeggen we niet")), *people])

    def made(self, seen: Content, family_lang: str) -> Item:
        """What was given, as a thing of the section; what the form does not ask stays as it was seen."""
        return Item.model_validate(self._words(seen, family_lang) | {"said_by": self.said_by.data or None})

    def _words(self, seen: Content, family_lang: str) -> dict[str, Any]:
        before = seen.find(given_id(self.id.data)) if self.id.data else None
        beside = str(self.beside.data or "")
        other = family_lang if same_language(self.lang.data, "nl") else "nl"
        return {
            "id": before.id if before else uuid4(),
            "text": self.text.data,
            "lang": self.lang.data,
            "beside": beside,
            "beside_lang": other if beside else "",
            "said_by": before.said_by if before else None,
        }


class ActionForm(WordsForm):
    """Who does what by when, and at which activity of the calendar where there is one."""

    text = TextAreaField(_l("Wat gaat er gebeuren?"), [NEEDED, at_most(2000)])
    who = SelectField(_l("Wie doet dit?"), [CHOSEN])
    by = DateField(_l("Tegen wanneer?"), [NEEDED])
    state = RadioField(_l("Hoe staat het?"), [CHOSEN, one_of(STATES)], default="open", validate_choice=False)
    occasion = SelectField(_l("Gebeurt het op een activiteit van de buurtkalender?"), [OPTIONAL], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = options(vocabulary.choices("action_states"))

    def offer(self, people: Sequence[tuple[str, str]], tags: Iterable[str]) -> None:
        super().offer(people, tags)
        self.who.choices = options([("", _l("Kies …")), *people])
        del self.said_by

    def offer_occasions(self, coming: Iterable[tuple[Occasion, str]], kept: Action | None) -> None:
        """What is to come, and what the action has already."""
        self._known = {occasion_value(one): one for one, _ in coming}
        words = {occasion_value(one): said for one, said in coming}
        if kept and kept.occasion:
            self._known.setdefault(occasion_value(kept.occasion), kept.occasion)
            words.setdefault(occasion_value(kept.occasion), str(_l("zoals het was")))
        self.occasion.choices = options([("", _l("nee")), *words.items()])

    def made(self, seen: Content, family_lang: str) -> Action:
        told = {"who": self.who.data, "by": self.by.data, "state": self.state.data}
        occasion = self._known.get(self.occasion.data or "")
        return Action.model_validate(self._words(seen, family_lang) | told | {"occasion": occasion})


def occasion_value(one: Occasion) -> str:
    return f"{one.activity_id}:{one.occurrence_id}"


def filled(one: Item | None, **otherwise: Any) -> dict[str, Any]:
    """What a form shows of a thing that is there already."""
    if one is None:
        return otherwise
    told = one.model_dump(include={"text", "lang", "beside", "by", "state"}) | {"id": str(one.id)}
    told["said_by"] = str(one.said_by or "")
    if isinstance(one, Action):
        told |= {"who": str(one.who), "occasion": occasion_value(one.occasion) if one.occasion else ""}
    return told


def section_words(section: str) -> str:
    """A section by the words of its list, as they stand inside a sentence."""
    listed = "plan_parts" if section in vocabulary.LISTS["plan_parts"] else "life_domains"
    return vocabulary.label(listed, section)


def language_choices(also: str = "") -> list[Any]:
    shown = dict.fromkeys([*SPOKEN, *([also] if also else [])])
    return options((tag, name_of(tag)) for tag in shown)


def given_id(value: Any) -> UUID:
    """Raises Malformed for what no page of ours sends."""
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Malformed("id") from error
