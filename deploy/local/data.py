"""What the embedded stack does to its databases and its broker before services start."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from deploy import roles
from deploy.environment import Environment
from deploy.local import programs
from deploy.local.home import Failure
from deploy.services import ROOT
from shared import outbox

if TYPE_CHECKING:
    from deploy.keycloak.admin import Admin


def prepare(environment: Environment, services: Sequence[str]) -> None:
    """Roles, databases and newest revisions; the four migrate side by side."""
    for service in services:
        roles.prepare(environment.superuser, service, environment.secrets["passwords"][service])
    running = {
        service: subprocess.Popen(
            [sys.executable, "-m", "deploy.migrate"],
            env=environment.migration(service),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for service in services
    }
    told = {service: process.communicate()[0] for service, process in running.items()}
    for service, process in running.items():
        if process.returncode != 0:
            log = environment.home / "logs" / f"{service}-migrate.log"
            log.write_text(told[service], encoding="utf-8")
            last = (told[service].strip().splitlines() or ["it said nothing"])[-1]
            raise Failure(f"The database of {service} could not be migrated: {last} (see {log})")


def republish(environment: Environment, service: str) -> int:
    """Let the service's relay send its whole history again. Its worker must be down."""
    # Intake's history is more than its outbox: the keys as well.
    again = getattr(import_module(f"services.{service}.worker"), "republish", outbox.republish)
    with psycopg.connect(environment.dsn(service, "worker"), autocommit=True) as conn:
        # Parked events name offsets of the lost broker, where the refilled one has other events; they come again.
        conn.execute("DELETE FROM attempt")
        conn.execute("DELETE FROM dead_letter")
        return int(again(conn))


def is_empty(environment: Environment, services: Sequence[str]) -> bool:
    """Whether nothing has ever happened in this stack: no service has an event."""
    for service in services:
        with psycopg.connect(environment.dsn(service, "worker"), autocommit=True) as conn:
            if conn.execute("SELECT 1 FROM outbox LIMIT 1").fetchone():
                return False
    return True


def write_people(folder: Path) -> None:
    """Whom the identity provider knows."""
    from deploy.demo import write_people as write

    write(folder / "people.json")


def keycloak_of(environment: Environment) -> "Admin":
    """The Keycloak that is given, as its administrator reaches it."""
    from deploy.keycloak import realm
    from deploy.keycloak.admin import Admin

    given = environment.given
    issuer, address = given.issuer_of_staff(environment.public_url)
    inside = (address or issuer).removesuffix(f"/realms/{realm.REALM}")
    _await(f"{address or issuer}/.well-known/openid-configuration", seconds=120)
    return Admin(inside, given.keycloak_admin, given.keycloak_admin_password.get_secret_value())


def add_people(environment: Environment, say: Callable[[str], None]) -> None:
    """The demo's people as accounts of the Keycloak that is given; who is there already stays."""
    from deploy.demo import directory
    from deploy.keycloak import people

    with keycloak_of(environment) as admin:
        people.load(admin, environment.home, directory.staff(), say)


def _await(url: str, seconds: float) -> None:
    """What is given may have begun just now."""
    limit, answers = time.monotonic() + seconds, programs.answers(url)
    while not answers():
        if time.monotonic() > limit:
            raise Failure(f"The identity provider does not answer: {url}")
        time.sleep(0.5)
