"""From the outbox through the relay to the inbox, and what may go wrong on the way."""

import json
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog

from shared import inbox, outbox, telemetry
from shared.akkoord import AkkoordAcknowledgedV1
from shared.db import Connection, Database, UnsafeRole
from shared.envelope import Envelope
from shared.outbox import LastOffsets, Waiting
from shared.security import ANYONE, worker_of
from tests.builders.shared import an_arrival, an_event

TYPE = "be.brug.test.v1"


@pytest.fixture
def db(db_of: Any) -> Database:
    found: Database = db_of("activities", "worker")
    return found


def count(db: Database, query: str) -> int:
    with db.transaction(worker_of("activities")) as conn:
        row = conn.execute(f"SELECT count(*) FROM {query}").fetchone()
    assert row
    return int(row[0])


def known(seen: list[Envelope], reacted: list[Envelope]) -> inbox.Known:
    return inbox.Known(
        {TYPE: lambda _, envelope: seen.append(envelope)}, {TYPE: lambda _, envelope: reacted.append(envelope)}
    )


def test_an_event_relayed_twice_counts_once(db: Database) -> None:
    with db.transaction(worker_of("activities")) as conn:
        outbox.append(conn, "t", "k", an_event())
    arrived: list[Waiting] = []

    def crash_after_sending(events: Sequence[Waiting]) -> LastOffsets:
        arrived.extend(events)
        raise ConnectionError

    def keep(events: Sequence[Waiting]) -> LastOffsets:
        arrived.extend(events)
        return {("t", 0): len(arrived)}

    with db.dedicated() as relay:
        with pytest.raises(ConnectionError):
            outbox.relay_once(relay, crash_after_sending)
        assert outbox.relay_once(relay, keep) == 1
        assert outbox.relay_once(relay, keep) == 0
        assert outbox.last_offsets(relay, "t") == {0: 2}
    seen: list[Envelope] = []
    reacted: list[Envelope] = []
    for offset, event in enumerate(arrived):
        body = Envelope.model_validate_json(event.body or "")
        inbox.handle(db, an_arrival(body, offset=offset), known(seen, reacted))
    assert len(arrived) == 2
    assert len(seen) == 2
    assert len(reacted) == 1


def test_an_event_that_commits_late_with_a_lower_position_is_still_relayed(db: Database) -> None:
    with db.dedicated() as relay, db.dedicated() as quick:
        with db.transaction(worker_of("activities")) as slow:
            outbox.append(slow, "t", "k", an_event())
            outbox.append(quick, "t", "k", an_event())
            assert outbox.relay_once(relay, lambda _: {}) == 1
        assert outbox.relay_once(relay, lambda _: {}) == 1


def test_there_is_one_relay_until_its_connection_ends(db: Database) -> None:
    with db.dedicated() as second:
        with db.dedicated() as first:
            assert outbox.become_the_relay(first, "activities")
            assert not outbox.become_the_relay(second, "activities")
        limit = time.monotonic() + 5
        while not outbox.become_the_relay(second, "activities"):
            assert time.monotonic() < limit
            time.sleep(0.02)


def test_an_event_too_large_for_the_broker_is_refused(db: Database) -> None:
    with pytest.raises(outbox.TooLarge), db.transaction(worker_of("activities")) as conn:
        outbox.append(conn, "t", "k", an_event(data={"text": "🌷" * outbox.LARGEST_BODY}))
    assert count(db, "outbox") == 0


def test_an_empty_broker_gets_the_whole_history_again(db: Database) -> None:
    with db.transaction(worker_of("activities")) as conn:
        outbox.append(conn, "t", "k", an_event())
    with db.dedicated() as relay:
        outbox.relay_once(relay, lambda _: {("t", 0): 41})
        assert outbox.republish(relay) == 1
        assert outbox.last_offsets(relay, "t") == {}
        assert outbox.relay_once(relay, lambda _: {("t", 0): 0}) == 1


def test_a_replay_remembers_again_and_reacts_to_nothing(db: Database) -> None:
    seen: list[Envelope] = []
    reacted: list[Envelope] = []
    event = an_event()
    inbox.handle(db, an_arrival(event), known(seen, reacted))
    with db.transaction(worker_of("activities")) as conn:
        inbox.project(conn, event, known(seen, reacted).projections)
    assert (len(seen), len(reacted)) == (2, 1)


def test_what_a_caused_event_is_called_follows_from_its_cause(db: Database) -> None:
    """Handled twice, a cause cannot tell twice: the second would have the same id."""

    def tell(conn: Connection, envelope: Envelope) -> None:
        event = AkkoordAcknowledgedV1(akkoord_id=envelope.aggregate, person_id=uuid4(), family_id=uuid4())
        outbox.publish(conn, event, outbox.About(uuid4(), envelope.aggregate, 1, uuid4()))

    cause = an_event()
    for attempt in range(2):
        try:
            with db.transaction(worker_of("activities")) as conn:
                inbox.receive(conn, cause, inbox.Known({TYPE: tell}, {}))
        except psycopg.errors.UniqueViolation:
            assert attempt == 1
    assert count(db, "outbox") == 1
    with db.transaction(worker_of("activities")) as conn:
        row = conn.execute("SELECT body FROM outbox").fetchone()
    assert row
    assert json.loads(row[0])["causation_id"] == str(cause.id)


def test_a_pool_whose_role_sees_past_the_policies_is_refused(server: str) -> None:
    with pytest.raises(UnsafeRole):
        Database(server, service="activities").dedicated()


def test_a_query_before_anyone_is_set_fails_instead_of_showing_nothing(db_of: Any) -> None:
    db: Database = db_of("activities", "web")
    with db.transaction(ANYONE) as conn:
        conn.execute("SELECT 1")
    with db.dedicated() as bare, pytest.raises(psycopg.Error):
        bare.execute("SELECT person_id FROM seen.person").fetchall()


def test_a_trace_goes_from_the_act_through_the_event_to_the_log_line_of_its_effect(db: Database) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    telemetry.bind_trace(f"00-{trace}-00f067aa0ba902b7-01")
    with db.transaction(worker_of("activities")) as conn:
        told = AkkoordAcknowledgedV1(akkoord_id=uuid4(), person_id=uuid4(), family_id=uuid4())
        outbox.publish(conn, told, outbox.About(uuid4(), told.akkoord_id, 1, uuid4()))
        row = conn.execute("SELECT body FROM outbox").fetchone()
    telemetry.forget_trace()
    assert row
    in_log_line: list[object] = []

    def effect(conn: Connection, envelope: Envelope) -> None:
        in_log_line.append(structlog.contextvars.get_contextvars().get("trace"))

    event = Envelope.model_validate_json(row[0])
    inbox.handle(db, an_arrival(event), inbox.Known({}, {event.type: effect}))
    assert in_log_line == [trace]
    assert structlog.contextvars.get_contextvars().get("trace") is None
