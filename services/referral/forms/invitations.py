"""Forms to find an organisation and to invite somebody to work for it."""

import re
from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import ValidationError

from services.referral.domain.invitations import roles_for
from services.referral.forms.words import options
from shared import vocabulary
from shared.forms import CHOSEN, NEEDED, OPTIONAL, Form, at_most, one_of

# What stands before and after the sign, without blanks, and a domain with a dot; the mail itself proves the rest.
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[a-z0-9.-]{1,185}\.[a-z]{2,63}", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether mail could be sent there."""
    found = _ADDRESS.fullmatch(text)
    return bool(found) and ".." not in text and not text.startswith(".") and ".@" not in text


class PlaceForm(Form):
    """Which organisation; it changes nothing, so it carries no token."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("Welke organisatie of school?", [OPTIONAL, at_most(100)])


class InviteForm(Form):
    """One person, one role at one organisation."""

    email = StringField("E-mailadres van het werk", [NEEDED, at_most(254)])
    role = RadioField("Rol", [CHOSEN], validate_choice=False)
    function = StringField("Functie", [NEEDED, at_most(100)])
    secrecy = RadioField(
        "Welk geheim geldt er?",
        [CHOSEN, one_of(vocabulary.codes("secrecy"))],
        choices=options(vocabulary.choices("secrecy")),
        validate_choice=False,
    )

    def __init__(self, kind: str, *args: Any, oversight: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._roles = roles_for(kind, oversight=oversight)
        self.role.choices = options((one, vocabulary.label("staff_roles", one)) for one in self._roles)

    def validate_email(self, field: Any) -> None:
        if not is_address(str(field.data)):
            raise ValidationError("Dit is geen e-mailadres. Kijk na of er geen teken ontbreekt of te veel staat.")

    def validate_role(self, field: Any) -> None:
        if field.data not in self._roles:
            raise ValidationError("Kies een van de mogelijkheden.")
