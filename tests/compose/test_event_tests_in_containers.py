"""The tests of events on the servers that testcontainers starts: PostgreSQL and Apache Kafka in containers."""

import os
import re
import subprocess
import sys
import time

import pytest

from deploy.services import ROOT
from tests.compose.conftest import Say
from tests.compose.engine import Docker, client
from tests.kafka.__main__ import EVENT_TESTS

pytestmark = pytest.mark.compose


def test_the_event_tests_pass_on_testcontainers(docker: Docker, say: Say) -> None:
    """In a run of their own: whose servers are given by the environment is decided when a run begins."""
    path = f"{os.path.dirname(client())}:{os.environ['PATH']}"
    given = {name: value for name, value in os.environ.items() if not name.startswith("BRUG_TEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", *EVENT_TESTS],
        cwd=ROOT,
        env={**given, **docker.environment, "PATH": path, "BRUG_TEST_SERVERS": "containers"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    limit = time.monotonic() + 60
    while left := docker("ps", "--all", "--quiet", "--filter", "label=org.testcontainers=true"):
        assert time.monotonic() < limit, f"containers left behind: {left}"
        time.sleep(0.5)
    say(f"event tests in containers: {passed[0]}")
