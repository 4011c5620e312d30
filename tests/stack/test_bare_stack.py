"""PostgreSQL and broker alone under the supervisor: how they start, stop and refuse."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.environment import Environment
from deploy.local import secret_values
from deploy.local.home import Failure, Home
from deploy.services import ROOT

_BARE = """
import sys
from pathlib import Path
from deploy.local.home import Home, Failure
from deploy.local.stack import Stack
try:
    Stack(Home(Path(sys.argv[1])), 1, services=()).run(lambda stack: print("up", flush=True))
except Failure as failure:
    sys.exit(f"brug: {failure}")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A home that the database's system user may pass through."""
    with tempfile.TemporaryDirectory(prefix="brug-stack-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "home"


@pytest.fixture
def bare() -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
    """Starts a stack without services, and returns when it is up."""
    started = []

    def start(home: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", _BARE, str(home)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if line.strip() == "up":
                return process
        pytest.fail("".join(said))

    yield start
    for process in started:
        process.kill()
        process.wait()


def processes_of(home: Path) -> list[str]:
    """Command lines of what runs for this stack, the supervisor apart."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"BRUG_STACK={home}".encode() in (place / "environ").read_bytes().split(b"\0")
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if (ours or f"-D {home}" in command) and int(place.name) != os.getpid():
            found.append(command)
    return found


def await_none(home: Path, seconds: float = 10) -> list[str]:
    limit = time.monotonic() + seconds
    while (left := processes_of(home)) and time.monotonic() < limit:
        time.sleep(0.1)
    return left


def environment_of(home: Path) -> Environment:
    state = Home(home).state()
    return Environment(home, state["port"], state["ports"], secret_values.of(Home(home)))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_no_process_is_left_after_the_stack_was_stopped(
    folder: Path, bare: Callable[[Path], "subprocess.Popen[str]"], how: signal.Signals
) -> None:
    stack = bare(folder)
    assert len(processes_of(folder)) >= 2
    stack.send_signal(how)
    assert stack.wait(20) == 0
    assert await_none(folder, 1) == []


def test_no_process_is_left_when_the_supervisor_itself_is_killed(
    folder: Path, bare: Callable[[Path], "subprocess.Popen[str]"]
) -> None:
    stack = bare(folder)
    stack.kill()
    stack.wait()
    assert await_none(folder) == []


def test_two_stacks_run_side_by_side_and_do_not_know_each_other(
    folder: Path, bare: Callable[[Path], "subprocess.Popen[str]"]
) -> None:
    folder.mkdir()
    one, other = folder / "one", folder / "other"
    bare(one)
    bare(other)
    ports = [set(environment_of(home).ports.values()) for home in (one, other)]
    assert not ports[0] & ports[1]
    with psycopg.connect(environment_of(one).superuser, autocommit=True) as conn:
        conn.execute("CREATE DATABASE mine")
    with psycopg.connect(environment_of(other).superuser) as conn:
        assert not conn.execute("SELECT 1 FROM pg_database WHERE datname = 'mine'").fetchone()


def test_a_second_stack_on_the_same_data_is_refused_in_one_line(
    folder: Path, bare: Callable[[Path], "subprocess.Popen[str]"]
) -> None:
    bare(folder)
    refused = subprocess.run(
        [sys.executable, "-c", _BARE, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert refused.returncode != 0
    assert refused.stderr.startswith("brug: Brug already runs from ")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_part_that_dies_is_started_again_and_that_is_said(
    folder: Path, bare: Callable[[Path], "subprocess.Popen[str]"]
) -> None:
    stack = bare(folder)
    assert stack.stdout
    before = Home(folder).state()["processes"]
    os.kill(before["postgresql"], signal.SIGKILL)
    line = stack.stdout.readline()
    assert line.startswith("postgresql ended (")
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        try:
            psycopg.connect(environment_of(folder).superuser).close()
            break
        except psycopg.OperationalError:
            time.sleep(0.2)
    else:
        pytest.fail("PostgreSQL did not come back")
    assert Home(folder).state()["processes"]["postgresql"] != before["postgresql"]


def test_only_its_owner_reads_the_secrets(folder: Path) -> None:
    folder.mkdir()
    made = secret_values.of(Home(folder))
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
    assert secret_values.of(Home(folder)) == made


def test_a_taken_port_gives_one_clear_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = _brug("up", home=folder, port=taken.getsockname()[1])
    assert refused.returncode == 1
    assert "is taken by another program" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_missing_program_gives_one_clear_line(folder: Path) -> None:
    refused = _brug("up", home=folder, port=18_432, CALF_TANSU_BIN="/nowhere/tansu")
    assert refused.returncode == 1
    assert "/nowhere/tansu" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert await_none(folder, 1) == []


def test_a_full_disk_gives_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.home.LEAST_FREE", 2**62)
    with pytest.raises(Failure, match=r"The disk is \(almost\) full: .* Brug needs"):
        Home(folder).prepare()


def test_commands_for_a_running_stack_say_how_to_start_one(folder: Path) -> None:
    refused = _brug("status", home=folder)
    assert refused.returncode == 1
    assert "Start it with `brug up --demo`" in refused.stderr


def test_ports_of_the_last_start_come_back_while_they_are_free(folder: Path) -> None:
    home = Home(folder)
    home.prepare()
    first = home.ports(["broker", "intake"])
    (folder / "state.json").write_text(json.dumps({"ports": first}), encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["broker"]))
        taken.listen()
        again = home.ports(["broker", "intake"])
    assert again["intake"] == first["intake"]
    assert again["broker"] not in first.values()


def _brug(*arguments: str, home: Path, port: int = 18_431, **more: str) -> "subprocess.CompletedProcess[str]":
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
