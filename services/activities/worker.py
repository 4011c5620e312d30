"""Activities's second process: relay, consumers and timers."""

from services.activities.config import Settings
from services.activities.projections import PROJECTIONS
from services.activities.reactions import REACTIONS
from services.activities.timers import TIMERS
from shared import inbox, worker

# What a withdrawal needs has a group of its own: nothing waits before it.
TOPICS = {
    "activities": ["referral.directory", "intake.families"],
    "activities.akkoord": ["intake.consents", "intake.keys", "intake.heartbeats"],
}


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    worker.main(Settings(), worker.Duties("activities", inbox.Known(PROJECTIONS, REACTIONS), TOPICS, TIMERS))


if __name__ == "__main__":
    main()
