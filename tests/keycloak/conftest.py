"""One Keycloak, one Brug that uses it, and one mail server for all tests of a run; each can be looked into.

`BRUG_KEYCLOAK_HOME` names the BRUG_HOME of both where they run already (`python -m deploy.keycloak`, `brug up --demo`).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from deploy.bearer import token_of
from deploy.demo import directory
from deploy.environment import Environment, of_running_stack
from deploy.keycloak.__main__ import given, secrets_of
from deploy.keycloak.admin import Admin
from deploy.keycloak.people import Credentials, credentials_of
from deploy.keycloak.realm import Mail, Secrets
from deploy.keycloak.server import ADMIN, Keycloak, Where
from deploy.local.home import Home
from deploy.services import ROOT, SERVICES
from deploy.story.browser import Api
from tests.browser.conftest import chromium_of_this_machine
from tests.keycloak.mailbox import Mailbox

_PATIENCE = 300.0  # seconds for Brug to come up on a busy machine; forty on a quiet one
HERE = Path(__file__).parent
RUNS_ALREADY = os.environ.get("BRUG_KEYCLOAK_HOME", "")
Beginning = tuple[Keycloak, "subprocess.Popen[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.keycloak)


class Brug(NamedTuple):
    """A running stack with its demo data, as its people and its operator see it."""

    url: str
    home: Home
    passwords: Mapping[str, Credentials]

    @property
    def environment(self) -> Environment:
        return of_running_stack(self.home)

    def token(self, key: str) -> str:
        return token_of(self.url, key, self.passwords)

    def api(self, key: str) -> Api:
        return Api(self.url, self.token(key))

    def sessions(self, key: str) -> dict[str, int]:
        """By service, how many sessions this person of the demo has."""
        who = next(one for one in directory.staff() if one.key == key)
        return {
            service: self.rows(service, "SELECT id FROM session WHERE actor_id = %s", who.id) for service in SERVICES
        }

    def sign_out_everywhere(self, key: str) -> None:
        """So that a test counts only what it began itself."""
        who = next(one for one in directory.staff() if one.key == key)
        for service in SERVICES:
            with psycopg.connect(self.environment.dsn(service, "web"), autocommit=True) as conn:
                conn.execute("DELETE FROM session WHERE actor_id = %s", (who.id,))

    def rows(self, service: str, question: str, *values: Any) -> int:
        with psycopg.connect(self.environment.dsn(service, "web"), autocommit=True) as conn:
            return len(conn.execute(question, values).fetchall())

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The command line, as an operator calls it in another terminal."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            cwd=ROOT,
            env=_own_environment() | {"BRUG_HOME": str(self.home.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A place that the database's system user may pass through."""
    place = Path(tempfile.mkdtemp(prefix="brug-keycloak-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(1025 if RUNS_ALREADY else 0)
    box.open()
    yield box
    box.close()


@pytest.fixture(scope="session")
def _ports(folder: Path) -> dict[str, int]:
    return Home(folder / "keycloak").ports(["public", "keycloak", "management"])


@pytest.fixture(scope="session")
def _beginning(
    folder: Path, mailbox: Mailbox, _ports: dict[str, int]
) -> Iterator[tuple[Keycloak, "subprocess.Popen[str]"]]:
    """Both begin at once: Brug waits for Keycloak only where it needs it."""
    url = f"http://127.0.0.1:{_ports['public']}"
    where = Where(url, _ports["keycloak"], _ports["management"])
    server = Keycloak(folder / "keycloak", where, Secrets.fresh(), Mail("127.0.0.1", mailbox.port))
    server.begin()
    with (folder / "brug.log").open("w") as log:
        stack = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "up", "--demo"],
            cwd=ROOT,
            env=_own_environment()
            | {"BRUG_HOME": str(folder / "home"), "BRUG_PORT": str(_ports["public"]), "PYTHONUNBUFFERED": "1"}
            | given(server),
            stdout=log,
            stderr=log,
            text=True,
        )
    yield server, stack
    stack.terminate()
    stack.wait(60)
    server.stop()


@pytest.fixture(scope="session")
def keycloak(request: pytest.FixtureRequest) -> Keycloak:
    if RUNS_ALREADY:
        home, own = Home(Path(RUNS_ALREADY)), Home(Path(RUNS_ALREADY, "keycloak"))
        ports = own.state()["ports"]
        where = Where(of_running_stack(home).public_url, ports["keycloak"], ports["keycloak management"])
        return Keycloak(own.folder, where, secrets_of(own.folder))
    beginning: Beginning = request.getfixturevalue("_beginning")
    beginning[0].await_answer()
    return beginning[0]


@pytest.fixture(scope="session")
def brug(keycloak: Keycloak, request: pytest.FixtureRequest, folder: Path) -> Brug:
    if RUNS_ALREADY:
        home = Home(Path(RUNS_ALREADY))
        return Brug(keycloak.where.public_url, home, credentials_of(home.folder))
    _beginning: Beginning = request.getfixturevalue("_beginning")
    limit, log = time.monotonic() + _PATIENCE, folder / "brug.log"
    while "Brug runs on" not in log.read_text(errors="replace"):
        if _beginning[1].poll() is not None or time.monotonic() > limit:
            pytest.fail(f"Brug did not come up:\n{log.read_text(errors='replace')}")
        time.sleep(0.2)
    home = Home(folder / "home")
    return Brug(keycloak.where.public_url, home, credentials_of(home.folder))


@pytest.fixture
def admin(keycloak: Keycloak) -> Iterator[Admin]:
    """Keycloak's administrator, for arranging and looking on."""
    with Admin(keycloak.where.inside, ADMIN, keycloak.secrets.admin) as signed_in:
        yield signed_in


@pytest.fixture
def outsider() -> Iterator[httpx.Client]:
    """A stranger on the network, without cookies and without following redirects."""
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium_of_this_machine(playwright)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`window(width=360)`: a new browser without cookies."""
    opened: list[BrowserContext] = []

    def make(width: int = 1280, **more: Any) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="nl-BE", **more)
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def _own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BRUG_")}
