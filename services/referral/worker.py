"""Referral's second process: relay, consumers and timers."""

from services.referral.config import Settings
from services.referral.projections import PROJECTIONS
from services.referral.reactions import REACTIONS
from services.referral.timers import TIMERS
from shared import inbox, worker

# What a withdrawal needs has a group of its own: nothing waits before it.
TOPICS = {
    "referral": ["intake.families", "activities.activities"],
    "referral.akkoord": ["intake.consents", "intake.keys", "intake.heartbeats"],
}


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    worker.main(Settings(), worker.Duties("referral", inbox.Known(PROJECTIONS, REACTIONS), TOPICS, TIMERS))


if __name__ == "__main__":
    main()
