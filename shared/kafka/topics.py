"""Topics: what is, against what `events.py` and the settings say that should be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from kafka.errors import for_code

from shared.envelope import Topic
from shared.kafka.broker import Broker
from shared.kafka.faults import BrokerError, plainly

_EXISTS_ALREADY = 36  # error code TOPIC_ALREADY_EXISTS
_AN_HOUR = 60 * 60 * 1000


class TopicNow(NamedTuple):
    """A topic as the broker has it; `settings` are those that it told of."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


class Difference(NamedTuple):
    """Something of a topic that is not as it should be; `hindrance` says why it cannot be mended here."""

    topic: str
    what: str
    found: str
    wanted: str
    hindrance: str = ""

    def __str__(self) -> str:
        line = f"topic {self.topic}: {self.what} is {self.found}, should be {self.wanted}"
        return f"{line}; {self.hindrance}" if self.hindrance else line


def settings_of(broker: Broker, topic: Topic) -> dict[str, str]:
    """What a topic must be set to. What is dropped or compacted lies in segments of an hour at most, because the
    segment that is written to is never touched."""
    wanted = {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "retention.ms": str(topic.retention_ms),
        "min.insync.replicas": str(broker.min_insync),
    }
    if topic.compacted:
        wanted |= {"segment.ms": str(_AN_HOUR), "max.compaction.lag.ms": str(_AN_HOUR)}
    elif topic.retention_ms > 0:
        wanted["segment.ms"] = str(min(topic.retention_ms, _AN_HOUR))
    return wanted


def ensure_topics(broker: Broker, topics: Sequence[Topic]) -> list[TopicNow]:
    """Create what is missing; returns each topic as it is now."""
    with _admin(broker) as admin:
        existing = set(admin.list_topics())
        missing = [topic for topic in topics if broker.prefix + topic.name not in existing]
        if missing:
            _create(admin, broker, missing)
        return _as_they_are(admin, broker, topics)


def topics_now(broker: Broker, topics: Sequence[Topic]) -> list[TopicNow]:
    """Those of the topics that exist, as they are now; nothing is made."""
    with _admin(broker) as admin:
        existing = set(admin.list_topics())
        return _as_they_are(admin, broker, [one for one in topics if broker.prefix + one.name in existing])


def differences(broker: Broker, topics: Sequence[Topic], found: Sequence[TopicNow]) -> list[Difference]:
    """What is not as it should be. Of what a broker does not tell (the embedded one) nothing is said."""
    by_name = {one.name: one for one in found}
    told: list[Difference] = []
    for topic in topics:
        if now := by_name.get(topic.name):
            told += _of_partitions(broker, now) + _of_replication(broker, now)
            for name, wanted in settings_of(broker, topic).items():
                if now.settings.get(name, wanted) != wanted:
                    told.append(Difference(topic.name, name, now.settings[name], wanted))
        else:
            told.append(Difference(topic.name, "it", "missing", "there"))
    return told


def mend(broker: Broker, wrong: Sequence[Difference]) -> list[Difference]:
    """Alter the settings that can be altered and leave all others as they are; returns what was mended."""
    mended = [one for one in wrong if not one.hindrance]
    by_topic: dict[str, dict[str, str]] = {}
    for one in mended:
        by_topic.setdefault(one.topic, {})[one.what] = one.wanted
    if by_topic:
        set_settings(broker, by_topic)
    return mended


def set_settings(broker: Broker, by_topic: Mapping[str, Mapping[str, str]]) -> None:
    """Give topics these settings, and leave their others as they are."""
    with _admin(broker) as admin:
        told = admin.alter_configs(
            [ConfigResource("TOPIC", broker.prefix + name, dict(values)) for name, values in by_topic.items()],
            incremental=True,
        )
    for name, result in told["topic"].items():
        if result != "OK":
            raise BrokerError(f"The broker does not alter topic {name.removeprefix(broker.prefix)}: {result}")


def _of_partitions(broker: Broker, now: TopicNow) -> list[Difference]:
    if now.partitions == broker.partitions:
        return []
    if now.partitions < broker.partitions:
        why = "more would send the next event of a family to another partition, before earlier ones"
    else:
        why = "a topic never loses partitions"
    return [
        Difference(
            now.name,
            "partitions",
            str(now.partitions),
            str(broker.partitions),
            f"{why}: set BRUG_PARTITIONS={now.partitions}, or begin with an empty broker and `brug republish`",
        )
    ]


def _of_replication(broker: Broker, now: TopicNow) -> list[Difference]:
    if now.replication == broker.replication:
        return []
    why = "partitions are moved with Kafka's own kafka-reassign-partitions, or set BRUG_TOPIC_REPLICATION"
    return [Difference(now.name, "replication", str(now.replication), str(broker.replication), why)]


def _create(admin: Any, broker: Broker, topics: Sequence[Topic]) -> None:
    wanted = {
        broker.prefix + topic.name: {
            "num_partitions": broker.partitions,
            "replication_factor": broker.replication,
            "configs": settings_of(broker, topic),
        }
        for topic in topics
    }
    made = admin.create_topics(wanted, raise_errors=False)
    for one in made["topics"]:
        if one["error_code"] not in (0, _EXISTS_ALREADY):
            reason = one.get("error_message") or for_code(one["error_code"]).__name__
            raise BrokerError(f"The broker does not make topic {one['name']}: {reason}")
    admin.wait_for_topics(list(wanted))


def _as_they_are(admin: Any, broker: Broker, topics: Sequence[Topic]) -> list[TopicNow]:
    if not topics:
        return []
    names = [broker.prefix + topic.name for topic in topics]
    described = {str(one["name"]): one["partitions"] for one in admin.describe_topics(names)}
    # All settings of each: the embedded broker breaks off where some are asked for by name.
    told = admin.describe_configs([ConfigResource("TOPIC", name) for name in names], config_filter="all")
    by_topic = told.get("topic", {})
    return [
        TopicNow(
            name.removeprefix(broker.prefix),
            len(described[name]),
            min((len(one["replica_nodes"]) for one in described[name]), default=0),
            {key: str(one["value"]) for key, one in by_topic.get(name, {}).items() if one["value"] is not None},
        )
        for name in names
    ]


@contextmanager
def _admin(broker: Broker) -> Iterator[Any]:
    with plainly(broker):
        admin = KafkaAdminClient(**broker.client(), bootstrap_timeout_ms=10_000)
        try:
            yield admin
        finally:
            admin.close()
