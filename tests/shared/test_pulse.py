"""A worker that says it is ready has threads that move."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from shared import inbox, pulse, worker
from shared.db import Database
from shared.envelope import Topic
from shared.kafka import Broker, ensure_topics
from shared.pulse import Pulse

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_a_worker_is_ready_when_each_of_its_threads_has_moved() -> None:
    ours = Pulse()
    assert ours.stuck() == ["the database"]
    ours.expect(["relay", "timers"])
    ours.beat("relay")
    assert ours.stuck() == ["timers"]
    ours.beat("timers")
    assert ours.stuck() == []


def test_a_thread_that_stops_moving_makes_its_worker_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Pulse()
    ours.expect(["relay"])
    ours.beat("relay")
    monkeypatch.setattr(pulse, "SILENT", -1.0)
    assert ours.stuck() == ["relay"]


def test_the_address_tells_readiness_and_metrics() -> None:
    ours = Pulse()
    ours.expect(["relay"])
    server = pulse.serve(("127.0.0.1", 0), ours)
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(urllib.error.HTTPError, match="503"):
            _opener.open(f"{address}/health/ready")
        ours.beat("relay")
        with _opener.open(f"{address}/health/ready") as answer:
            assert answer.read() == b"ready\n"
        with _opener.open(f"{address}/metrics") as answer:
            assert b"brug_outbox_waiting" in answer.read()
    finally:
        server.shutdown()
        server.server_close()


def test_every_thread_of_a_worker_makes_itself_known(broker: Broker, db_of: Callable[..., Database]) -> None:
    slow = worker.Timer("asks_somebody_outside", 600, lambda _: None)
    ensure_topics(broker, [Topic("pulse.test", compacted=False)])
    duties = worker.Duties("activities", inbox.Known({}, {}), {"pulse": ["pulse.test"]}, beside=[slow])
    work, stop, died = worker.Work(db_of("activities", "worker"), broker, duties), threading.Event(), threading.Event()
    threads = worker.start(work, stop, died)
    try:
        limit = time.monotonic() + 60
        while stuck := worker.PULSE.stuck():
            assert time.monotonic() < limit, stuck
            time.sleep(0.1)
        assert {one.name for one in threads} == {"relay", "timers", "pulse", "asks_somebody_outside"}
    finally:
        stop.set()
        for one in threads:
            one.join(20)
    assert not died.is_set()
