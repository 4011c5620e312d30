"""Forms about organisations and their room; none has a field for whom it is (R8)."""

from typing import Any
from uuid import UUID

from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from services.referral.domain import State
from services.referral.forms.words import (
    KINDS,
    REASONS,
    SPOKEN,
    kind_label,
    language_label,
    options,
    reason_choices,
)
from shared import vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, at_most, one_of


class SearchForm(Form):
    """What somebody looks for in the directory; it changes nothing, so it carries no token."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("Naam", [OPTIONAL, at_most(100)])
    kind = SelectField("Soort", [OPTIONAL])
    town = SelectField("Gemeente", [OPTIONAL])
    language = SelectField("Taal", [OPTIONAL])

    def __init__(self, towns: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options([("", "alle soorten"), *((code, kind_label(code)) for code in KINDS)])
        self.town.choices = options([("", "alle gemeenten"), *((town, town) for town in towns)])
        self.language.choices = options([("", "alle talen"), *((tag, language_label(tag)) for tag in SPOKEN)])


class AskRoomForm(Form):
    """Several organisations, one reason, and nothing else: no field could hold whom it is for (R8)."""

    idempotency_key = HiddenField(validators=[at_most(100)])
    organisations = SelectMultipleField("Aan wie vraag je het?", coerce=UUID, validate_choice=False)
    reason = SelectField("Waarvoor zoek je plaats?", [CHOSEN, one_of(REASONS)], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not self.organisations.data or len(self.organisations.data) > 20:
            self.organisations.errors = ["Duid een tot twintig organisaties aan."]
            fine = False
        return fine


class CapacityForm(Form):
    """Whether there is room for a reason, and from when where that is known."""

    organisation = HiddenField(validators=[NEEDED])
    reason = SelectField("Waarvoor?", [CHOSEN, one_of(REASONS)], validate_choice=False)
    state = RadioField(
        "Is er plaats?",
        [CHOSEN, one_of(tuple(State))],
        choices=options(vocabulary.choices("capacity_states")),
        validate_choice=False,
    )
    expected_on = DateField("Vanaf wanneer?", [OPTIONAL])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = reason_choices()

    @property
    def said(self) -> State:
        return State(self.state.data)

    def validate_organisation(self, field: Any) -> None:
        try:
            UUID(str(field.data))
        except ValueError as error:
            raise ValidationError("Kies je organisatie.") from error
