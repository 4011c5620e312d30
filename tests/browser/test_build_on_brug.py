"""docs/build-on-brug.md as somebody follows it: every block runs, and prints what stands below it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.services import ROOT
from tests.browser import demo_stack
from tests.browser.demo_stack import DemoStack
from tests.databases import one_at_a_time
from tests.guides import blocks

pytestmark = pytest.mark.browser

PAGE = ROOT / "docs" / "build-on-brug.md"


@pytest.fixture(scope="module")
def demo(run_folder: Path) -> DemoStack:
    """The demo alone: whoever builds on it needs no browser."""
    with one_at_a_time(run_folder / "demo-stack.lock"):
        return demo_stack.of_run(run_folder, int(os.environ["BRUG_TEST_PYTEST"]))


def test_the_blocks_of_the_page_run_one_after_the_other_and_print_what_it_says(demo: DemoStack, tmp_path: Path) -> None:
    if not demo.home:
        pytest.skip("BRUG_BROWSER_HOME does not say where the running demo has its broker")
    told = blocks(PAGE, "python run", "text")
    [(_, receiver)] = blocks(PAGE, "python receiver")
    (tmp_path / "receiver.py").write_text(receiver, encoding="utf-8")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    program = "\n".join(text for marked, text in told if marked == "python run")
    env = {
        **os.environ,
        "BRUG_HOME": demo.home,
        "BRUG_URL": demo.url,
        "PORT": str(_free_port()),
        "PYTHONUNBUFFERED": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(text for marked, text in told if marked == "text")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
