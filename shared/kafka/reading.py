"""The loop of a consumer, and reading a topic from its beginning."""

from collections.abc import Callable, Mapping, Sequence
from threading import Event as Flag
from typing import Any, NamedTuple

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from shared import telemetry
from shared.inbox import Arrived
from shared.kafka.broker import Broker
from shared.kafka.faults import BrokerError, plainly

log = structlog.get_logger()
_POLL_MS = 500


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
    with plainly(broker):
        _consume(broker, service, subscription, stop)


def _consume(broker: Broker, service: str, subscription: Subscription, stop: Flag) -> None:
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


def beginning_of(broker: Broker, topic: str, read: Callable[[Arrived], None]) -> int:
    """Read a whole topic from its beginning to where it ends now, outside any group; for replays."""
    with plainly(broker):
        return _read_all(broker, topic, read)


def _read_all(broker: Broker, topic: str, read: Callable[[Arrived], None]) -> int:
    consumer = KafkaConsumer(**broker.client(), auto_offset_reset="earliest", group_id=None)
    count = 0
    try:
        name = broker.prefix + topic
        partitions = [TopicPartition(name, one) for one in sorted(consumer.partitions_for_topic(name) or [])]
        if not partitions:
            raise BrokerError(f"Topic {name} is not there, or we may not see it: `brug topics apply` makes both right")
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
