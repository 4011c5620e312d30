"""A destroyed key is in no file of the broker once it has compacted, and what it sealed opens nowhere."""

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from services.intake import commands, events
from services.intake.worker import KeysAndHeartbeat
from shared import clock, inbox, outbox, sealing
from shared.db import Database
from shared.envelope import Envelope, Sealed
from shared.kafka import Broker, Producer, beginning_of, ensure_topics, set_settings
from shared.package import Package
from shared.security import worker_of
from tests.builders.intake import Place
from tests.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka

_PATIENCE = 40.0  # seconds; compaction and the removal of old segments took five to ten
_QUICK = {
    # As declared, but seconds for hours: what waits is the same.
    "segment.ms": "1000",
    "max.compaction.lag.ms": "1000",
    "delete.retention.ms": "1000",
    "file.delete.delay.ms": "500",
}


@pytest.fixture
def place(db_of: Callable[..., Database]) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def topics(admin: Broker) -> Broker:
    ensure_topics(admin, events.TOPICS)
    set_settings(admin, {"intake.keys": _QUICK})
    return admin


@pytest.fixture
def producer(topics: Broker) -> Iterator[Producer]:
    made = Producer(topics, "intake")
    yield made
    made.close()


def test_a_destroyed_key_leaves_the_brokers_disk_and_what_it_sealed_opens_nowhere(
    place: Place, topics: Broker, producer: Producer, cluster: Cluster, db_of: Any, owner_of: Any
) -> None:
    source = KeysAndHeartbeat(heartbeat_seconds=60, nudge_seconds=0)
    akkoord_id = place.yes(place.family())
    wrapped = _wrapped(owner_of, akkoord_id)
    _relay(place, source, producer)
    _listen(topics, "referral", db_of)
    granted = _granted(owner_of)
    assert _opens(db_of, granted) == {"intake": True, "referral": True}
    assert all(_in_files(cluster.data(), one) for one in wrapped)

    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    _relay(place, source, producer)
    _listen(topics, "referral", db_of)
    assert _opens(db_of, granted) == {"intake": False, "referral": False}

    limit = time.monotonic() + _PATIENCE
    while found := [place for one in wrapped for place in _in_files(cluster.data(), one)]:
        assert time.monotonic() < limit, f"the key is still in {found}"
        time.sleep(0.5)
        # What intake's worker does every hour: without it the last segment would never be compacted.
        _relay(place, source, producer)
    told: list[inbox.Arrived] = []
    beginning_of(topics, "intake.keys", told.append)
    assert not any(one in event.body for event in told for one in wrapped)
    # The other keys are there: it was not the whole topic that went.
    assert [event for event in told if Envelope.model_validate_json(event.body).type == events.KeyCreatedV1.TYPE]


def _wrapped(owner_of: Any, akkoord_id: object) -> list[str]:
    """The akkoord's key as it goes to each service that may open."""
    rows = owner_of("intake").execute("SELECT wrapped FROM key WHERE scope_id = %s", (akkoord_id,)).fetchall()
    return [jwe for (by_service,) in rows for jwe in by_service.values()]


def _relay(place: Place, source: KeysAndHeartbeat, producer: Producer) -> None:
    with place.worker.dedicated() as conn:
        while source.relay(conn, producer) or outbox.relay_once(conn, producer.send_all):
            pass
        source.when_nothing_waits(conn, producer, clock.now())


def _listen(broker: Broker, service: str, db_of: Any) -> None:
    """All of intake's keys and akkoorden, as the service's worker would hear them from the beginning."""
    known = inbox.Known(import_module(f"services.{service}.projections").PROJECTIONS, {})
    for topic in ("intake.families", "intake.keys", "intake.consents"):
        beginning_of(broker, topic, lambda arrived: inbox.handle(db_of(service, "worker"), arrived, known))


def _granted(owner_of: Any) -> Envelope:
    rows = owner_of("intake").execute("SELECT body FROM outbox ORDER BY position").fetchall()
    every = [Envelope.model_validate_json(body) for (body,) in rows]
    return next(one for one in every if one.type == events.AkkoordGrantedV1.TYPE)


def _opens(db_of: Any, granted: Envelope) -> dict[str, bool]:
    sealed, person = Sealed.model_validate(granted.data["sealed"]), granted.data["person_id"]
    found = {}
    for service in ("intake", "referral"):
        with db_of(service, "worker").transaction(worker_of(service)) as conn:
            told = sealing.open_or_say(conn, sealed, person, Package)
        assert isinstance(told, Package) or told is sealing.Unopened.ERASED
        found[service] = isinstance(told, Package)
    return found


def _in_files(folder: Path, words: str) -> list[str]:
    """Every file of the broker that holds these words: records are not compressed."""
    found = []
    for path in folder.rglob("*"):
        try:
            if path.is_file() and words.encode() in path.read_bytes():
                found.append(str(path.relative_to(folder)))
        except FileNotFoundError:  # removed while we looked
            continue
    return found
