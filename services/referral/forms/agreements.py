"""The form of an agreement between two organisations (R1)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange

from services.referral.domain import REFERRAL
from services.referral.domain.agreements import MOST_RETENTION, Terms
from services.referral.forms.words import options
from shared import clock, vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, one_of

GROUNDS = vocabulary.codes("legal_grounds")
SPECIAL_GROUNDS = vocabulary.codes("special_grounds")
FIELDS = vocabulary.codes("shared_fields")
PURPOSES = vocabulary.codes("purposes")


class AgreementForm(Form):
    """For what, on which grounds, which data, how long kept, from when to when; the smallest is filled in."""

    proposer = SelectField("Namens", [CHOSEN], coerce=UUID, validate_choice=False)
    purpose = RadioField(
        "Waarvoor?",
        [CHOSEN, one_of(PURPOSES)],
        choices=options(vocabulary.choices("purposes")),
        default=REFERRAL,
        validate_choice=False,
    )
    legal_ground = RadioField(
        "Op welke rechtsgrond delen jullie gegevens?",
        [CHOSEN, one_of(GROUNDS)],
        choices=options(vocabulary.choices("legal_grounds")),
        validate_choice=False,
    )
    special_ground = RadioField(
        "En voor bijzondere gegevens, zoals gezondheid?",
        [CHOSEN, one_of(SPECIAL_GROUNDS)],
        choices=options(vocabulary.choices("special_grounds")),
        default="none",
        validate_choice=False,
    )
    fields_shared = SelectMultipleField(
        "Wat mag hoogstens mee?",
        choices=options(vocabulary.choices("shared_fields")),
        default=[one for one in FIELDS if one != "plan_parts"],
        validate_choice=False,
    )
    retention_days = IntegerField(
        "Hoeveel dagen bewaren jullie het, na het einde?",
        [NEEDED, NumberRange(1, MOST_RETENTION, "Kies een aantal dagen tussen 1 en 3650.")],
        default=180,
    )
    valid_from = DateField("Vanaf", [NEEDED])
    last_day = DateField("Tot en met", [OPTIONAL])

    def __init__(self, own: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposer.choices = options((str(one), name) for one, name in own.items())
        if self.valid_from.data is None and not self.valid_from.raw_data:
            self.valid_from.data = clock.today()

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not self.fields_shared.data or set(self.fields_shared.data) - set(FIELDS):
            self.fields_shared.errors = ["Kies minstens één soort gegevens."]
            fine = False
        return fine

    @property
    def terms(self) -> Terms:
        last = self.last_day.data
        return Terms(
            purpose=self.purpose.data,
            legal_ground=self.legal_ground.data,
            special_ground=self.special_ground.data,
            fields=tuple(one for one in FIELDS if one in self.fields_shared.data),
            retention_days=int(self.retention_days.data),
            valid_from=self.valid_from.data,
            valid_until=last + timedelta(days=1) if last else None,
        )
