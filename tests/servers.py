"""PostgreSQL and a broker for one run of the tests: those that the environment names, Docker's, or the embedded ones.

Runs as a process of its own beside pytest, because pytest's workers end at different times: it writes where the servers
are to `addresses.json`, and stops them when pytest is gone.
"""

import json
import os
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
    elif _docker_has_the_images():
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
    from testcontainers.kafka import KafkaContainer
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer(_IMAGES[0], driver=None) as postgres, KafkaContainer(_IMAGES[1]).with_kraft() as kafka:
        yield Addresses(postgres.get_connection_url(), kafka.get_bootstrap_server(), embedded=False)


def _wait(is_over: Callable[[], bool]) -> None:
    while not is_over():
        time.sleep(0.2)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
