"""A running Brug with its demo data, a real Chromium, and visitors that each have their own window."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from deploy.services import ROOT
from tests.browser import demo_stack
from tests.browser.demo_stack import DemoStack
from tests.browser.visitor import Visitor
from tests.databases import one_at_a_time

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
_PICTURES = ROOT / "tests" / "output"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 20_000.0  # milliseconds for a page or a thing on it, on a busy machine

_STACK = pytest.StashKey[DemoStack]()
Visit = Callable[..., Visitor]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and _STACK in item.config.stash:
        report.sections.append(("what the services said", item.config.stash[_STACK].complaints()))
    return report


@pytest.fixture(scope="session")
def stack(run_folder: Path, chromium: Browser, pytestconfig: pytest.Config) -> DemoStack:
    """Comes after the browser, so that nothing starts in vain where there is none."""
    with one_at_a_time(run_folder / "demo-stack.lock"):
        pytestconfig.stash[_STACK] = demo_stack.of_run(run_folder, int(os.environ["BRUG_TEST_PYTEST"]))
    return pytestconfig.stash[_STACK]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium_of_this_machine(playwright)
        yield browser
        browser.close()


def chromium_of_this_machine(playwright: Playwright) -> Browser:
    """Debian's own, as people have it: the back button may bring a page back from memory."""
    program = shutil.which("chromium")
    if program is None:
        reason = "there is no `chromium` on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return playwright.chromium.launch(
        executable_path=program, args=list(_QUIET), ignore_default_args=["--disable-back-forward-cache"]
    )


@pytest.fixture(scope="module")
def visit(chromium: Browser, stack: DemoStack) -> Iterator[Visit]:
    """`visit("ocmw", DESK)`: a new window without cookies; more words go to the window, such as `locale="ar"`."""
    _PICTURES.mkdir(exist_ok=True)
    opened: list[BrowserContext] = []

    def open_window(name: str, size: Any, **more: Any) -> Visitor:
        context = chromium.new_context(viewport=size, **({"locale": "nl-BE"} | more))
        context.set_default_timeout(_PATIENCE)
        opened.append(context)
        return Visitor(context, stack.url, _PICTURES, name)

    yield open_window
    for context in opened:
        context.close()
