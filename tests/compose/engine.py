"""A Docker engine: the one that answers, or one of our own on a socket in a folder that git ignores."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.services import ROOT

CACHE = Path(os.environ.get("BRUG_CACHE", ROOT / ".cache")).absolute()
_FOLDER = CACHE / "engine"
_START_LIMIT = 60.0  # seconds
_PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap", "iptables": "iptables"}


class NoEngine(Exception):
    """Nothing can be run in containers here; the text says why."""


class Docker:
    """The command `docker`, spoken to one engine; `compose` is its plugin."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.config = CACHE / "docker-config"

    @property
    def environment(self) -> dict[str, str]:
        """For a shell that speaks to the same engine with the same plugins. A stack of somebody else's is not in it."""
        around = {name: value for name, value in os.environ.items() if not name.startswith("BRUG_")}
        values = {"DOCKER_CONFIG": str(self.config), "DOCKER_BUILDKIT": "1", "COMPOSE_MENU": "false"}
        return around | values | ({"DOCKER_HOST": self.host} if self.host else {})

    def __call__(
        self, *words: str, env: Mapping[str, str] | None = None, limit: float = 300, check: bool = True
    ) -> str:
        """What it prints; raises `AssertionError` with its last words where it fails."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [client(), *words],
            env={**self.environment, **(env or {})},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"docker {' '.join(words)}: exit code {done.returncode}\n{_end(done)}")
        return done.stdout

    def build(self, tag: str, context: Path, *options: str) -> None:
        """As one does behind a company's proxy where there is one: with the machine's own network and authorities."""
        trusted = os.environ.get("SSL_CERT_FILE", "")
        secret = ("--secret", f"id=ca,src={trusted}") if trusted else ()
        self("build", "--quiet", "--network=host", *secret, "--tag", tag, *options, str(context), limit=900)


def client() -> str:
    """Debian's own before any other: it came with the engine."""
    found = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else shutil.which("docker")
    if not found:
        raise NoEngine("the program docker is missing; on Debian: apt-get install docker.io")
    return found


@contextmanager
def engine() -> Iterator[Docker]:
    """The engine that answers; where none does, our own for as long as the block lasts."""
    _install()
    if _answers(os.environ.get("DOCKER_HOST", "")):
        yield Docker(os.environ.get("DOCKER_HOST", ""))
        return
    with _one_at_a_time():
        socket = f"unix://{_FOLDER}/docker.sock"
        running = _start(socket)
        try:
            yield Docker(socket)
        finally:
            _stop(running)


def _start(socket: str) -> "subprocess.Popen[bytes]":
    if os.geteuid() != 0:
        raise NoEngine("no Docker engine answers, and only root can start one")
    options = [f"--data-root={_FOLDER}/data", f"--exec-root={_FOLDER}/exec", f"--pidfile={_FOLDER}/pid"]
    with (_FOLDER / "log").open("wb") as log:
        running = subprocess.Popen(
            ["dockerd", "--host", socket, *options, "--live-restore=false"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    limit = time.monotonic() + _START_LIMIT
    while not _answers(socket):
        if running.poll() is not None or time.monotonic() > limit:
            _stop(running)
            raise NoEngine(f"dockerd does not start:\n{(_FOLDER / 'log').read_text()[-2000:]}")
        time.sleep(0.2)
    return running


def _stop(running: "subprocess.Popen[bytes]") -> None:
    """It ends its containers and networks itself; what it does not end in time goes with it."""
    running.terminate()
    try:
        running.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _answers(host: str) -> bool:
    values = {"DOCKER_HOST": host} if host else {}
    try:
        told = subprocess.run(
            [client(), "version", "--format", "{{.Server.Version}}"],
            env=os.environ | values,
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (NoEngine, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _install() -> None:
    """What is missing, where we may."""
    missing = [package for program, package in _PACKAGES.items() if not shutil.which(program)]
    if not missing or _answers(os.environ.get("DOCKER_HOST", "")):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoEngine(f"missing: {', '.join(missing)}; install them, or run this as root on Debian")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _apt(["update", "-qq"], quiet)
    _apt(["install", "-y", "-qq", "--no-install-recommends", *missing], quiet)


def _apt(words: Sequence[str], env: Mapping[str, str]) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise NoEngine(f"apt-get {words[0]} fails: {_end(done)}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A second run from the same folder waits for the first."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _end(done: "subprocess.CompletedProcess[str]") -> str:
    return (done.stdout[-1500:] + done.stderr[-3000:]).strip()
