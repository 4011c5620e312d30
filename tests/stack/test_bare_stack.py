"""PostgreSQL and broker alone under the supervisor: how they start, stop and refuse."""

import json
import os
import signal
import socket
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.local import arrival, secret_values
from deploy.local.home import Failure, Home
from deploy.services import ROOT
from tests.stack import processes
from tests.stack.conftest import Start


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_no_process_is_left_after_the_stack_was_stopped(lasting: Path, start: Start, how: signal.Signals) -> None:
    stack = start(lasting)
    assert len(processes.of(lasting)) >= 2
    stack.send_signal(how)
    assert stack.wait(20) == 0
    assert processes.await_none(lasting, 1) == []


def test_no_process_is_left_when_the_supervisor_itself_is_killed(lasting: Path, start: Start) -> None:
    stack = start(lasting)
    stack.kill()
    stack.wait()
    assert processes.await_none(lasting) == []


def test_two_stacks_run_side_by_side_and_do_not_know_each_other(folder: Path, start: Start) -> None:
    folder.mkdir()
    one, other = folder / "one", folder / "other"
    start(one)
    start(other)
    ports = [set(processes.environment_of(home).ports.values()) for home in (one, other)]
    assert not ports[0] & ports[1]
    with psycopg.connect(processes.environment_of(one).superuser, autocommit=True) as conn:
        conn.execute("CREATE DATABASE mine")
    with psycopg.connect(processes.environment_of(other).superuser) as conn:
        assert not conn.execute("SELECT 1 FROM pg_database WHERE datname = 'mine'").fetchone()


def test_a_second_stack_on_the_same_data_is_refused_in_one_line(lasting: Path, start: Start) -> None:
    start(lasting)
    refused = subprocess.run(
        processes.command(lasting), cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert refused.returncode != 0
    assert refused.stderr.startswith("brug: Brug already runs from ")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_part_that_dies_is_started_again_and_that_is_said(lasting: Path, start: Start) -> None:
    stack = start(lasting)
    assert stack.stdout
    before = Home(lasting).state()["processes"]
    os.kill(before["postgresql"], signal.SIGKILL)
    line = stack.stdout.readline()
    assert line.startswith("postgresql ended (")
    assert processes.soon(lambda: _answers(processes.environment_of(lasting).superuser))
    assert Home(lasting).state()["processes"]["postgresql"] != before["postgresql"]


def test_only_its_owner_reads_the_secrets(folder: Path) -> None:
    folder.mkdir()
    made = secret_values.of(Home(folder))
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
    assert secret_values.of(Home(folder)) == made


def test_a_taken_port_gives_one_clear_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = processes.brug("up", home=folder, port=taken.getsockname()[1])
    assert refused.returncode == 1
    assert "is taken by another program" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_missing_program_gives_one_clear_line(folder: Path) -> None:
    refused = processes.brug("up", home=folder, port=18_432, CALF_TANSU_BIN="/nowhere/tansu")
    assert refused.returncode == 1
    assert "/nowhere/tansu" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert processes.await_none(folder, 1) == []


def test_a_full_disk_gives_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.home.LEAST_FREE", 2**62)
    with pytest.raises(Failure, match=r"The disk is \(almost\) full: .* Brug needs"):
        Home(folder).prepare()


def test_commands_for_a_running_stack_say_how_to_start_one(folder: Path) -> None:
    refused = processes.brug("status", home=folder)
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


def _answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_demo_that_was_broken_off_while_loading_makes_way_for_a_whole_one(folder: Path) -> None:
    home, said = Home(folder), list[str]()
    home.data.mkdir(parents=True)
    arrival.forget_half_a_demo(home, said.append)
    assert home.data.exists()
    (folder / "demo-is-loading").touch()
    arrival.forget_half_a_demo(home, said.append)
    assert not home.data.exists()
    assert said == ["loading the demo data was broken off last time: its databases are thrown away"]
