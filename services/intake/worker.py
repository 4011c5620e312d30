"""Intake's worker: its relay with keys and heartbeat before the outbox, its consumer and its timers."""

import time
from uuid import UUID

from services.intake import events, store
from services.intake.config import Settings
from services.intake.projections import PROJECTIONS
from services.intake.reactions import REACTIONS
from services.intake.store.keys import KeyRow
from services.intake.timers import TIMERS
from shared import inbox, outbox, worker
from shared.db import Connection
from shared.envelope import Envelope, Event
from shared.kafka import Producer
from shared.outbox import Waiting

SERVICE = "intake"
TOPICS = {
    SERVICE: (
        "referral.directory",
        "referral.referrals",
        "activities.activities",
        "activities.registrations",
        "network.matches",
        *(f"{one}.trail" for one in ("intake", "referral", "activities", "network")),
        *(f"{one}.acknowledgements" for one in ("referral", "activities", "network")),
    )
}
_NOBODY = UUID(int=0)
_AN_HOUR = 3600.0  # as long as a segment of the topic of keys is written to


class KeysAndHeartbeat:
    """What intake's relay publishes beside the outbox."""

    def __init__(self, heartbeat_seconds: float, nudge_seconds: float = _AN_HOUR) -> None:
        self._every, self._nudge_every = heartbeat_seconds, nudge_seconds
        self._last = self._last_nudge = float("-inf")

    def relay(self, conn: Connection, producer: Producer) -> int:
        """Keys go first, so that what is sealed with one seldom arrives before it."""
        waiting = store.keys.waiting(conn)
        if waiting:
            producer.send_all([record for key in waiting for record in records_of(key)])
            with conn.transaction():
                store.keys.mark_published(conn, waiting)
        return len(waiting)

    def when_nothing_waits(self, conn: Connection, producer: Producer, as_of: object) -> None:
        """Tell each partition up to where all akkoorden of `as_of` have gone."""
        if time.monotonic() - self._last_nudge >= self._nudge_every:
            self._nudge(producer)
        if time.monotonic() - self._last < self._every:
            return
        last = outbox.last_offsets(conn, events.CONSENTS.name)

        def body(partition: int, partitions: int) -> str:
            beat = events.HeartbeatV1.model_validate(
                {
                    "partition": partition,
                    "partitions": partitions,
                    "as_of": as_of,
                    "consents_offset": last.get(partition, -1),
                }
            )
            return _enveloped(beat, _NOBODY, 1, _NOBODY).model_dump_json()

        producer.send_to_each_partition(events.HEARTBEATS.name, body)
        self._last = time.monotonic()

    def _nudge(self, producer: Producer) -> None:
        """A null to each partition of the keys: the broker compacts no segment that it writes to, and begins a new one
        only when something comes. Without it, a destroyed key would stay until the next key of its partition."""
        producer.send_to_each_partition(events.KEYS.name, lambda partition, partitions: None)
        self._last_nudge = time.monotonic()


def records_of(key: KeyRow) -> list[Waiting]:
    """A key as records: created; or destroyed, then a null that lets compaction drop it."""
    told = {
        "key_id": key.key_id,
        "scope_kind": key.scope_kind,
        "scope_id": key.scope_id,
        "family_id": key.family_id,
        "audience": key.audience,
    }
    if key.wrapped is not None:
        created = events.KeyCreatedV1.model_validate(told | {"wrapped": key.wrapped})
        return [_record(key, _enveloped(created, key.key_id, key.version, key.owner_organisation).model_dump_json())]
    destroyed = events.KeyDestroyedV1.model_validate(told)
    body = _enveloped(destroyed, key.key_id, key.version, key.owner_organisation).model_dump_json()
    return [_record(key, body), _record(key, None)]


def republish(conn: Connection) -> int:
    """Let the relay send the whole history and every key again, into a broker that has lost them."""
    return outbox.republish(conn) + store.keys.republish_keys(conn)


def _record(key: KeyRow, body: str | None) -> Waiting:
    return Waiting(0, events.KEYS.name, str(key.key_id), body)


def _enveloped(event: Event, aggregate: UUID, version: int, owner: UUID) -> Envelope:
    return Envelope(
        type=event.TYPE,
        source=SERVICE,
        subject=str(aggregate),
        aggregate=aggregate,
        version=version,
        owner_organisation=owner,
        dataschema=f"{event.TYPE}.json",
        data=event.model_dump(mode="json"),
    )


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    settings = Settings()
    source = KeysAndHeartbeat(settings.heartbeat_seconds)
    worker.main(settings, worker.Duties(SERVICE, inbox.Known(PROJECTIONS, REACTIONS), TOPICS, TIMERS, source))


if __name__ == "__main__":
    main()
