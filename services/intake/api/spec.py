"""The description that all routes of this API write themselves into."""

from services.intake.api.examples import WORDS
from shared.api import answers, spec_for

__all__ = ["SPEC", "answers"]

SPEC = spec_for("intake", "Brug: gezinnen en akkoorden", WORDS)
