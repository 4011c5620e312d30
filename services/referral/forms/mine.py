"""Forms of a person's own page: taps, in the person's language."""

from wtforms import RadioField

from services.referral.domain import Helped
from shared import vocabulary
from shared.forms import CHOSEN, Form, Versioned, one_of

FACES = vocabulary.codes("helped_answers")


class HelpedForm(Form, Versioned):
    """Which face was tapped; whether the school may know is asked apart, and left out means no (R4)."""

    face = RadioField("", [CHOSEN, one_of(FACES)], validate_choice=False)
    tell = RadioField("", validate_choice=False)

    @property
    def said(self) -> Helped:
        return Helped(str(self.face.data), self.tell.data == "yes")
