"""'Dit klopt niet' as a person says it, and the school's answer."""

from wtforms import HiddenField, RadioField, TextAreaField

from services.intake.domain.correction import LONGEST_WORDS, Doubt, Reply, Status, Thing
from services.intake.domain.knowledge import MISSING
from services.intake.forms.family import options
from shared import vocabulary
from shared.forms import CHOSEN, OPTIONAL, Form, FreeTextForm, Versioned, at_most, expected_version
from shared.i18n import language
from shared.i18n import lazy_gettext as _l

_WORDS = at_most(LONGEST_WORDS)


class WrongForm(FreeTextForm):
    """What is not right, in a choice and, if one wants, in own words."""

    FREE_TEXTS = ("words",)
    choice = RadioField(_l("Wat klopt niet?"), [CHOSEN])
    words = TextAreaField(_l("Hoe is het wel? In je eigen woorden."), [OPTIONAL, _WORDS])
    key = HiddenField()

    def about(self, thing: Thing) -> "WrongForm":
        """The same, with the choices that fit this thing."""
        if thing.code == MISSING:
            self.choice.choices = options([("other", vocabulary.label("correction_choices", "other"))])
            self.choice.data = "other"
        else:
            self.choice.choices = options(vocabulary.choices("correction_choices"))
        return self

    def doubt(self, thing: Thing) -> Doubt:
        return Doubt(thing, self.choice.data, self.words.data or "", language())


class ReplyForm(Form, Versioned):
    """'Aangepast', or 'niet aangepast' and why."""

    to = RadioField("Wat deed je?", [CHOSEN])
    words = TextAreaField("Wat zeg je aan de persoon?", [OPTIONAL, _WORDS])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        said = (Status.ADJUSTED, Status.NOT_ADJUSTED)
        self.to.choices = options((str(one), vocabulary.label("correction_states", one)) for one in said)

    def reply(self) -> Reply:
        return Reply(Status(self.to.data), self.words.data or "", expected_version(self))


class WithdrawForm(Form):
    """One button."""
