"""Network's second process: relay, consumers and timers."""

from services.network.config import Settings
from services.network.projections import PROJECTIONS
from services.network.reactions import REACTIONS
from services.network.timers import TIMERS
from shared import inbox, worker

# What a withdrawal needs has a group of its own: nothing waits before it.
TOPICS = {
    "network": ["intake.families", "referral.directory"],
    "network.facts": ["intake.facts", "referral.facts", "activities.facts", "network.facts"],
    "network.akkoord": ["intake.consents", "intake.keys", "intake.heartbeats"],
}


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    worker.main(Settings(), worker.Duties("network", inbox.Known(PROJECTIONS, REACTIONS), TOPICS, TIMERS))


if __name__ == "__main__":
    main()
