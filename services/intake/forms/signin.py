"""The code as a person types it, what codes need of the settings, and the safety flag."""

from wtforms import HiddenField, StringField

from services.intake.domain.signin import Desk, Paper
from shared.forms import NEEDED, Form, at_most
from shared.i18n import lazy_gettext as _l
from shared.web import house


class CodeForm(Form):
    code = StringField(_l("Jouw code"), [NEEDED, at_most(40)])
    next = HiddenField()


class TokenForm(Form):
    """One button; the token travels in the page's address."""


class SafetyForm(Form):
    """Two buttons, one of which is on the page: the flag is set, or taken away."""

    safety = HiddenField()


def desk() -> Desk:
    settings = house().settings
    return Desk(settings.secret_key.get_secret_value(), settings.code_valid_days)


def paper_url(paper: Paper) -> str:
    """What the paper's QR holds."""
    return f"{house().shared_settings.public_url.rstrip('/')}/intake/code/{paper.token}"
