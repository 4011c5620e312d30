"""Every topic of the four services, and how it comes to be."""

from importlib import import_module

from deploy.services import SERVICES
from shared.envelope import Topic
from shared.kafka import Broker, ensure_topics


class WrongPartitions(Exception):
    """A topic exists with another number of partitions than the settings say."""


def all_topics() -> list[Topic]:
    """What each service's events.py says that it publishes to."""
    return [topic for service in SERVICES for topic in import_module(f"services.{service}.events").TOPICS]


def make(broker: Broker) -> dict[str, int]:
    """Create the topics that are missing, and refuse what has another number of partitions."""
    found = ensure_topics(broker, all_topics())
    if wrong := {name: count for name, count in found.items() if count != broker.partitions}:
        raise WrongPartitions(f"expected {broker.partitions} partitions, found {wrong}")
    return found
