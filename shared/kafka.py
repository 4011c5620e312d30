"""The only importer of kafka: producer, consumer loop and topics."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event as Flag
from typing import Any, NamedTuple, Self

import structlog
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

from shared import telemetry
from shared.envelope import Topic
from shared.inbox import Arrived
from shared.outbox import LastOffsets, Waiting
from shared.settings import BrokerSettings

log = structlog.get_logger()
_POLL_MS = 500


class Broker(NamedTuple):
    """Where the broker is and how to talk to it. `prefix` keeps test runs apart."""

    bootstrap: str
    prefix: str = ""
    partitions: int = 12
    session_timeout_ms: int = 10000
    replication: int = 1
    min_insync: int = 1
    protocol: str = "PLAINTEXT"
    ca_file: Path | None = None
    username: str = ""
    password: str = ""

    @classmethod
    def of(cls, settings: BrokerSettings) -> Self:
        """The broker that the settings name."""
        return cls(
            bootstrap=settings.kafka_bootstrap,
            prefix=settings.topic_prefix,
            partitions=settings.partitions,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            replication=settings.topic_replication,
            min_insync=settings.topic_min_insync,
            protocol=settings.kafka_security_protocol,
            ca_file=settings.kafka_ca_file,
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
        )

    def client(self) -> dict[str, Any]:
        """What every client of this broker is made with."""
        options: dict[str, Any] = {"bootstrap_servers": self.bootstrap.split(","), "security_protocol": self.protocol}
        if self.protocol.endswith("SSL") and self.ca_file:
            options["ssl_cafile"] = str(self.ca_file)
        if self.protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options


class Producer:
    """Sends batches and returns when the broker has them all; any fault closes it and is raised."""

    def __init__(self, broker: Broker, service: str) -> None:
        self._prefix, self._service = broker.prefix, service
        self._producer = KafkaProducer(
            **broker.client(),
            client_id=f"brug-{service}-relay",
            acks="all",
            enable_idempotence=True,
            delivery_timeout_ms=20_000,
            request_timeout_ms=10_000,
            max_block_ms=20_000,
        )

    def send_all(self, waiting: Sequence[Waiting]) -> LastOffsets:
        """Returns, by topic and partition, the last offset that the broker gave."""
        futures = [(event.topic, self._send(event.topic, event.key, event.body)) for event in waiting]
        self._producer.flush()
        offsets: dict[tuple[str, int], int] = {}
        for topic, future in futures:
            told = future.get(timeout=20)
            offsets[topic, told.partition] = max(told.offset, offsets.get((topic, told.partition), -1))
            telemetry.PUBLISHED.labels(self._service, topic).inc()
        return offsets

    def send_to_each_partition(self, topic: str, body_of: Callable[[int, int], str]) -> None:
        """One record to every partition of `topic`; `body_of` gets the partition and how many there are."""
        partitions = sorted(self._producer.partitions_for(self._prefix + topic))
        futures = [
            self._producer.send(
                self._prefix + topic,
                key=str(one).encode(),
                value=body_of(one, len(partitions)).encode(),
                partition=one,
            )
            for one in partitions
        ]
        self._producer.flush()
        for future in futures:
            future.get(timeout=20)

    def _send(self, topic: str, key: str, body: str | None) -> Any:
        value = body.encode() if body is not None else None
        return self._producer.send(self._prefix + topic, key=key.encode(), value=value)

    def close(self) -> None:
        self._producer.close(timeout=5)


class Subscription(NamedTuple):
    """One consumer group and what it reads."""

    group: str
    topics: Sequence[str]
    handle: Callable[[Arrived], None]
    idle: Callable[[], object]


class _Done(ConsumerRebalanceListener):  # type: ignore[misc]
    """What is handled but not committed yet; committed before partitions go to another consumer."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self._next: dict[Any, int] = {}

    def note(self, partition: Any, offset: int) -> None:
        self._next[partition] = offset + 1

    def commit(self) -> None:
        if self._next:
            self._consumer.commit({tp: OffsetAndMetadata(offset, "", -1) for tp, offset in self._next.items()})
            self._next = {}

    def on_partitions_revoked(self, revoked: Any) -> None:
        self.commit()

    def on_partitions_assigned(self, assigned: Any) -> None:
        log.info("partitions_assigned", partitions=len(assigned))


