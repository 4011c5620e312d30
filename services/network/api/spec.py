"""The description that all routes of this API write themselves into."""

from services.network.api.examples import WORDS
from shared.api import Answers, Problem, spec_for
from shared.api import answers as shared_answers

SPEC = spec_for("network", "Brug: ouders voor ouders", WORDS)


def answers(shape: type | None, status: int = 200, *, changes: bool = False, keyed: bool = False) -> Answers:
    """As everywhere, and 410 for a match that is over."""
    made = shared_answers(shape, status, changes=changes, keyed=keyed)
    made.add_model(410, Problem)
    return made
