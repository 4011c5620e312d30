"""The after-talk page and the small forms that change a file, and what they become."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from services.intake.domain.family import OLDEST_CHILD, FileDraft, Person
from shared import clock, vocabulary
from shared.forms import NEEDED, OPTIONAL, Form, FreeTextForm, Versioned, at_most
from shared.i18n import is_language, name_of

OFTEN_SPOKEN = ("ar", "fr", "tr", "tzm", "en", "nl")
ALSO_SPOKEN = (
    "sq", "am", "hy", "ka", "rif", "zgh", "bn", "bs", "bg", "zh", "prs", "de", "el", "ff", "ha", "hi",
    "hu", "it", "ku", "ln", "ne", "ps", "fa", "pl", "pt", "pa", "ro", "ru", "sr", "sk", "so", "es",
    "sw", "ta", "th", "ti", "tw", "uk", "ur", "vi", "wo",
)  # fmt: skip
READS = (("yes", "goed"), ("no", "niet of weinig"), ("unknown", "weten we nog niet"))
HOUSES = (("1", "huis 1"), ("2", "huis 2"))
HOMES = (("1", "in hetzelfde huis"), ("2", "in een ander huis"))
_NAME, _TEXT = at_most(80), at_most(2000)


def languages_chosen(often: Iterable[str], other: str, reads: str) -> list[dict[str, object]]:
    """What was tapped as the package wants it; what was not tapped about reading is not known (R13)."""
    tags = [*often, *([other] if other and is_language(other) else [])]
    return [{"tag": tag, "speaks": True, "reads": reads or "unknown"} for tag in dict.fromkeys(tags)]


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Values with their words, as WTForms wants them."""
    return [SelectChoice(value, words) for value, words in pairs]


def _often() -> list[tuple[str, str]]:
    return [(tag, name_of(tag)) for tag in OFTEN_SPOKEN]


def _also() -> list[tuple[str, str]]:
    return [("", "nog een taal"), *sorted(((tag, name_of(tag)) for tag in ALSO_SPOKEN), key=lambda one: one[1])]


def _years() -> list[tuple[str, str]]:
    this = clock.today().year
    return [("", "weten we nog niet"), *((str(year), str(year)) for year in range(this, this - OLDEST_CHILD - 1, -1))]


