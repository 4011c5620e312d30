"""What a person asks first: does it run, where, and is anything waiting."""

import os
import re
import urllib.request
from collections import defaultdict

import psycopg

from deploy.environment import Environment, of_running_stack
from deploy.local.home import Home
from deploy.services import SERVICES
from shared import outbox

_LAG = re.compile(r'^brug_consumer_lag\{.*topic="([^"]+)".*\} ([0-9.e+]+)$', re.MULTILINE)
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def report(home: Home) -> tuple[list[str], bool]:
    """The lines to show, and whether all parts run."""
    environment = of_running_stack(home)
    state = home.state()
    lines = [f"Brug on {environment.public_url}, data in {home.folder}, supervisor {state['pid']}", ""]
    healthy = True
    for name, pid in state["processes"].items():
        lives = pid is not None and _lives(pid)
        healthy = healthy and lives
        lines.append(
            f"  {name:20} {'runs' if lives else 'DOES NOT RUN':14} {_port(environment, name):>6}  process {pid}"
        )
    lines.append("")
    for service in SERVICES:
        lines.append(f"  {service:12} {_outbox(environment, service)}; {_lag(environment, service)}")
    return lines, healthy


def _port(environment: Environment, name: str) -> str:
    if name == "gateway":
        return str(environment.port)
    return str(environment.ports.get(name.removesuffix("-web").replace("-", " "), ""))


def _outbox(environment: Environment, service: str) -> str:
    try:
        with psycopg.connect(environment.dsn(service, "worker"), autocommit=True, connect_timeout=3) as conn:
            waiting, oldest = outbox.state(conn)
            parked = conn.execute("SELECT count(*) FROM dead_letter").fetchone()
    except psycopg.Error as error:
        return f"database does not answer ({type(error).__name__})"
    text = f"{waiting} events wait in the outbox" + (f", the oldest {oldest:.1f} s" if waiting else "")
    return text + (f", {parked[0]} DEAD LETTERS" if parked and parked[0] else "")


def _lag(environment: Environment, service: str) -> str:
    """Records that the worker has not handled, by its own metrics."""
    try:
        with _opener.open(environment.metrics_url(service), timeout=3) as response:
            text = response.read().decode()
    except OSError:
        return "worker does not answer"
    behind: dict[str, float] = defaultdict(float)
    for topic, lag in _LAG.findall(text):
        behind[topic] += float(lag)
    late = {topic: int(lag) for topic, lag in behind.items() if lag}
    return f"behind on {late}" if late else f"up to date with {len(behind)} topics"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
