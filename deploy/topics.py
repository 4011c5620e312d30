"""Every topic of the four services: what the broker has, beside what `events.py` declares."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from deploy.local.home import Failure
from deploy.services import SERVICES
from shared.envelope import Topic
from shared.kafka import Broker, BrokerError, TopicNow, differences, topics_now
from shared.settings import BrokerSettings


def all_topics() -> list[Topic]:
    """What each service's events.py says that it publishes to."""
    return [topic for service in SERVICES for topic in import_module(f"services.{service}.events").TOPICS]


def report(settings: BrokerSettings) -> tuple[list[str], bool]:
    """A line for each topic as it is, and under it what should be otherwise; and whether nothing should."""
    broker, wanted = Broker.of(settings), all_topics()
    with in_one_line():
        found = topics_now(broker, wanted)
    wrong = differences(broker, wanted, found)
    by_name = {one.name: one for one in found}
    lines = []
    for topic in sorted(wanted):
        lines.append(_line(topic.name, by_name.get(topic.name)))
        lines += [f"  NOT AS IT SHOULD BE: {one}" for one in wrong if one.topic == topic.name]
    if any(not one.hindrance for one in wrong):
        lines.append("`brug topics apply` mends what can be mended")
    return lines, not wrong


@contextmanager
def in_one_line() -> Iterator[None]:
    """What the broker refuses, as a failure for a person."""
    try:
        yield
    except BrokerError as error:
        raise Failure(str(error)) from error


def _line(name: str, now: TopicNow | None) -> str:
    if now is None:
        return f"{name:28} is not there"
    kept = now.settings.get("retention.ms", "")
    how = "the last of each key" if now.settings.get("cleanup.policy") == "compact" else _for_how_long(kept)
    copies = f"{now.replication} {'copy' if now.replication == 1 else 'copies'}"
    needed = now.settings.get("min.insync.replicas")
    return f"{name:28} {now.partitions:3} partitions, {copies}{f', {needed} needed' if needed else ''}, keeps {how}"


def _for_how_long(milliseconds: str) -> str:
    if milliseconds == "-1":
        return "everything"
    return f"{int(milliseconds) // 60_000} minutes" if milliseconds.isdigit() else "what the broker decides"
