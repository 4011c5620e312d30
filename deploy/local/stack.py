"""The supervisor: starts the parts in their order, keeps them running, stops them, leaves no process."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from deploy.environment import Environment
from deploy.given import Given, remember
from deploy.kafka.prepare import prepare
from deploy.local import broker, data, programs, secret_values
from deploy.local.child import Child, Program
from deploy.local.home import Failure, Home, demand_port
from deploy.local.logs import Journal
from deploy.local.postgres import Cluster
from deploy.services import SERVICES

_START_LIMIT = 90.0  # seconds for a part to become ready
_MOST_DEATHS = 3  # a part that dies this often while it starts will not come up


class Stopped(Exception):
    """Somebody asked the stack to end."""


@dataclass(frozen=True)
class Parts:
    """What a stack consists of: `services` have workers, `pages` are served too; what is given is not started."""

    services: Sequence[str] = SERVICES
    pages: Sequence[str] = SERVICES
    given: Given = field(default_factory=Given.model_construct)
    postgres_settings: Sequence[str] = ()

    @property
    def served(self) -> tuple[str, ...]:
        """The services whose pages run; none runs without its worker."""
        return tuple(one for one in self.pages if one in self.services)


class Stack:
    """All parts on one BRUG_HOME."""

    def __init__(
        self,
        home: Home,
        port: int,
        parts: Parts | None = None,
        *,
        say: Callable[[str], None] = print,
    ) -> None:
        self.home, self._port, self._say = home, port, say
        self._parts = parts or Parts()
        self._given = self._parts.given
        self._journal = Journal(home.logs)
        self._children: dict[str, Child] = {}
        self._due: dict[str, float] = {}
        self._stopping = False
        self.environment: Environment

    def run(self, after_start: Callable[["Stack"], None], until: Callable[[], bool] = lambda: False) -> None:
        """Start, call `after_start`, supervise until a signal comes (or `until` says so), stop."""
        self.home.prepare()
        with self.home.lock(), _signals(self._on_signal):
            try:
                self.start()
                after_start(self)
                while not until():
                    self.check()
                    self.pause(0.2)
            except Stopped:
                self._say("Stopping ...")
            finally:
                self.stop()

    def start(self) -> None:
        """Bring everything up; raises `Failure` where a part cannot, `Stopped` where somebody asked to end."""
        self._prepare()
        environment, secrets = self.environment, self.environment.secrets
        given = environment.given
        # Asked for before anything is made: a missing program is better known at once.
        kafka = [] if given.kafka_bootstrap else [broker.program(environment.ports["broker"], self.home.folder)]
        gateway = [programs.gateway(environment)] if self._parts.served else []
        self._journal.open()
        if not given.postgres_url:
            cluster = Cluster(self.home.data, environment.ports["postgresql"], secrets["postgres"], self._say)
            with self._step("PostgreSQL"):
                self._bring_up([cluster.program(self._parts.postgres_settings)])
        if self._parts.services:
            with self._step("roles, databases, migrations"):
                data.prepare(environment, self._parts.services)
        if kafka:
            with self._step("broker"):
                self._bring_up(kafka)
        if self._parts.services:
            with self._step("topics and events so far"):
                self._refill()
            with self._step("services"):
                self._bring_up(self._mail() + self._workers() + self._webs())
        if gateway:
            with self._step("gateway"):
                self._bring_up(gateway)

    def check(self) -> None:
        """Start again what died; the broker's death is everyone's, for it took all events along."""
        broker_died = "broker" in self._children and not self._children["broker"].is_running()
        for child in self._children.values():
            if not child.is_running() and not (broker_died and _needs_broker(child)):
                self._revive(child)
        if broker_died and self._database_answers():
            self._restart_broker()

    def _database_answers(self) -> bool:
        return "postgresql" not in self._children or self._children["postgresql"].program.ready()

    def _revive(self, child: Child) -> None:
        if child.name not in self._due:
            pause = child.died()
            self._say(f"{child.name} ended ({child.last_words()}); starts again in {pause:.1f} s")
            self._due[child.name] = time.monotonic() + pause
        elif time.monotonic() >= self._due[child.name]:
            del self._due[child.name]
            child.start()
            self._keep_state()

    def stop(self) -> None:
        """End what takes requests first, PostgreSQL last; a second signal changes nothing about the order."""
        inner = [name for name in self._children if name not in ("gateway", "broker", "postgresql")]
        groups = [["gateway"], inner, ["broker"], ["postgresql"]]
        for names in groups:
            self._end([self._children[name] for name in names if name in self._children])
        self._children.clear()
        self._journal.close()

    def pause(self, seconds: float) -> None:
        """Wait, unless somebody asked to end."""
        if self._stopping:
            raise Stopped
        time.sleep(seconds)
        if self._stopping:
            raise Stopped

    def _prepare(self) -> None:
        if self._parts.served:
            demand_port(self._port)
            data.write_people(self.home.folder)
        names = ["postgresql", "broker", "identity", "mail", *SERVICES, *(f"{one} worker" for one in SERVICES)]
        secrets, ports = secret_values.of(self.home), self.home.ports(names)
        self.environment = Environment(self.home.folder, self._port, ports, secrets, self._given)
        remember(self.home, self._given)
        self._keep_state()

    def _keep_state(self) -> None:
        pids = {name: child.pid for name, child in self._children.items()}
        state = {"pid": os.getpid(), "port": self._port, "ports": dict(self.environment.ports), "processes": pids}
        self.home.keep_state(state)

    def _workers(self) -> list[Program]:
        return [programs.worker(self.environment, service) for service in self._parts.services]

    def _mail(self) -> list[Program]:
        return [programs.mail(self.environment)] if "referral" in self._parts.services else []

    def _webs(self) -> list[Program]:
        served = [programs.web(self.environment, service) for service in self._parts.served]
        if not served or self._given.has_issuer:
            return served
        return [*served, programs.identity(self.environment)]

    def _refill(self) -> None:
        """The embedded broker starts empty: it gets its topics, and each service's whole history, before any client
        reads it. A given one keeps what it has."""
        prepare(self.environment.broker_settings, self._say)
        if not self._given.kafka_bootstrap:
            for service in self._parts.services:
                data.republish(self.environment, service)

    def _restart_broker(self) -> None:
        dead = self._children["broker"]
        self._say(f"broker ended ({dead.last_words()}); workers stop, it starts anew and is filled again")
        dead.died()
        self._end([child for child in self._children.values() if child.name.endswith("-worker")])
        with self._step("broker"):
            self._bring_up([dead.program])
        if self._parts.services:
            with self._step("topics and events so far"):
                self._refill()
            with self._step("workers"):
                self._bring_up(self._workers())

    def _bring_up(self, wanted: Sequence[Program]) -> None:
        """Start these together and wait until each does its work."""
        for program in wanted:
            child = self._children.get(program.name) or Child(program, self._journal)
            self._children[program.name] = child
            self._due.pop(program.name, None)
            child.deaths = 0
            child.start()
        self._keep_state()
        waiting = [self._children[program.name] for program in wanted]
        limit = time.monotonic() + _START_LIMIT
        while waiting := [child for child in waiting if not child.program.ready()]:
            for child in waiting:
                self._nurse(child, limit)
            self.pause(0.1)

    def _nurse(self, child: Child, limit: float) -> None:
        log = self.home.logs / f"{child.name}.log"
        if not child.is_running():
            self.pause(0.2)  # its last words may still be in the pipe
            pause = child.died()
            if child.deaths >= _MOST_DEATHS:
                raise Failure(_explain(child, log))
            self.pause(pause)
            child.start()
            self._keep_state()
        elif time.monotonic() > limit:
            raise Failure(f"{child.name} is not ready after {_START_LIMIT:.0f} s; see {log}")

    def _end(self, children: Sequence[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.await_end()

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        self._say(f"{what} ...")
        yield
        self._say(f"{what}: {time.monotonic() - begun:.1f} s")


def _needs_broker(child: Child) -> bool:
    return child.name == "broker" or child.name.endswith("-worker")


def _explain(child: Child, log: object) -> str:
    words = "\n".join(child.journal.tail(child.name))
    if "No space left" in words:
        return f"{child.name}: the disk is full. Make room, or set BRUG_HOME to another disk."
    return f"{child.name} does not start: {child.last_words()} (see {log})"


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let the supervisor decide what Ctrl-C, SIGTERM and a closed terminal do."""
    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {kind: signal.signal(kind, handler) for kind in kinds}
    try:
        yield
    finally:
        for kind, old in before.items():
            signal.signal(kind, old)
