"""What every test may ask for: real servers, clean databases, the services' settings, apps and browsers."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from deploy.environment import Environment
from deploy.given import Given
from deploy.local import broker as embedded_broker
from deploy.local import secret_values
from deploy.local.home import Home
from deploy.services import SERVICES
from shared import sessions
from shared.db import Database
from shared.kafka import Broker
from shared.security import Actor, ActorKind
from shared.settings import ServiceSettings
from tests.databases import Databases, one_at_a_time
from tests.servers import Addresses, addresses

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("brug", deadline=None)
hypothesis.settings.load_profile("brug")

_RUN = "BRUG_TEST_RUN"
_PYTEST = "BRUG_TEST_PYTEST"


def pytest_configure(config: pytest.Config) -> None:
    """The process that people started owns the run's folder; its workers find it in the environment."""
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = tempfile.mkdtemp(prefix="brug-tests-")
        os.environ[_PYTEST] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _RUN not in os.environ:
        return
    folder = Path(os.environ.pop(_RUN))
    state = folder / "home" / "state.json"
    (folder / "end").touch()
    keeper = Home(folder / "home")
    limit = time.monotonic() + 20
    while state.exists() and keeper.is_running() and time.monotonic() < limit:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder that all workers of this run share."""
    return Path(os.environ[_RUN])


@pytest.fixture(scope="session")
def servers(run_folder: Path) -> Addresses:
    """PostgreSQL and the broker of this run; they start when the first test needs one."""
    with one_at_a_time(run_folder / "servers.lock"):
        return addresses(run_folder, int(os.environ[_PYTEST]))


@pytest.fixture(scope="session")
def server(servers: Addresses) -> str:
    """The superuser's address of this run's PostgreSQL."""
    return servers.superuser


@pytest.fixture(scope="session")
def broker(servers: Addresses, worker_name: str) -> Broker:
    """This run's broker; topics and groups carry this worker's prefix."""
    return Broker(
        servers.bootstrap,
        prefix=f"{worker_name}.",
        partitions=embedded_broker.PARTITIONS,
        session_timeout_ms=embedded_broker.SESSION_TIMEOUT_MS,
    )


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which pytest worker this is: `gw0`, `gw1`, or `main` where there is one process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@dataclass(frozen=True)
class _TestEnvironment(Environment):
    """The environment of the embedded stack, with this worker's databases and topics."""

    databases: Databases
    broker: Broker

    @property
    def bootstrap(self) -> str:
        return self.broker.bootstrap

    @property
    def public_url(self) -> str:
        return "http://localhost"

    def dsn(self, service: str, role: str) -> str:
        return self.databases.dsn(service, role)


@pytest.fixture(scope="session")
def all_databases(server: str, run_folder: Path, worker_name: str) -> Iterator[Databases]:
    made = Databases(server, run_folder, worker_name)
    yield made
    made.close()


@pytest.fixture(scope="session")
def environment(all_databases: Databases, run_folder: Path, broker: Broker) -> Environment:
    """What processes of a stack would find in their environment."""
    home = Home(run_folder / "secrets")
    with one_at_a_time(run_folder / "secrets.lock"):
        home.folder.mkdir(exist_ok=True)
        secrets = secret_values.of(home)
    ports = dict.fromkeys(("identity", *SERVICES, *(f"{one} worker" for one in SERVICES)), 0)
    return _TestEnvironment(home.folder, 80, ports, secrets, Given.model_construct(), all_databases, broker)


@pytest.fixture
def databases(all_databases: Databases) -> Databases:
    """This worker's databases, empty but for what migrations write."""
    all_databases.clean()
    return all_databases


@pytest.fixture(scope="session")
def _settings(environment: Environment, broker: Broker) -> Callable[[str, str], ServiceSettings]:
    known: dict[tuple[str, str], ServiceSettings] = {}

    def settings(service: str, role: str) -> ServiceSettings:
        if (service, role) not in known:
            values = environment.web(service) if role == "web" else environment.worker(service)
            values |= {"BRUG_TOPIC_PREFIX": broker.prefix, "BRUG_COOKIE_SUFFIX": ""}
            # Nobody relays here: else pages say after half a minute that Brug is behind, in the middle of a test.
            values |= {"BRUG_NOTICE_SECONDS": str(10**9)}
            with pytest.MonkeyPatch.context() as patch:
                for name, value in values.items():
                    if name.startswith("BRUG_"):
                        patch.setenv(name, value)
                known[service, role] = import_module(f"services.{service}.config").Settings()
        return known[service, role]

    return settings


