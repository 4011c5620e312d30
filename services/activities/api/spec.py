"""The description that all routes of this API write themselves into."""

from services.activities.api.examples import WORDS
from shared.api import answers, spec_for

__all__ = ["SPEC", "answers"]

SPEC = spec_for("activities", "Brug: activiteiten in de buurt", WORDS)
