"""A whole demo on brokers that are given: each service its own user there, over TLS, with its access list."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from deploy.environment import Environment
from deploy.given import Given
from deploy.kafka.settings import BrokerAdminSettings
from deploy.local.home import Home
from deploy.services import ROOT, SERVICES
from shared.envelope import Envelope
from shared.kafka import Broker, beginning_of
from tests.kafka.cluster import free_ports
from tests.stack.processes import environment_of

_UP = 600.0  # seconds; on two busy cores the demo takes about ninety
_STORY = 300.0


class Command:
    """A command of `brug` as a process of its own; its lines are kept as they come."""

    def __init__(self, *arguments: str, env: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def await_line(self, begins: str, seconds: float) -> None:
        """Until a line begins so; raises with all that was said where it ends before, or takes too long."""
        limit = time.monotonic() + seconds
        while not any(line.startswith(begins) for line in list(self.lines)):
            if self._process.poll() is not None or time.monotonic() > limit:
                raise AssertionError(f"no line {begins!r}:\n{self.told}")
            time.sleep(0.05)

    def end(self, seconds: float) -> int:
        """Its exit code, once it has ended by itself."""
        code = self._process.wait(seconds)
        self._reader.join(5)
        return code

    def stop(self, seconds: float = 60.0) -> None:
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def told(self) -> str:
        return "".join(self.lines)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line)


class City:
    """The running demo: its story, its outboxes, and what the brokers hold of them."""

    def __init__(self, home: Path, env: Mapping[str, str], settings: BrokerAdminSettings, stack: Command) -> None:
        self._home, self._env, self._settings, self.stack = home, env, settings, stack

    @property
    def environment(self) -> Environment:
        return environment_of(self._home)

    @property
    def url(self) -> str:
        return self.environment.public_url

    def story(self) -> Command:
        return Command("story", env=self._env)

    def pids(self) -> dict[str, int]:
        """The processes of the stack, by name."""
        found: dict[str, int] = Home(self._home).state()["processes"]
        return found

    def rows(self, service: str, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment.dsn(service, "worker"), connect_timeout=5) as conn:
            return conn.execute(query.encode()).fetchall()

    def waiting(self) -> int:
        """Events that no broker has yet, of all services."""
        counts = [self.rows(one, "SELECT count(*) FROM outbox WHERE published_at IS NULL") for one in SERVICES]
        return sum(int(row[0]) for rows in counts for row in rows)

    def on_the_brokers(self, service: str) -> list[Envelope]:
        """Every event of a service's outbox topics, partition by partition, as the brokers hold them."""
        found: list[Envelope] = []
        admin = Broker.of(self._settings)
        for (topic,) in self.rows(service, "SELECT DISTINCT topic FROM outbox"):
            beginning_of(admin, topic, lambda arrived: found.append(Envelope.model_validate_json(arrived.body)))
        return found

    def log_of(self, process: str) -> str:
        """What a process has said so far."""
        return (self._home / "logs" / f"{process}.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(settings: BrokerAdminSettings) -> Iterator[City]:
    """`brug up --demo` with these brokers given, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="brug-city-", ignore_cleanup_errors=True) as above:
        Path(above).chmod(0o711)  # the database's system user passes through
        home = Path(above) / "home"
        env = _environment(home, settings)
        stack = Command("up", "--demo", env=env)
        try:
            stack.await_line("Brug runs on", _UP)
            yield City(home, env, settings, stack)
        finally:
            stack.stop()


def _environment(home: Path, settings: BrokerAdminSettings) -> dict[str, str]:
    """As an operator gives it: nothing but settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRUG_")}
    given = Given.model_validate(settings.model_dump(exclude_unset=True)).values()
    return kept | given | {"BRUG_HOME": str(home), "BRUG_PORT": str(free_ports(1)[0]), "PYTHONUNBUFFERED": "1"}
