"""The broker of the embedded stack keeps nothing: when it dies in mid-story, everything must arrive all the same."""

import os
import signal
import subprocess
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from deploy.environment import Environment
from deploy.local.home import Home
from shared import outbox
from shared.envelope import Envelope
from tests.stack import processes
from tests.stack.conftest import Start

_SERVICES = ("intake", "referral")
_PORT = 18_433


def test_a_broker_killed_in_mid_story_comes_back_with_every_event(lasting: Path, start: Start) -> None:
    stack = start(lasting, _PORT, *_SERVICES)
    environment = processes.environment_of(lasting)
    before = Home(lasting).state()["processes"]
    earlier = {_register(environment) for _ in range(5)}
    assert processes.soon(lambda: earlier <= _known(environment))
    held = _relayed(environment)

    os.kill(before["broker"], signal.SIGKILL)
    meanwhile = {_register(environment) for _ in range(5)}

    assert _steps_of_the_restart(stack) == ["broker", "topics and events so far", "workers"]
    after = Home(lasting).state()["processes"]
    assert all(after[f"{service}-worker"] != before[f"{service}-worker"] for service in _SERVICES)
    assert after["postgresql"] == before["postgresql"]
    assert processes.soon(lambda: meanwhile <= _known(environment))
    assert processes.soon(lambda: _relayed(environment) == held + 5)
    stack.terminate()
    assert stack.wait(40) == 0


def test_a_stack_stopped_in_mid_story_goes_on_where_it_was(lasting: Path, start: Start) -> None:
    first = start(lasting, _PORT, *_SERVICES)
    environment = processes.environment_of(lasting)
    told = {_register(environment) for _ in range(20)}
    first.terminate()
    assert first.wait(40) == 0
    assert processes.of(lasting) == []

    start(lasting, _PORT, *_SERVICES)
    environment = processes.environment_of(lasting)
    assert processes.soon(lambda: told <= _known(environment))
    told |= {_register(environment)}
    assert processes.soon(lambda: told <= _known(environment))


def _register(environment: Environment) -> UUID:
    """A person of whom intake tells, as if somebody had opened a file."""
    person, family = uuid4(), uuid4()
    envelope = Envelope(
        type="be.brug.intake.person.registered.v1",
        source="intake",
        subject=str(family),
        aggregate=person,
        version=1,
        owner_organisation=uuid4(),
        data={"person_id": str(person), "family_id": str(family), "kind": "caregiver"},
    )
    with psycopg.connect(environment.dsn("intake", "worker")) as conn:
        outbox.append(conn, "intake.families", str(family), envelope)
    return person


def _known(environment: Environment) -> set[UUID]:
    """Of whom referral has heard."""
    with psycopg.connect(environment.dsn("referral", "worker")) as conn:
        return {row[0] for row in conn.execute("SELECT person_id FROM seen.person")}


def _relayed(environment: Environment) -> int:
    """How many records of intake's families the broker holds: the refilled one has the earlier events too."""
    with psycopg.connect(environment.dsn("intake", "worker")) as conn:
        row = conn.execute("SELECT sum(last_offset + 1) FROM relayed WHERE topic = 'intake.families'").fetchone()
    return int(row[0] or 0) if row else 0


def _steps_of_the_restart(stack: "subprocess.Popen[str]") -> list[str]:
    assert stack.stdout
    steps: list[str] = []
    for line in stack.stdout:
        if line.endswith(" ...\n"):
            steps.append(line.removesuffix(" ...\n"))
        if line.startswith("workers:"):
            return steps
    raise AssertionError(f"the stack ended after {steps}")
