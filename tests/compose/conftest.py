"""An engine with all images, and one stack on it for the whole run."""

import sys
from collections.abc import Callable, Iterator

import pytest

from deploy.services import ROOT
from deploy.story.cast import Cast
from deploy.story.ledger import Ledger
from tests.compose.engine import Docker, engine
from tests.compose.prepare import everything
from tests.compose.stack import Stack

OUTPUT = ROOT / "tests" / "output"
Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Tells the person who runs the tests what was measured."""

    def tell(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {line}\n")

    return tell


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    """An engine; what it lacks is made first."""
    with engine() as found:
        everything(found, print)
        yield found


@pytest.fixture(scope="session")
def stack(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Brug as the guide sets it up, with its made-up people."""
    made = Stack(docker, tmp_path_factory.mktemp("compose"))
    try:
        made.follow("run")
        yield made
    finally:
        made.keep_logs()
        OUTPUT.mkdir(parents=True, exist_ok=True)
        (OUTPUT / "compose.log").write_text("\n".join(made.told), encoding="utf-8")
        made.remove()


@pytest.fixture(scope="session")
def casts() -> list[Cast]:
    """Whoever has played in this run."""
    return []


@pytest.fixture
def cast(stack: Stack, casts: list[Cast], monkeypatch: pytest.MonkeyPatch) -> Cast:
    """New people for the story, who trust the gateway's own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(stack.authority()))
    made = Cast(stack.url, Ledger(), stack.people())
    casts.append(made)
    return made