def consume(broker: Broker, service: str, subscription: Subscription, stop: Flag) -> None:
    """Handle records until `stop`; the offset follows the effect. One thread alone calls this.

    Raises on a fault of the broker or the database: the process ends, starts anew and reads on from its offset.
    """
    consumer = KafkaConsumer(
        **broker.client(),
        client_id=f"brug-{subscription.group}",
        group_id=broker.prefix + subscription.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=broker.session_timeout_ms,
        heartbeat_interval_ms=broker.session_timeout_ms // 4,
        fetch_max_wait_ms=_POLL_MS,
        metadata_max_age_ms=30_000,
    )
    done = _Done(consumer)
    try:
        consumer.subscribe([broker.prefix + topic for topic in subscription.topics], listener=done)
        while not stop.is_set():
            polled: Mapping[Any, Sequence[Any]] = consumer.poll(timeout_ms=_POLL_MS, max_records=200)
            for partition, records in polled.items():
                _handle_all(broker, subscription, stop, (done, partition, records))
            done.commit()
            _tell_lag(broker, service, consumer)
            if not polled:
                subscription.idle()
    finally:
        consumer.close()


def _handle_all(
    broker: Broker, subscription: Subscription, stop: Flag, polled: tuple[_Done, Any, Sequence[Any]]
) -> None:
    done, partition, records = polled
    for record in records:
        if stop.is_set():
            return
        if record.value is not None:  # a null only tells compaction that the key is gone
            subscription.handle(
                Arrived(
                    record.topic.removeprefix(broker.prefix),
                    record.partition,
                    record.offset,
                    (record.key or b"").decode(errors="replace"),
                    record.value.decode(errors="replace"),
                )
            )
        done.note(partition, record.offset)


def _tell_lag(broker: Broker, service: str, consumer: Any) -> None:
    for one in consumer.assignment():
        high = consumer.highwater(one)
        if high is not None:
            topic = one.topic.removeprefix(broker.prefix)
            telemetry.LAG.labels(service, topic, str(one.partition)).set(max(high - consumer.position(one), 0))


def ensure_topics(broker: Broker, topics: Sequence[Topic]) -> dict[str, int]:
    """Create what is missing; returns the partitions that each topic has now."""
    admin = KafkaAdminClient(**broker.client())
    try:
        existing = set(admin.list_topics())
        missing = [topic for topic in topics if broker.prefix + topic.name not in existing]
        for topic in missing:
            _create(admin, broker, topic)
        names = [broker.prefix + topic.name for topic in topics]
        described = admin.describe_topics(names)
        return {str(one["name"]).removeprefix(broker.prefix): len(one["partitions"]) for one in described}
    finally:
        admin.close()


def _create(admin: Any, broker: Broker, topic: Topic) -> None:
    configs = {"retention.ms": str(topic.retention_ms)}
    if broker.min_insync > 1:
        configs["min.insync.replicas"] = str(broker.min_insync)
    if topic.compacted:
        configs |= {
            "cleanup.policy": "compact",
            "segment.ms": "3600000",
            "max.compaction.lag.ms": "3600000",
        }
    try:
        admin.create_topics(
            [
                NewTopic(
                    broker.prefix + topic.name,
                    num_partitions=broker.partitions,
                    replication_factor=broker.replication,
                    topic_configs=configs,
                )
            ]
        )
    except TopicAlreadyExistsError:
        log.info("topic_exists", topic=topic.name)


def beginning_of(broker: Broker, topic: str, read: Callable[[Arrived], None]) -> int:
    """Read a whole topic from its beginning to where it ends now, outside any group; for replays."""
    consumer = KafkaConsumer(**broker.client(), auto_offset_reset="earliest", group_id=None)
    count = 0
    try:
        name = broker.prefix + topic
        partitions = [TopicPartition(name, one) for one in sorted(consumer.partitions_for_topic(name) or [])]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(one) < ends[one] for one in partitions):
            for records in consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    if record.value is not None:
                        key = (record.key or b"").decode()
                        read(Arrived(topic, record.partition, record.offset, key, record.value.decode()))
                        count += 1
    finally:
        consumer.close()
    return count
