"""PostgreSQL and a broker for one run of the tests: those that the environment names, Docker's, or the embedded ones.

Runs as a process of its own beside pytest, because pytest's workers end at different times: it writes where the servers
are to `addresses.json`, and stops them when pytest is gone.
"""

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_IMAGES = ("postgres:18", "apache/kafka:4.3.1")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


class Addresses(NamedTuple):
    """Where the servers are; `embedded` tells that the broker is Tansu."""

    superuser: str
    bootstrap: str
    embedded: bool


def addresses(folder: Path, pytest_pid: int) -> Addresses:
    """The addresses of this run's servers, which start at the first call of all pytest's workers."""
    found = folder / "addresses.json"
    if not found.exists():
        with (folder / "servers.log").open("w") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.servers", str(folder), str(pytest_pid)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not found.exists():
            if keeper.poll() is not None:
                raise RuntimeError(f"no servers to test with:\n{(folder / 'servers.log').read_text()}")
            time.sleep(0.05)
    return Addresses(**json.loads(found.read_text(encoding="utf-8")))


def keep(folder: Path, pytest_pid: int) -> None:
    """Run the servers until pytest is gone, or says that it ends."""

    def is_over() -> bool:
        return (folder / "end").exists() or not Path(f"/proc/{pytest_pid}").exists()

    def tell(found: Addresses) -> None:
        draft = folder / "addresses.new"
        draft.write_text(json.dumps(found._asdict()), encoding="utf-8")
        draft.replace(folder / "addresses.json")

    named = os.environ.get("BRUG_TEST_DATABASE_URL"), os.environ.get("BRUG_TEST_KAFKA")
    if named[0] and named[1]:
        tell(Addresses(named[0], named[1], embedded=False))
        _wait(is_over)
    elif os.environ.get("BRUG_TEST_SERVERS") == "containers" or _docker_has_the_images():
        with _containers() as found:
            tell(found)
            _wait(is_over)
    else:
        _embedded(folder, tell, is_over)


def _embedded(folder: Path, tell: Callable[[Addresses], None], is_over: Callable[[], bool]) -> None:
    from deploy.local.home import Home
    from deploy.local.stack import Parts, Stack

    stack = Stack(Home(folder / "home"), 0, Parts((), postgres_settings=_FAST))
    superuser, bootstrap = os.environ.get("BRUG_TEST_DATABASE_URL"), os.environ.get("BRUG_TEST_KAFKA")
    stack.run(
        lambda up: tell(
            Addresses(superuser or up.environment.superuser, bootstrap or up.environment.bootstrap, not bootstrap)
        ),
        until=is_over,
    )


def _docker_has_the_images() -> bool:
    """Only an engine that has them already: a test run does not begin with a long download."""
    try:
        told = subprocess.run(["docker", "image", "inspect", *_IMAGES], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


@contextmanager
def _containers() -> Iterator[Addresses]:
    """By testcontainers; each ends with this process, which outlives no run."""
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer
    from testcontainers.postgres import PostgresContainer

    from deploy.local.home import is_free

    port = next(one for one in random.sample(range(12_000, 20_000), 4000) if is_free(one))
    fast = " ".join(f"-c {setting}" for setting in _FAST)
    database = PostgresContainer(
        _IMAGES[0], username="postgres", password=secrets.token_urlsafe(18), dbname="postgres", driver=None
    )
    postgres = database.with_command(f"postgres {fast}").with_kwargs(user="postgres")
    kafka = DockerContainer(_IMAGES[1], entrypoint=["sh", "-c", _kafka(port)]).with_bind_ports(port, port)
    with postgres, kafka:
        host = kafka.get_container_host_ip()
        found = Addresses(postgres.get_connection_url(), f"{host}:{port}", embedded=False)
        _await_broker(found.bootstrap)
        yield found


def _kafka(port: int) -> str:
    """The shell command of one broker, for clients of this machine, that keeps nothing."""
    properties = (
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.bootstrap.servers=127.0.0.1:9093",
        f"listeners=CLIENT://:{port},CONTROLLER://127.0.0.1:9093",
        f"advertised.listeners=CLIENT://localhost:{port}",
        "listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name=CLIENT",
        "controller.listener.names=CONTROLLER",
        "log.dirs=/tmp/kafka",
        "auto.create.topics.enable=false",
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=6",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "group.initial.rebalance.delay.ms=0",
    )
    told, scripts = "\n".join(properties), "/opt/kafka/bin"
    return (
        f"printf '{told}\n' >/tmp/server.properties"
        f" && {scripts}/kafka-storage.sh format --standalone -t $({scripts}/kafka-storage.sh random-uuid)"
        f" -c /tmp/server.properties && exec {scripts}/kafka-server-start.sh /tmp/server.properties"
    )


def _await_broker(bootstrap: str, limit: float = 90) -> None:
    from shared.kafka import Broker, brokers_that_run

    end = time.monotonic() + limit
    while not brokers_that_run(Broker(bootstrap)):
        if time.monotonic() > end:
            raise RuntimeError(f"the broker's container does not answer on {bootstrap} after {limit:.0f} s")
        time.sleep(0.2)


def _wait(is_over: Callable[[], bool]) -> None:
    while not is_over():
        time.sleep(0.2)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
