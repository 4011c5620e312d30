"""What a person asks first: does it run, and is anything waiting. The same lines in all three ways to run Brug."""

import re
import urllib.error
import urllib.request
from collections import defaultdict
from typing import NamedTuple

import psycopg

from deploy import topics
from deploy.environment import Environment
from deploy.local.home import Failure
from deploy.services import SERVICES
from shared import outbox

_LAG = re.compile(r'^brug_consumer_lag\{.*topic="([^"]+)".*\} ([0-9.e+]+)$', re.MULTILINE)
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Line(NamedTuple):
    """One part: what it is called, what was found, and whether that is as it should be."""

    part: str
    words: str
    well: bool = True

    def __str__(self) -> str:
        return f"  {self.part:20} {self.words}" if self.well else f"  {self.part:20} {self.words}  <-- look here"


def report(environment: Environment) -> tuple[list[str], bool]:
    """The lines to show, and whether all is as it should be."""
    lines = [
        _answering("gateway", environment.gateway_url),
        _answering("sign-in of staff", f"{environment.staff_issuer_inside}/.well-known/openid-configuration"),
        _broker(environment),
    ]
    for service in SERVICES:
        lines += [
            _answering(f"{service} web", f"{environment.web_url(service)}/health/ready"),
            _worker(environment, service),
            _outbox(environment, service),
        ]
    return [f"Brug on {environment.public_url}", "", *map(str, lines)], all(line.well for line in lines)


def _answering(part: str, url: str) -> Line:
    found, words = _ask(url)
    return Line(part, "ready" if found else words, found)


def _broker(environment: Environment) -> Line:
    try:
        lines, well = topics.report(environment.broker_settings)
    except Failure as failure:
        return Line("broker", str(failure), well=False)
    if well:
        return Line("broker", f"ready, {len(topics.all_topics())} topics as they should be")
    wrong = [line.strip() for line in lines if "NOT AS" in line]
    return Line("broker", f"{wrong[0]}; `brug topics` shows all", well=False)


def _worker(environment: Environment, service: str) -> Line:
    """Whether its threads move, and how far behind they are, by its own metrics."""
    address = environment.worker_url(service)
    ready, words = _ask(f"{address}/health/ready")
    if not ready:
        return Line(f"{service} worker", words, well=False)
    _, text = _ask(f"{address}/metrics")
    behind: dict[str, float] = defaultdict(float)
    for topic, lag in _LAG.findall(text):
        behind[topic] += float(lag)
    late = {topic: int(lag) for topic, lag in behind.items() if lag}
    return Line(
        f"{service} worker", f"ready, behind on {late}" if late else f"ready, up to date with {len(behind)} topics"
    )


def _outbox(environment: Environment, service: str) -> Line:
    try:
        with psycopg.connect(environment.dsn(service, "worker"), autocommit=True, connect_timeout=3) as conn:
            waiting, oldest = outbox.state(conn)
            parked = conn.execute("SELECT count(*) FROM dead_letter").fetchone()
    except psycopg.Error as error:
        return Line(f"{service} database", f"does not answer ({type(error).__name__})", well=False)
    words = f"ready, {waiting} events wait" + (f", the oldest {oldest:.1f} s" if waiting else "")
    dead = parked[0] if parked else 0
    return Line(f"{service} database", words + (f", {dead} DEAD LETTERS" if dead else ", no dead letters"), not dead)


def _ask(url: str) -> tuple[bool, str]:
    """Whether this address answers with a 2xx; and its words, or what is wrong."""
    try:
        with _opener.open(url, timeout=5) as answer:
            return True, answer.read().decode()
    except urllib.error.HTTPError as refused:
        said = refused.read(200).decode("utf-8", "replace").strip()
        return False, f"not ready ({refused.code} {said.splitlines()[0] if said else refused.reason})"
    except (OSError, ValueError) as error:
        return False, f"DOES NOT ANSWER ({getattr(error, 'reason', error)})"
