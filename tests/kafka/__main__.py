"""`make test-kafka`: the event tests on one broker of Apache Kafka, then the tests of Apache Kafka itself.

Says how long each part took; ends with 1 where a part fails, and with its reason where it cannot run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.kafka.jars import jars, java
from deploy.local.home import Failure
from deploy.services import ROOT
from tests.kafka.cluster import running

EVENT_TESTS = (
    "tests/shared/test_path_of_an_event.py",
    "tests/shared/test_dead_letters.py",
    "tests/shared/test_freshness.py",
    "tests/reactions",
)


def main() -> int:
    try:
        begun = time.monotonic()
        java()
        jars()
        _tell("Apache Kafka's jars", begun)
        parts: dict[str, Callable[[], int]] = {
            "event tests on Apache Kafka": _event_tests,
            "Apache Kafka itself": _own_tests,
        }
        return max([_part(name, run) for name, run in parts.items()])
    except Failure as failure:
        sys.stdout.write(f"test-kafka: {failure}\n")
        return 1


def _event_tests() -> int:
    with tempfile.TemporaryDirectory(prefix="brug-kafka-") as folder, running(Path(folder)) as cluster:
        return _pytest(*EVENT_TESTS, BRUG_TEST_KAFKA=cluster.broker.bootstrap)


def _own_tests() -> int:
    return _pytest("tests/kafka", "-m", "kafka", "--durations", "8", "--show-capture", "stdout", *sys.argv[1:])


def _part(name: str, run: Callable[[], int]) -> int:
    begun = time.monotonic()
    code = run()
    _tell(name, begun)
    return code


def _pytest(*arguments: str, **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *arguments]
    # One that was killed has a negative code, which would count for less than success.
    return abs(subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode)


def _tell(what: str, begun: float) -> None:
    sys.stdout.write(f"test-kafka: {what}: {time.monotonic() - begun:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
