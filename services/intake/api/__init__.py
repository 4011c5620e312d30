"""The JSON API of intake under /intake/api/v1."""

from services.intake.api import consent, files, signin
from services.intake.api.spec import SPEC

BLUEPRINTS = (files.api, consent.api, signin.api)

__all__ = ["BLUEPRINTS", "SPEC"]
