"""Within how many days who is to do what (R8); dates, since a term ends with its day."""

from datetime import date
from typing import NamedTuple

from shared import working_days


class Terms(NamedTuple):
    """What a deployment sets: terms in working days, how old knowledge may be, the secret of pairwise ids."""

    seen_within_days: int
    answered_within_days: int
    freshness_seconds: int
    pairwise_secret: str
    expires_after_days: int = 20

    def seen_due(self, sent_on: date) -> date:
        return working_days.after(sent_on, self.seen_within_days)

    def answer_due(self, asked_on: date) -> date:
        return working_days.after(asked_on, self.answered_within_days)

    def expires_on(self, asked_on: date) -> date:
        """The first day on which an unanswered referral is over."""
        return working_days.after(asked_on, self.expires_after_days)
