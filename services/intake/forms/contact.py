"""Noting a contact that fits, and a school's own goal."""

from uuid import UUID

from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import InputRequired, ValidationError

from services.intake.domain.contact import MOST_FAMILIES, WAYS, Contact
from services.intake.domain.family import File, Kind
from services.intake.forms.family import options
from shared import vocabulary
from shared.forms import CHOSEN, Form, Versioned

_COME_BY = "bij het gezin, op hun vraag"


class ContactForm(Form):
    """What took place, as far as it has to fit what the parent asked. There is no field for how it went."""

    person = RadioField("Met wie?", [CHOSEN])
    way = RadioField("Hoe?", [CHOSEN])
    interpreter = BooleanField("Er was een tolk bij")
    at_agreed_hour = BooleanField("Het was op een moment dat past")

    @classmethod
    def of(cls, file: File) -> "ContactForm":
        form = cls()
        caregivers = [one for one in file.persons if one.kind == Kind.CAREGIVER]
        form.person.choices = options((str(one.id), one.name_to_call) for one in caregivers)
        form.way.choices = options((way, way_label(way)) for way in WAYS)
        if form.person.data is None and len(caregivers) == 1:
            form.person.data = str(caregivers[0].id)
        return form

    def contact(self) -> Contact:
        return Contact(
            person_id=UUID(self.person.data),
            way=self.way.data,
            interpreter=self.interpreter.data,
            at_agreed_hour=self.at_agreed_hour.data,
        )


def _families(form: object, field: IntegerField) -> None:
    if field.data is not None and not 1 <= field.data <= MOST_FAMILIES:
        raise ValidationError(f"Kies een getal van 1 tot {MOST_FAMILIES}.")


class GoalForm(Versioned, Form):
    """How many families a month."""

    families = IntegerField(
        "Met hoeveel gezinnen per maand?",
        [InputRequired("Vul een getal in."), _families],
    )


def way_label(way: str) -> str:
    return _COME_BY if way == "come_by" else str(vocabulary.label("reach_channels", way))
