"""Starts stacks as processes of their own, and finds what runs for them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.environment import Environment
from deploy.given import remembered
from deploy.local import secret_values
from deploy.local.home import Home
from deploy.services import ROOT

_STACK = """
import sys
from pathlib import Path
from deploy.local.home import Home, Failure
from deploy.local.stack import Parts, Stack
try:
    stack = Stack(Home(Path(sys.argv[1])), int(sys.argv[2]), Parts(tuple(sys.argv[3:]), pages=()))
    stack.run(lambda _: print("up", flush=True))
except Failure as failure:
    sys.exit(f"brug: {failure}")
"""


def command(home: Path, port: int = 1, *services: str) -> list[str]:
    """A supervisor of PostgreSQL, the broker and the workers of these services."""
    return [sys.executable, "-c", _STACK, str(home), str(port), *services]


def start(home: Path, port: int = 1, *services: str) -> "subprocess.Popen[str]":
    """Returns when the stack is up; raises with all that it said where it does not come up."""
    process = subprocess.Popen(
        command(home, port, *services),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if line.strip() == "up":
            return process
    raise AssertionError("".join(said))


def brug(*arguments: str, home: Path, port: int = 18_431, **more: str) -> "subprocess.CompletedProcess[str]":
    """The command line, as a person calls it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BRUG_")}
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=ROOT,
        env=env | {"BRUG_HOME": str(home), "BRUG_PORT": str(port)} | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def of(home: Path) -> list[str]:
    """Command lines of what runs for this stack, the supervisor apart."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"BRUG_STACK={home}".encode() in (place / "environ").read_bytes().split(b"\0")
            told = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if ours or f"-D {home}" in told:
            found.append(told)
    return found


def await_none(home: Path, seconds: float = 10) -> list[str]:
    """What is still there after so long."""
    soon(lambda: not of(home), seconds)
    return of(home)


def soon(true: Callable[[], object], seconds: float = 20) -> bool:
    """Whether it becomes true within so long."""
    limit = time.monotonic() + seconds
    while not (done := bool(true())) and time.monotonic() < limit:
        time.sleep(0.1)
    return done


def environment_of(home: Path) -> Environment:
    state = Home(home).state()
    return Environment(home, state["port"], state["ports"], secret_values.of(Home(home)), remembered(Home(home)))
