"""Network's second process: relay, consumers and timers."""

from services.network.config import Settings
from services.network.projections import PROJECTIONS
from services.network.reactions import REACTIONS
from services.network.timers import TIMERS
from shared import inbox, sealing, telemetry, worker
from shared.db import Database
from shared.kafka import Broker

# What a withdrawal needs has a group of its own: nothing waits before it.
TOPICS = {
    "network": ["intake.families", "referral.directory"],
    "network.akkoord": ["intake.consents", "intake.keys", "intake.heartbeats"],
}


def work_of(settings: Settings) -> worker.Work:
    """All that this process does, connected to nothing yet."""
    keyring = sealing.Keyring(settings.sealing_private_key.get_secret_value())
    return worker.Work(
        db=Database(settings.database_url, service="network", keyring=keyring),
        broker=Broker(
            settings.kafka_bootstrap, settings.topic_prefix, settings.partitions, settings.kafka_session_timeout_ms
        ),
        known=inbox.Known(PROJECTIONS, REACTIONS),
        topics=TOPICS,
        timers=TIMERS,
    )


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    settings = Settings()
    telemetry.configure("network", settings.log_format)
    worker.exit_with(worker.run(work_of(settings), metrics_port=settings.metrics_port))


if __name__ == "__main__":
    main()
