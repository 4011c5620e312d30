"""Brokers of Apache Kafka on free ports of 127.0.0.1: formatted, started, killed, brought back and stopped.

They are the tests' own (a city has its brokers already), so they live here; their jars come by deploy/kafka.
"""

import base64
import os
import random
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from deploy.kafka.jars import jars, java
from deploy.local.child import Child, Program
from deploy.local.home import is_free
from deploy.local.logs import Journal
from shared.kafka import Broker, brokers_that_run
from tests.kafka import certificates

ADMIN = "brug-admin"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_LIMIT = 180.0  # seconds for brokers to be formatted, or to join; ten where nothing else runs
# Small and quick to start: short lives, two cores.
_JAVA = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")


class Place(NamedTuple):
    """Where one broker is: for clients, for the other brokers, for the controllers."""

    number: int
    client: int
    internal: int
    controller: int
    directory_id: str

    @property
    def name(self) -> str:
        return f"kafka-{self.number}"


class Cluster:
    """One broker, or three that hold every record each.

    `guarded`: clients speak SASL/SCRAM over TLS and may do what access lists say; brokers know each other by TLS.
    """

    def __init__(self, folder: Path, brokers: int = 1, *, guarded: bool = False) -> None:
        self.folder, self.guarded = folder, guarded
        self._password = secrets.token_urlsafe(18)
        self._id = _uuid()
        ports = iter(free_ports(3 * brokers))
        self.places = [Place(one, next(ports), next(ports), next(ports), _uuid()) for one in range(1, brokers + 1)]
        self._journal = Journal(folder / "logs")
        self._children: dict[int, Child] = {}
        self._ca_file: Path | None = None

    @property
    def broker(self) -> Broker:
        """As its administrator reaches it."""
        many = len(self.places) > 1
        return Broker(
            ",".join(f"127.0.0.1:{one.client}" for one in self.places),
            replication=len(self.places),
            min_insync=2 if many else 1,
            session_timeout_ms=6000,
            protocol="SASL_SSL" if self.guarded else "PLAINTEXT",
            ca_file=self._ca_file,
            username=ADMIN if self.guarded else "",
            password=self._password if self.guarded else "",
        )

    def data(self, number: int = 1) -> Path:
        """The folder in which a broker keeps its logs."""
        return self.folder / f"kafka-{number}"

    def start(self) -> None:
        """Format and start all brokers; returns when each of them takes requests."""
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        if self.guarded:
            self._ca_file, _ = certificates.write(self.folder)
        self._journal.open()
        formatting = [self._format(place) for place in self.places]
        for one in formatting:
            told, _ = one.communicate(timeout=_LIMIT)
            if one.returncode != 0:
                raise AssertionError(f"Kafka does not format its folder:\n{told}")
        for place in self.places:
            self._children[place.number] = Child(self._program(place), self._journal)
            self._children[place.number].start()
        self.await_brokers(len(self.places))

    def kill(self, number: int) -> None:
        """As if its machine had lost power."""
        child = self._children[number]
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        assert child.process
        child.process.wait()

    def revive(self, number: int) -> None:
        """Start it again on what it has kept."""
        self._children[number].start()

    def await_brokers(self, count: int) -> None:
        """Until so many brokers take requests, as they say themselves."""
        limit = time.monotonic() + _LIMIT
        while (running := brokers_that_run(self.broker)) < count:
            ended = [one.last_words() for one in self._children.values() if not one.is_running()]
            if time.monotonic() > limit or len(self.places) - len(ended) < count:
                raise AssertionError(f"{running} of {count} brokers run; {ended} (see {self.folder / 'logs'})")
            time.sleep(0.1)

    def stop(self) -> None:
        """End them all at once; nothing is read after it."""
        for child in self._children.values():
            if child.is_running() and child.pid:
                os.kill(child.pid, signal.SIGKILL)
            child.await_end()
        self._journal.close()

    def _format(self, place: Place) -> "subprocess.Popen[str]":
        config = self.folder / f"{place.name}.properties"
        config.write_text(self._properties(place), encoding="utf-8")
        config.chmod(0o600)
        voters = ",".join(f"{one.number}@127.0.0.1:{one.controller}:{one.directory_id}" for one in self.places)
        command = [*self._java(), "kafka.tools.StorageTool", "format", "-t", self._id, "-c", str(config)]
        command += ["--initial-controllers", voters]
        if self.guarded:
            command += ["--add-scram", f"SCRAM-SHA-512=[name={ADMIN},password={self._password}]"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def _program(self, place: Place) -> Program:
        return Program(
            name=place.name,
            command=(*self._java(), "kafka.Kafka", str(self.folder / f"{place.name}.properties")),
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            ready=lambda: True,
            patience=20.0,
        )

    def _java(self) -> tuple[str, ...]:
        return (java(), *_JAVA, "-cp", f"{jars()}/*")

    def _properties(self, place: Place) -> str:
        count = len(self.places)
        values = {
            "process.roles": "broker,controller",
            "node.id": place.number,
            "controller.quorum.bootstrap.servers": ",".join(f"127.0.0.1:{one.controller}" for one in self.places),
            "listeners": f"CLIENT://127.0.0.1:{place.client},INTERNAL://127.0.0.1:{place.internal},"
            f"CONTROLLER://127.0.0.1:{place.controller}",
            "advertised.listeners": f"CLIENT://127.0.0.1:{place.client},INTERNAL://127.0.0.1:{place.internal}",
            "inter.broker.listener.name": "INTERNAL",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.data(place.number),
            "auto.create.topics.enable": "false",
            "default.replication.factor": count,
            "offsets.topic.replication.factor": count,
            "offsets.topic.num.partitions": 6,
            "transaction.state.log.replication.factor": count,
            "transaction.state.log.min.isr": min(count, 2),
            "min.insync.replicas": min(count, 2),
            "group.initial.rebalance.delay.ms": 0,
            "log.cleaner.backoff.ms": 500,
        }
        values |= self._guard() if self.guarded else self._open()
        return "".join(f"{name}={value}\n" for name, value in values.items())

    def _open(self) -> dict[str, object]:
        return {
            "listener.security.protocol.map": "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        }

    def _guard(self) -> dict[str, object]:
        return {
            "listener.security.protocol.map": "CLIENT:SASL_SSL,INTERNAL:SSL,CONTROLLER:SSL",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.client.scram-sha-512.sasl.jaas.config": f"{_SCRAM} required;",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.folder / "broker.pem",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.folder / "ca.pem",
            "listener.name.internal.ssl.client.auth": "required",
            "listener.name.controller.ssl.client.auth": "required",
            "ssl.principal.mapping.rules": "RULE:^CN=(.*)$/$1/",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{certificates.BROKER};User:{ADMIN}",
        }


@contextmanager
def running(folder: Path, brokers: int = 1, *, guarded: bool = False) -> Iterator[Cluster]:
    """Brokers for as long as the block lasts."""
    cluster = Cluster(folder, brokers, guarded=guarded)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def free_ports(count: int) -> list[int]:
    """Below the range that outgoing connections use, so that a broker finds its own again after it was killed."""
    candidates = random.sample(range(12_000, 20_000), 4000)
    found = [one for one in candidates if is_free(one)][:count]
    assert len(found) == count
    return found


def _uuid() -> str:
    """As Kafka writes 16 random bytes; one that begins with a dash would be read as an option."""
    while (made := base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()).startswith("-"):
        pass
    return made
