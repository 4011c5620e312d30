"""Forms of tasks: done, with how it ended, or later."""

from datetime import date, timedelta

from wtforms import RadioField

from services.referral.domain import Kind
from services.referral.forms.words import options
from shared import clock, vocabulary
from shared.forms import CHOSEN, Form, Versioned, one_of

RESULTS = {
    Kind.TALK_WITH_PARENT: ("talked", "parent_declined"),
    Kind.CHOOSE_ALTERNATIVE: ("asked_parent", "parent_declined", "waits"),
    Kind.AKKOORD_ENDS: ("asked_parent", "parent_declined"),
}
_LATER = {"2": "over twee dagen", "7": "over een week", "14": "over twee weken"}


class DoneForm(Form, Versioned):
    result = RadioField("Hoe liep het?", [CHOSEN, one_of(vocabulary.codes("task_results"))], validate_choice=False)


class LaterForm(Form, Versioned):
    days = RadioField(
        "Wanneer kijk je opnieuw?",
        [CHOSEN, one_of(tuple(_LATER))],
        choices=options(_LATER.items()),
        validate_choice=False,
    )

    @property
    def to(self) -> date:
        return clock.today() + timedelta(days=int(self.days.data))
