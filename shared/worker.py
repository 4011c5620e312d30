"""A service's second process: relay, consumers and timers as threads; if one dies the process exits."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, NoReturn, Protocol

import psycopg
import structlog

from shared import dead_letters, idempotency, inbox, outbox, pulse, sessions, telemetry, trail
from shared.db import Connection, Database
from shared.kafka import Broker, BrokerError, Producer, Subscription, await_broker, consume
from shared.security import worker_of
from shared.settings import ServiceSettings

log = structlog.get_logger()
PULSE = pulse.Pulse()


class Timer(NamedTuple):
    """What happens because time passed: `run` at most every `every_seconds`, as one thread."""

    name: str
    every_seconds: float
    run: Callable[[Database], object]


class Source(Protocol):
    """More that the relay publishes, before the outbox; intake's keys and heartbeat."""

    def relay(self, conn: Connection, producer: Producer) -> int:
        """Publish what waits and return how many that were."""

    def when_nothing_waits(self, conn: Connection, producer: Producer, as_of: object) -> None:
        """Called after a pass that found nothing; `as_of` is the database's time before that pass."""


def _forget_old(db: Database) -> None:
    """Sessions, started sign-ins and idempotency keys whose time is over."""
    with db.transaction(worker_of(db.service)) as conn:
        sessions.forget_old(conn)
        idempotency.forget_old(conn)


_HOUSE_TIMERS = (Timer("chain_looks", 5, trail.chain), Timer("forget_old", 600, _forget_old))


class Duties(NamedTuple):
    """What one service's worker has to do; `topics` by consumer group.

    The timers share a thread. Those `beside` wait for somebody outside, and have one each.
    """

    service: str
    known: inbox.Known
    topics: Mapping[str, Sequence[str]]
    timers: Sequence[Timer] = ()
    source: Source | None = None
    beside: Sequence[Timer] = ()


class Work(NamedTuple):
    """Duties with the database and the broker to do them on."""

    db: Database
    broker: Broker
    duties: Duties


def main(settings: ServiceSettings, duties: Duties) -> NoReturn:
    """The whole life of a worker process."""
    telemetry.configure(duties.service, settings.log_format)
    work = Work(Database.of(duties.service, settings), Broker.of(settings), duties)
    code = run(work, metrics=(settings.metrics_address, settings.metrics_port))
    sys.stdout.flush()
    raise SystemExit(code)


def run(work: Work, *, metrics: tuple[str, int] = ("127.0.0.1", 0)) -> int:
    """Work until SIGTERM or SIGINT; returns the exit code: 0 when told to stop, 1 when a thread died."""
    stop, died = threading.Event(), threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    address, port = metrics
    if port:
        pulse.serve((address, port), PULSE)
    work.db.open()
    threads = start(work, stop, died)
    while not stop.wait(0.2):
        pass
    limit = time.monotonic() + 10
    for thread in threads:
        thread.join(timeout=max(0.0, limit - time.monotonic()))
    work.db.close()
    return 1 if died.is_set() else 0


def start(work: Work, stop: threading.Event, died: threading.Event) -> list[threading.Thread]:
    """Start every thread of the work; the first that fails sets `died` and `stop`."""
    jobs: dict[str, Callable[[], None]] = {
        "relay": lambda: relay(work, stop),
        "timers": lambda: _timers(work, stop, "timers", [*_HOUSE_TIMERS, *work.duties.timers]),
    }
    for timer in work.duties.beside:
        jobs[timer.name] = lambda timer=timer: _timers(work, stop, timer.name, [timer])  # type: ignore[misc]
    for group, topics in work.duties.topics.items():
        jobs[group] = _consumer(work, group, topics, stop)

    def guarded(name: str, job: Callable[[], None]) -> None:
        try:
            job()
        except BrokerError as fault:  # its words say it all
            log.error("thread_died", thread=name, fault=type(fault).__name__, reason=str(fault))
            died.set()
            raise
        except BaseException as fault:
            log.error("thread_died", thread=name, fault=type(fault).__name__, exc_info=True)
            died.set()
            raise
        finally:
            stop.set()

    PULSE.expect(jobs)
    threads = [threading.Thread(target=guarded, args=item, name=item[0], daemon=True) for item in jobs.items()]
    for thread in threads:
        thread.start()
    return threads


def _consumer(work: Work, group: str, topics: Sequence[str], stop: threading.Event) -> Callable[[], None]:
    def handle(arrived: inbox.Arrived) -> None:
        PULSE.beat(group)
        _patiently(stop, lambda: inbox.handle(work.db, arrived, work.duties.known))

    carry_out = _at_most_every(5, lambda: dead_letters.carry_out(work.db, work.duties.known, frozenset(topics)))

    def idle() -> object:
        PULSE.beat(group)
        return carry_out()

    subscription = Subscription(group, topics, handle, idle)

    def job() -> None:
        if await_broker(work.broker, stop):
            consume(work.broker, work.db.service, subscription, stop)

    return job


def _patiently(stop: threading.Event, act: Callable[[], None], most_tries: int = 20) -> None:
    """Try again while the database does not answer; then let the process start anew."""
    for tried in range(most_tries):
        try:
            return act()
        except psycopg.OperationalError:
            log.warning("database_away", tried=tried + 1)
            if stop.wait(min(0.2 * 2**tried, 5)):
                raise
    return act()


def _at_most_every(seconds: float, act: Callable[[], object]) -> Callable[[], object]:
    last = 0.0

    def sometimes() -> object:
        nonlocal last
        if time.monotonic() - last < seconds:
            return None
        last = time.monotonic()
        return act()

    return sometimes


def relay(work: Work, stop: threading.Event) -> None:
    """Be the service's one relay, or wait to become it."""
    with work.db.dedicated() as conn:
        while not outbox.become_the_relay(conn, work.db.service):
            PULSE.beat("relay")
            if stop.wait(1):
                return
        conn.execute("LISTEN outbox")
        if not await_broker(work.broker, stop):
            return
        producer = Producer(work.broker, work.db.service)
        try:
            while not stop.is_set():
                _relay_pass(work, conn, producer)
                PULSE.beat("relay")
        finally:
            producer.close()


def _relay_pass(work: Work, conn: Connection, producer: Producer) -> None:
    row = conn.execute("SELECT clock_timestamp()").fetchone()
    sent = work.duties.source.relay(conn, producer) if work.duties.source else 0
    sent += outbox.relay_once(conn, producer.send_all)
    waiting, oldest = outbox.state(conn)
    telemetry.WAITING.labels(work.db.service).set(waiting)
    telemetry.OLDEST.labels(work.db.service).set(oldest)
    if not sent:
        if work.duties.source and row:
            work.duties.source.when_nothing_waits(conn, producer, row[0])
        list(conn.notifies(timeout=1, stop_after=1))


def _timers(work: Work, stop: threading.Event, thread: str, timers: Sequence[Timer]) -> None:
    due = dict.fromkeys((timer.name for timer in timers), 0.0)
    while not stop.wait(0.5):
        PULSE.beat(thread)
        for timer in timers:
            if time.monotonic() >= due[timer.name]:
                due[timer.name] = time.monotonic() + timer.every_seconds
                _patiently(stop, lambda run=timer.run: run(work.db))  # type: ignore[misc]
