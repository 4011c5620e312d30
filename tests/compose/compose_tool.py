"""Docker Compose as a plugin of `docker`: the one that is installed, or built from the module in tests/compose/tool."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from tests.compose.engine import CACHE, Docker, NoEngine

_MODULE = Path(__file__).with_name("tool")
_BUILD_LIMIT = 1200.0  # seconds; cold, on two cores, some three minutes


def provide(docker: Docker) -> None:
    """Let `docker compose` work with this client."""
    plugin = docker.config / "cli-plugins" / "docker-compose"
    if not plugin.exists() and _works(docker):
        return
    built = _built()
    plugin.parent.mkdir(parents=True, exist_ok=True)
    plugin.unlink(missing_ok=True)
    plugin.symlink_to(built)


def _works(docker: Docker) -> bool:
    return docker("compose", "version", "--short", check=False).startswith(("2.", "v2."))


def _built() -> Path:
    """The program of this state of go.mod; made once."""
    state = sha256((_MODULE / "go.mod").read_bytes() + (_MODULE / "go.sum").read_bytes()).hexdigest()[:12]
    program = CACHE / f"docker-compose-{state}"
    if not program.exists():
        _build(program)
    return program


def _build(program: Path) -> None:
    go = shutil.which("go")
    if not go:
        raise NoEngine("there is no Docker Compose, and no Go (1.24 or newer) to build it with")
    draft = program.with_suffix(".new")
    command = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(draft), "github.com/docker/compose/v2/cmd"]
    program.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command,
        cwd=_MODULE,
        env=os.environ | {"CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=_BUILD_LIMIT,
        check=False,
    )
    if done.returncode != 0:
        raise NoEngine(f"Docker Compose could not be built:\n{done.stderr[-2000:]}")
    draft.replace(program)
