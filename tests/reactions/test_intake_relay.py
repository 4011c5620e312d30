"""What intake's relay brings to a real broker: keys, akkoorden, and a heartbeat once nothing waits."""

import json
from typing import Any

import pytest

from services.intake import commands, events
from services.intake.worker import KeysAndHeartbeat
from shared import clock, outbox
from shared.inbox import Arrived
from shared.kafka import Broker, Producer, beginning_of, ensure_topics
from tests.builders.intake import Place


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def fresh(broker: Broker) -> Broker:
    """Topics of this test alone."""
    own = broker._replace(prefix=f"{broker.prefix}relay{clock.now().timestamp()}.")
    ensure_topics(own, events.TOPICS)
    return own


def read(broker: Broker, topic: str) -> list[Any]:
    found: list[Arrived] = []
    beginning_of(broker, topic, found.append)
    return [json.loads(one.body) for one in found]


def test_keys_then_events_then_a_heartbeat_that_knows_how_far_consents_went(place: Place, fresh: Broker) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    source, producer = KeysAndHeartbeat(60), Producer(fresh, "intake")
    with place.worker.dedicated() as conn:
        assert source.relay(conn, producer) == 4
        assert source.relay(conn, producer) == 0
        assert outbox.relay_once(conn, producer.send_all) > 0
        as_of = clock.now()
        for _ in range(2):
            source.when_nothing_waits(conn, producer, as_of)
        last = outbox.last_offsets(conn, "intake.consents")
    producer.close()
    keys = read(fresh, "intake.keys")
    assert sorted(one["type"] for one in keys) == [*[events.KeyCreatedV1.TYPE] * 3, events.KeyDestroyedV1.TYPE]
    facts = [one["type"] for one in read(fresh, "intake.consents")]
    assert facts == [events.AkkoordGrantedV1.TYPE, events.AkkoordEndedV1.TYPE]
    beats = [one["data"] for one in read(fresh, "intake.heartbeats")]
    assert sorted(one["partition"] for one in beats) == list(range(fresh.partitions))
    assert {one["partitions"] for one in beats} == {fresh.partitions}
    assert (
        {one["partition"]: one["consents_offset"] for one in beats if one["consents_offset"] >= 0}
        == last
        == {next(iter(last)): 1}
    )
    assert {one["as_of"] for one in beats} == {as_of.isoformat().replace("+00:00", "Z")}
