"""`make bench`: fills real databases, then prints for each page its time on the server and its bare query's, as ratio.

The bare query asks the same rows by the shortest way, past row-level security and without a page around it. Both are
measured in turns in one run, so that a busy machine slows both. Nothing here passes or fails.
"""

import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import structlog
from flask.testing import FlaskClient

from deploy.given import Given
from deploy.local import broker as embedded_broker
from deploy.local import secret_values
from deploy.local.home import Home
from deploy.services import SERVICES
from services.network.domain.matching import Candidate, Seeker, Weights, best_first
from services.referral.domain import AFTER_YES, OPEN, UNANSWERED
from shared import clock, outbox, sessions
from shared.db import Database
from shared.envelope import Envelope
from shared.kafka import Broker, Producer, ensure_topics
from shared.security import Actor, ActorKind
from tests.bench import city as made
from tests.bench.city import City
from tests.conftest import _TestEnvironment
from tests.databases import Databases
from tests.servers import addresses

TURNS = int(os.environ.get("TURNS", "25"))
AIM = 100.0  # milliseconds on the server
_RELAYED = 10_000
_IN_ROUND = 1_000
_TAGS = ("ar", "fr", "nl", "ti", "prs", "tr", "uk", "so", "pl", "ro")


class Line(NamedTuple):
    """A page as somebody opens it, and the bare query for what it shows."""

    name: str
    service: str
    who: str
    path: str
    query: str
    values: dict[str, Any]


def main() -> int:
    with _servers() as (folder, databases, bootstrap):
        begun = time.monotonic()
        bench = Bench(databases, folder, bootstrap)
        city = _filled(bench)
        _say(f"{made.FILES} files, {made.REFERRALS} referrals, {made.ACTIVITIES} activities:")
        _say(f"filled in {time.monotonic() - begun:.0f} s\n")
        _pages(bench, city)
        _relay(bench)
        _round(city)
    return 0


@contextmanager
def _servers() -> Iterator[tuple[Path, Databases, str]]:
    """PostgreSQL and a broker of the tests' kind, for this run alone."""
    folder = Path(tempfile.mkdtemp(prefix="brug-bench-"))
    found = addresses(folder, os.getpid())
    databases = Databases(found.superuser, folder, "bench")
    try:
        yield folder, databases, found.bootstrap
    finally:
        databases.close()
        (folder / "end").touch()
        home, limit = Home(folder / "home"), time.monotonic() + 20
        while (folder / "home" / "state.json").exists() and home.is_running() and time.monotonic() < limit:
            time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def _filled(bench: "Bench") -> City:
    """The city, in each service's database; then what workers add to it, and what PostgreSQL learns of it."""
    city = City()
    fills = {"intake": made.fill_intake, "referral": made.fill_referral, "activities": made.fill_activities}
    for service, fill in fills.items():
        owner = bench.databases.owner(service)
        with owner.transaction():
            owner.execute("SET LOCAL session_replication_role = replica")
            fill(owner, city)
    timers = {one.name: one for one in import_module("services.intake.timers").TIMERS}
    if "write_find_keys" in timers:
        db = bench.worker("intake")
        while timers["write_find_keys"].run(db):
            pass
        db.close()
    for service in fills:
        bench.databases.owner(service).execute("VACUUM ANALYZE")
    return city


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Bench:
    """The services' applications on the filled databases."""

    def __init__(self, databases: Databases, folder: Path, bootstrap: str) -> None:
        home = Home(folder / "secrets")
        home.folder.mkdir(exist_ok=True)
        self.databases = databases
        self.broker = Broker(
            bootstrap,
            prefix="bench.",
            partitions=embedded_broker.PARTITIONS,
            session_timeout_ms=embedded_broker.SESSION_TIMEOUT_MS,
        )
        ports = dict.fromkeys(("identity", *SERVICES, *(f"{one} worker" for one in SERVICES)), 0)
        given = Given.model_construct()
        values = (home.folder, 80, ports, secret_values.of(home), given, databases, self.broker)
        self._environment = _TestEnvironment(*values)
        self._apps: dict[str, Any] = {}

    def settings(self, service: str, role: str) -> Any:
        """As the process of this role would read them."""
        values = self._environment.web(service) if role == "web" else self._environment.worker(service)
        os.environ.update({name: value for name, value in values.items() if name.startswith("BRUG_")})
        os.environ["BRUG_COOKIE_SUFFIX"] = ""
        return import_module(f"services.{service}.config").Settings()

    def browser(self, service: str, actor: UUID) -> FlaskClient:
        """Signed in as this staff member."""
        if service not in self._apps:
            self._apps[service] = import_module(f"services.{service}.app").create_app(self.settings(service, "web"))
            # A line for each of the requests would bury the table.
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        app = self._apps[service]
        house = app.extensions["brug"]
        who = Actor(actor, ActorKind.STAFF)
        with house.db.transaction(who) as conn:
            value = sessions.begin(conn, who, "", sessions.AtIssuer(strong=True))
        client: FlaskClient = app.test_client()
        client.set_cookie(sessions.cookie_name(house.settings, service), value, path=f"/{service}")
        return client

    def worker(self, service: str) -> Database:
        db = Database.of(service, self.settings(service, "worker"))
        db.open()
        return db

    def close(self) -> None:
        for app in self._apps.values():
            app.extensions["brug"].db.close()


