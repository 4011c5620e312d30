"""The producer of a service's relay."""

from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaProducer

from shared import telemetry
from shared.kafka.broker import Broker
from shared.kafka.faults import plainly
from shared.outbox import LastOffsets, Waiting

# A little more than the delivery timeout. Without it a flush waits for ever where no broker gives out producer ids.
_FLUSH_SECONDS = 25


class Producer:
    """Sends batches and returns when the broker has them all; any fault closes it and is raised."""

    def __init__(self, broker: Broker, service: str) -> None:
        self._broker, self._prefix, self._service = broker, broker.prefix, service
        with plainly(broker):
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
        offsets: dict[tuple[str, int], int] = {}
        with plainly(self._broker):
            futures = [(event.topic, self._send(event.topic, event.key, event.body)) for event in waiting]
            self._producer.flush(timeout=_FLUSH_SECONDS)
            for topic, future in futures:
                told = future.get(timeout=20)
                offsets[topic, told.partition] = max(told.offset, offsets.get((topic, told.partition), -1))
                telemetry.PUBLISHED.labels(self._service, topic).inc()
        return offsets

    def send_to_each_partition(self, topic: str, body_of: Callable[[int, int], str | None]) -> None:
        """One record to every partition of `topic`; `body_of` gets the partition and how many there are."""
        with plainly(self._broker):
            partitions = sorted(self._producer.partitions_for(self._prefix + topic))
            futures = [self._send(topic, str(one), body_of(one, len(partitions)), one) for one in partitions]
            self._producer.flush(timeout=_FLUSH_SECONDS)
            for future in futures:
                future.get(timeout=20)

    def _send(self, topic: str, key: str, body: str | None, partition: int | None = None) -> Any:
        value = body.encode() if body is not None else None
        return self._producer.send(self._prefix + topic, key=key.encode(), value=value, partition=partition)

    def close(self) -> None:
        self._producer.close(timeout=5)
