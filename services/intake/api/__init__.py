"""The JSON API of intake under /intake/api/v1."""

from services.intake.api import consent, contacts, files, known, signin
from services.intake.api.spec import SPEC

BLUEPRINTS = (files.api, contacts.api, consent.api, signin.api, known.api)

__all__ = ["BLUEPRINTS", "SPEC"]
