"""docs/build-on-brug.md as somebody follows it: every block runs, and prints what stands below it."""

import os
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


def test_the_blocks_of_the_page_run_one_after_the_other_and_print_what_it_says(demo: DemoStack) -> None:
    if not demo.home:
        pytest.skip("BRUG_BROWSER_HOME does not say where the running demo has its broker")
    told = blocks(PAGE, "python run", "text")
    program = "\n".join(text for marked, text in told if marked == "python run")
    env = {**os.environ, "BRUG_HOME": demo.home, "BRUG_URL": demo.url, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(text for marked, text in told if marked == "text")