@pytest.fixture
def settings_of(
    databases: Databases, _settings: Callable[[str, str], ServiceSettings]
) -> Callable[..., ServiceSettings]:
    """`settings_of("intake")`, as its web process would read them; `settings_of("intake", "worker")`."""

    def settings(service: str, role: str = "web") -> ServiceSettings:
        return _settings(service, role)

    return settings


@pytest.fixture(scope="session")
def _pools(_settings: Callable[[str, str], ServiceSettings]) -> Iterator[Callable[[str, str], Database]]:
    known: dict[tuple[str, str], Database] = {}

    def pool(service: str, role: str) -> Database:
        if (service, role) not in known:
            settings = _settings(service, role)
            db = Database.of(service, settings)
            db.open()
            known[service, role] = db
        return known[service, role]

    yield pool
    for db in known.values():
        db.close()


@pytest.fixture
def db_of(databases: Databases, _pools: Callable[[str, str], Database]) -> Callable[..., Database]:
    """`db_of("intake")` is the database as its web process has it; `db_of("intake", "worker")`."""

    def db(service: str, role: str = "web") -> Database:
        return _pools(service, role)

    return db


@pytest.fixture
def owner_of(databases: Databases) -> Callable[[str], psycopg.Connection[Any]]:
    """`owner_of("intake")` sees past every policy, in autocommit: for arranging and for looking on."""
    return databases.owner


@pytest.fixture(scope="session")
def _apps(_settings: Callable[[str, str], ServiceSettings]) -> Callable[[str], Flask]:
    known: dict[str, Flask] = {}

    def app(service: str) -> Flask:
        if service not in known:
            known[service] = import_module(f"services.{service}.app").create_app(_settings(service, "web"))
            known[service].testing = True
        return known[service]

    return app


@pytest.fixture
def app_of(databases: Databases, _apps: Callable[[str], Flask]) -> Callable[[str], Flask]:
    """`app_of("intake")`: the service's web application; one per worker, its data clean for each test."""
    return _apps


@pytest.fixture
def client_of(app_of: Callable[[str], Flask]) -> Callable[[str], FlaskClient]:
    """`client_of("intake")`: a browser that knows nothing yet."""
    return lambda service: app_of(service).test_client()


@pytest.fixture
def sign_in(owner_of: Callable[[str], psycopg.Connection[Any]]) -> Callable[[FlaskClient, Actor], FlaskClient]:
    """`sign_in(client, actor)`: this browser is the actor's from now on, with a second factor; returns it."""

    def do(client: FlaskClient, actor: Actor, *, strong: bool = True) -> FlaskClient:
        app = client.application
        house = app.extensions["brug"]
        if actor.kind == ActorKind.STAFF:
            remember_memberships(owner_of(house.service), actor)
        with house.db.transaction(actor) as conn:
            value = sessions.begin(conn, actor, "", sessions.AtIssuer(strong=strong))
        name = sessions.cookie_name(house.settings, house.service)
        client.set_cookie(name, value, path=f"/{house.service}")
        return client

    return do


def remember_memberships(owner: psycopg.Connection[Any], actor: Actor) -> None:
    """Let the service know what this staff member is where; in referral through the view on its own table."""
    with owner.transaction():
        # The organisation itself may be arranged later, or not at all.
        owner.execute("SET LOCAL session_replication_role = replica")
        for one in actor.memberships:
            owner.execute(
                "INSERT INTO seen.membership"
                " (id, staff_id, organisation_id, role, function, secrecy, valid_from, valid_until, version)"
                " SELECT gen_random_uuid(), %(staff)s, %(organisation)s, %(role)s, %(function)s, %(secrecy)s,"
                "  '2020-01-01', NULL, 1"
                " WHERE NOT EXISTS (SELECT 1 FROM seen.membership WHERE staff_id = %(staff)s"
                "  AND organisation_id = %(organisation)s AND role = %(role)s)",
                {
                    "staff": actor.id,
                    "organisation": one.organisation_id,
                    "role": one.role,
                    "function": one.function,
                    "secrecy": one.secrecy,
                },
            )
