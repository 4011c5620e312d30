"""Forms for whoever comes without an account, and for where mail to an organisation goes."""

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import ValidationError

from services.referral.forms.invitations import is_address
from shared.forms import NEEDED, OPTIONAL, Form, at_most


class AskForm(Form):
    """A button: opening a link sends nothing, since mail programs open links by themselves."""


class CodeForm(Form):
    code = StringField("De code uit de mail", [NEEDED, at_most(40)])


class ContactForm(Form):
    """One mailbox of an organisation, or none."""

    email = StringField("Mailadres voor doorverwijzingen", [OPTIONAL, at_most(254)])
    always = BooleanField("Stuur ook een mail als er bij ons iemand een account heeft")

    def validate_email(self, field: Any) -> None:
        if field.data and not is_address(str(field.data)):
            raise ValidationError("Dit is geen e-mailadres. Kijk na of er geen teken ontbreekt of te veel staat.")