def _pages(bench: Bench, city: City) -> None:
    _say(f"{'page':34}{'median':>9}{'p90':>9}{'bare query':>12}{'ratio':>8}   (ms, {TURNS} turns)")
    for line in _lines(city):
        client = bench.browser(line.service, city.staff[line.who])
        page, bare = _in_turns(
            lambda client=client, line=line: _opened(client, line),  # type: ignore[misc]
            lambda line=line: bench.databases.owner(line.service).execute(line.query, line.values).fetchall(),  # type: ignore[misc]
        )
        median, least = statistics.median(page), statistics.median(bare)
        late = "  above the aim" if median > AIM else ""
        tenth = sorted(page)[int(len(page) * 0.9)]
        _say(f"{line.name:34}{median:9.1f}{tenth:9.1f}{least:12.2f}{median / least:8.1f}{late}")
    bench.close()


def _in_turns(*acts: Callable[[], object]) -> tuple[list[float], ...]:
    """Milliseconds of each, one after the other and over again; the first turn warms up and does not count."""
    times: tuple[list[float], ...] = tuple([] for _ in acts)
    for _ in range(TURNS + 1):
        for act, taken in zip(acts, times, strict=True):
            begun = time.perf_counter()
            act()
            taken.append((time.perf_counter() - begun) * 1000)
    return tuple(taken[1:] for taken in times)


