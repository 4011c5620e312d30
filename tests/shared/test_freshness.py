"""A service that may have missed a stop does not share: it is as fresh as the heartbeat that it has caught up with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared import akkoord, clock, inbox
from shared.db import Database
from shared.envelope import Envelope
from shared.refusals import NotFresh
from shared.security import worker_of
from tests.builders.shared import KNOWN, an_arrival, an_event


@pytest.fixture
def db(db_of: Any) -> Database:
    found: Database = db_of("activities", "worker")
    return found


def heartbeat(partition: int, as_of: datetime, consents_offset: int, partitions: int = 1) -> Envelope:
    data = {
        "partition": partition,
        "partitions": partitions,
        "as_of": as_of.isoformat(),
        "consents_offset": consents_offset,
    }
    return an_event(type="be.brug.intake.heartbeat.v1", data=data)


def beat(db: Database, event: Envelope) -> None:
    inbox.handle(db, an_arrival(event, topic="intake.heartbeats", key="0"), KNOWN)


def handled_up_to(db: Database, offset: int) -> None:
    inbox.handle(db, an_arrival(an_event(), offset=offset, key=str(uuid4())), KNOWN)


def fresh_as_of(db: Database) -> datetime | None:
    with db.transaction(worker_of("activities")) as conn:
        return akkoord.fresh_as_of(conn)


def test_a_service_that_never_heard_from_intake_shares_nothing(db: Database) -> None:
    with db.transaction(worker_of("activities")) as conn, pytest.raises(NotFresh):
        akkoord.demand_fresh(conn, 60)


def test_a_heartbeat_about_akkoorden_not_handled_yet_does_not_count(db: Database) -> None:
    beat(db, heartbeat(0, clock.now(), 5))
    with db.transaction(worker_of("activities")) as conn, pytest.raises(NotFresh):
        akkoord.demand_fresh(conn, 60)
    handled_up_to(db, 5)
    with db.transaction(worker_of("activities")) as conn:
        akkoord.demand_fresh(conn, 60)


def test_every_partition_must_be_heard(db: Database) -> None:
    beat(db, heartbeat(0, clock.now(), -1, partitions=2))
    assert fresh_as_of(db) is None
    beat(db, heartbeat(1, clock.now() - timedelta(seconds=30), -1, partitions=2))
    found = fresh_as_of(db)
    assert found
    assert clock.now() - found > timedelta(seconds=29)


def test_silence_longer_than_the_setting_closes_sharing(db: Database) -> None:
    beat(db, heartbeat(0, clock.now() - timedelta(seconds=61), -1))
    with db.transaction(worker_of("activities")) as conn, pytest.raises(NotFresh):
        akkoord.demand_fresh(conn, 60)


def test_under_load_the_older_promise_is_kept_until_it_is_met(db: Database) -> None:
    first = clock.now() - timedelta(seconds=20)
    beat(db, heartbeat(0, first, 3))
    beat(db, heartbeat(0, first + timedelta(seconds=10), 6))
    handled_up_to(db, 3)
    assert fresh_as_of(db) == first
    beat(db, heartbeat(0, first + timedelta(seconds=20), 9))
    assert fresh_as_of(db) == first
