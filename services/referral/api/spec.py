"""The description that all routes of this API write themselves into."""

from services.referral.api.examples import WORDS
from shared.api import Answers, Problem, answers, spec_for

__all__ = ["SPEC", "answers", "mailing"]

SPEC = spec_for("referral", "Brug: organisaties en doorverwijzingen", WORDS)


def mailing(shape: type) -> Answers:
    """Of a step that has something mailed: as everywhere, and 429 where enough went out for one day."""
    made = answers(shape, changes=True, keyed=True)
    made.add_model(429, Problem)
    return made