class CaregiverFields(FreeTextForm):
    """What is asked about one caregiver: everything beside the name may wait."""

    FREE_TEXTS: tuple[str, ...] = ("name_to_call", "full_name", "arranged_words")
    name_to_call = StringField("Hoe noemen we je?", [NEEDED, _NAME])
    phone = StringField("Telefoon", [OPTIONAL, at_most(26)])
    languages = SelectMultipleField("Talen", [OPTIONAL])
    other_language = SelectField("Nog een taal", [OPTIONAL])
    reads = RadioField("Lezen gaat", [OPTIONAL], choices=options(READS))
    channel = RadioField("Hoe bereiken we je best?", [OPTIONAL])
    when = SelectMultipleField("Wanneer?", [OPTIONAL])
    arrangements = SelectMultipleField("Wat spreken we af?", [OPTIONAL])
    arranged_words = StringField("In eigen woorden", [OPTIONAL, at_most(300)])
    full_name = StringField("Volledige naam", [OPTIONAL, at_most(160)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages.choices = options(_often())
        self.other_language.choices = options(_also())
        self.channel.choices = options(vocabulary.choices("reach_channels", unknown=True))
        self.when.choices = options(vocabulary.choices("reach_times"))
        self.arrangements.choices = options(vocabulary.choices("arrangements"))

    def caregiver(self) -> dict[str, Any]:
        arranged = self.arranged_words.data
        return {
            "kind": "caregiver",
            "name_to_call": self.name_to_call.data,
            "full_name": self.full_name.data or "",
            "phone": self.phone.data or "",
            "channel": self.channel.data or "unknown",
            "when": self.when.data or [],
            "languages": languages_chosen(self.languages.data or [], self.other_language.data, self.reads.data),
            "arrangements": self.arrangements.data or [],
            "arranged_words": {"text": arranged, "lang": "nl"} if arranged else None,
        }


class AfterTalkForm(CaregiverFields):
    """One page, ninety seconds, one POST."""

    FREE_TEXTS = (*CaregiverFields.FREE_TEXTS, "goes_well", "ask", "child_name", "other_name")
    goes_well = TextAreaField("Wat gaat goed?", [OPTIONAL, _TEXT])
    ask = TextAreaField("Wat vraag je?", [OPTIONAL, _TEXT])
    life_domain = RadioField("Waarover gaat het?", [OPTIONAL])
    child_name = StringField("Hoe noemen we je kind?", [OPTIONAL, _NAME])
    child_year = SelectField("Geboortejaar", [OPTIONAL])
    child_class = StringField("Klas", [OPTIONAL, at_most(40)])
    second_child = StringField("Nog een kind", [OPTIONAL, _NAME])
    second_year = SelectField("Geboortejaar van dat kind", [OPTIONAL])
    other_name = StringField("Andere ouder of verzorger", [OPTIONAL, _NAME])
    other_phone = StringField("Telefoon van die persoon", [OPTIONAL, at_most(26)])
    other_home = RadioField("Waar woont die persoon?", [OPTIONAL], choices=options(HOMES))
    organisation = SelectField("School", [OPTIONAL])
    key = HiddenField()
    anyway = HiddenField()  # 'toch nieuw', after the families that look like this one were shown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.life_domain.choices = options(vocabulary.choices("life_domains"))
        self.child_year.choices = self.second_year.choices = options(_years())

    def draft(self) -> FileDraft:
        """Raises ValidationError by the names of the draft; `FIELDS` says which field of the page that is."""
        persons = [self.caregiver(), *self._other(), *self._children()]
        words = self.goes_well.data
        asked = self.ask.data
        ask = {"text": {"text": asked, "lang": "nl"}, "life_domain": self.life_domain.data or "unknown"}
        return FileDraft.model_validate(
            {
                "persons": persons,
                "goes_well": [{"text": words, "lang": "nl"}] if words else [],
                "asks": [ask] if asked else [],
            }
        )

    def _other(self) -> list[dict[str, Any]]:
        home = int(self.other_home.data or 1)
        told = {"name_to_call": self.other_name.data, "phone": self.other_phone.data or "", "households": [home]}
        return [told] if self.other_name.data else []

    def _children(self) -> list[dict[str, Any]]:
        homes = [1, 2] if self.other_name.data and self.other_home.data == "2" else [1]
        told = (
            (self.child_name.data, self.child_year.data, self.child_class.data),
            (self.second_child.data, self.second_year.data, ""),
        )
        return [
            {
                "kind": "child",
                "name_to_call": name,
                "birth_year": int(year) if year else None,
                "class_name": where or "",
                "households": homes,
            }
            for name, year, where in told
            if name
        ]


FIELDS = {
    "persons.0.name_to_call": "name_to_call",
    "persons.0.phone": "phone",
    "persons.0.full_name": "full_name",
    "persons.0.languages": "languages",
    "persons.1.phone": "other_phone",
    "phone": "phone",
    "name_to_call": "name_to_call",
}


class CaregiverForm(CaregiverFields, Versioned):
    """Change one caregiver, or add one."""

    households = SelectMultipleField("Waar woont deze persoon?", choices=options(HOUSES))

    def draft(self, person_id: UUID | None) -> FileDraft:
        homes = [int(one) for one in self.households.data or ["1"]]
        return FileDraft.model_validate({"persons": [self.caregiver() | {"id": person_id, "households": homes}]})

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """The form's fields for a person as the file has them."""
        tags = [one.tag for one in person.languages]
        return {
            **person.model_dump(include={"name_to_call", "full_name", "phone", "channel"}),
            "when": list(person.when),
            "arrangements": list(person.arrangements),
            "arranged_words": person.arranged_words.text if person.arranged_words else "",
            "languages": [tag for tag in tags if tag in OFTEN_SPOKEN],
            "other_language": next((tag for tag in tags if tag not in OFTEN_SPOKEN), ""),
            "reads": next((one.reads for one in person.languages), ""),
            "households": [str(number) for number in sorted(person.households)],
        }


class ChildForm(FreeTextForm, Versioned):
    """Change a child, or add one."""

    FREE_TEXTS = ("name_to_call", "full_name")
    name_to_call = StringField("Hoe noemen we je kind?", [NEEDED, _NAME])
    full_name = StringField("Volledige naam", [OPTIONAL, at_most(160)])
    birth_year = SelectField("Geboortejaar", [OPTIONAL])
    class_name = StringField("Klas", [OPTIONAL, at_most(40)])
    households = SelectMultipleField("Waar woont je kind?", choices=options(HOUSES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.birth_year.choices = options(_years())

    def draft(self, person_id: UUID | None) -> FileDraft:
        told = {
            "id": person_id,
            "kind": "child",
            "name_to_call": self.name_to_call.data,
            "full_name": self.full_name.data or "",
            "birth_year": int(self.birth_year.data) if self.birth_year.data else None,
            "class_name": self.class_name.data or "",
            "households": [int(one) for one in self.households.data or ["1"]],
        }
        return FileDraft.model_validate({"persons": [told]})

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        return {
            **person.model_dump(include={"name_to_call", "full_name", "class_name"}),
            "birth_year": str(person.birth_year or ""),
            "households": [str(number) for number in sorted(person.households)],
        }


class AskForm(FreeTextForm, Versioned):
    """One more question of a person."""

    FREE_TEXTS = ("ask",)
    ask = TextAreaField("Wat vraag je?", [NEEDED, _TEXT])
    life_domain = RadioField("Waarover gaat het?", [OPTIONAL])
    person = RadioField("Over wie gaat het?", [NEEDED])

    def __init__(self, persons: Iterable[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.life_domain.choices = options(vocabulary.choices("life_domains"))
        self.person.choices = options((str(one.id), one.name_to_call) for one in persons)


class ObjectionForm(Form):
    """A caregiver says no to what the other agrees to for a child (R5)."""

    child = HiddenField()
    caregiver = HiddenField()
    known = HiddenField()