def _opened(client: FlaskClient, line: Line) -> None:
    answer = client.get(line.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{line.path}: {answer.status_code}")


def _lines(city: City) -> Iterator[Line]:
    school, partner, today = {"own": [city.school]}, {"own": [city.partner]}, clock.today()
    files = "SELECT id, changed_at FROM file WHERE owner_organisation = ANY (%(own)s) ORDER BY changed_at DESC LIMIT 51"
    yield Line("families of a school", "intake", "school", "/intake/", files, school)
    if find_spec("services.intake.views.finding"):
        query = (
            "SELECT id, name_to_call FROM person WHERE owner_organisation = ANY (%(own)s) AND name_to_call = %(name)s"
        )
        for name in ("Nour 40", "mohamed"):
            yield Line(f"search '{name}'", "intake", "school", f"/intake/?q={name}", query, school | {"name": name})
    told = (
        "SELECT id, told, sent_at FROM referral WHERE owner_organisation = ANY (%(own)s) AND told = ANY (%(in)s)"
        " ORDER BY id DESC LIMIT 51"
    )
    yield Line("overview of a school", "referral", "school", "/referral/", told, school | {"in": list(OPEN)})
    closed = school | {"in": ["closed"]}
    yield Line("overview, those that are round", "referral", "school", "/referral/?status=closed", told, closed)
    waiting = (
        "SELECT id, status, sent_at FROM referral WHERE to_organisation = ANY (%(own)s) AND status = ANY (%(in)s)"
        " ORDER BY id LIMIT 51"
    )
    with_us = partner | {"in": [*UNANSWERED, *AFTER_YES]}
    yield Line("worklist of a partner", "referral", "partner", "/referral/", waiting, with_us)
    task = (
        "SELECT id, due_on FROM task WHERE organisation_id = ANY (%(own)s)"
        " AND state = 'open' ORDER BY due_on, id LIMIT 51"
    )
    yield Line("tasks at a school", "referral", "school", "/referral/tasks", task, school)
    yield Line("tasks at a partner", "referral", "partner", "/referral/tasks", task, partner)
    week = (
        "SELECT id, starts FROM occurrence WHERE town = 'Antwerpen' AND starts_at >= %(day)s"
        " ORDER BY starts_at LIMIT 120"
    )
    path = "/activities/?town=Antwerpen"
    yield Line("calendar, a week of a city", "activities", "school", path, week, {"day": today})


def _relay(bench: Bench) -> None:
    """Events from the outbox to the broker, beside the insert that put them there."""
    db = bench.worker("referral")
    with db.dedicated() as conn:
        begun = time.perf_counter()
        with conn.transaction():
            for number in range(_RELAYED):
                outbox.append(conn, "referral.referrals", str(number % 500), _event())
        written = time.perf_counter() - begun
        ensure_topics(bench.broker, import_module("services.referral.events").TOPICS)
        producer = Producer(bench.broker, "referral")
        begun, sent = time.perf_counter(), 0
        while more := outbox.relay_once(conn, producer.send_all):
            sent += more
        relayed = time.perf_counter() - begun
        producer.close()
    db.close()
    _say(
        f"\nrelay: {sent / relayed:.0f} events a second; writing them to the outbox: {_RELAYED / written:.0f} a second,"
    )
    _say(f"       ratio {relayed / written:.2f}")


def _event() -> Envelope:
    told = {"type": "be.brug.referral.seen.v1", "source": "referral", "subject": str(uuid4()), "aggregate": uuid4()}
    data = {"referral_id": str(uuid4()), "akkoord_id": str(uuid4()), "person_id": str(uuid4())}
    return Envelope.model_validate(told | {"version": 1, "owner_organisation": uuid4(), "data": data})


def _round(city: City) -> None:
    """Who is proposed to each of a thousand parents, out of a thousand helpers, beside the one rule that is a must."""
    seekers = [
        Seeker(languages=tuple(city.dice.sample(_TAGS, 2)), town="Antwerpen", times=("evening",))
        for _ in range(_IN_ROUND)
    ]
    helpers = [
        Candidate(city.new_id(), f"Helper {number}", tuple(city.dice.sample(_TAGS, 2)), 3, town="Antwerpen")
        for number in range(_IN_ROUND)
    ]
    spoken = [set(one.languages) for one in helpers]
    begun = time.perf_counter()
    for seeker in seekers:
        best_first(seeker, helpers, Weights())
    weighed = time.perf_counter() - begun
    begun = time.perf_counter()
    for seeker in seekers:
        [None for one in spoken if not one.isdisjoint(seeker.languages)]
    least = time.perf_counter() - begun
    _say(f"a round of {_IN_ROUND} parents and {_IN_ROUND} helpers: weighed in {weighed:.1f} s,")
    _say(f"       ratio {weighed / least:.0f} to looking for a shared language alone")


if __name__ == "__main__":
    sys.exit(main())
