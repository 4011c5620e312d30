"""A throwaway home, and stacks that end with the test."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stack import processes

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A home that the database's system user may pass through."""
    with tempfile.TemporaryDirectory(prefix="brug-stack-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "home"


@pytest.fixture(scope="module")
def lasting() -> Iterator[Path]:
    """A home that the tests of a module use one after the other, so that its database is made once."""
    with tempfile.TemporaryDirectory(prefix="brug-stack-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "home"


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(home, port, *services)`; what is left at the end is killed with all its children."""
    started: list[subprocess.Popen[str]] = []

    def begin(home: Path, port: int = 1, *services: str) -> "subprocess.Popen[str]":
        started.append(processes.start(home, port, *services))
        return started[-1]

    yield begin
    for one in started:
        one.kill()
        one.wait()
