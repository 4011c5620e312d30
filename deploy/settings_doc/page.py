"""The page itself, heading by heading."""

from collections.abc import Iterator, Sequence
from importlib import import_module

from pydantic_settings import BaseSettings

from deploy.containers import ContainerSettings
from deploy.given import Given
from deploy.identity.config import Settings as IdentitySettings
from deploy.services import SERVICES
from deploy.settings_doc import compose
from deploy.settings_doc.rows import Row, rows
from shared.settings import ServiceSettings

_HEAD = """# Settings

Written by `make docs` from the code that reads them; change them there.

A setting is a variable in the environment. A secret may be a file instead: `/run/secrets/brug_secret_key` is read as
`BRUG_SECRET_KEY`. A list or a table is written as JSON. A process that finds a secret which begins with `example`
refuses to start, and says which.

In Docker Compose the first table goes into `.env` beside `docker-compose.yml`. What the other tables name, and Compose
does not set itself, goes into `deploy/brug.env`, for all services. Secrets are files in `deploy/secrets`, made by
`brug secrets` ([install.md](install.md)). In the embedded stack (`make demo`) all is set already.
"""


def page() -> str:
    """All of it."""
    return _HEAD + "".join(_sections())


def classes() -> dict[str, tuple[type[BaseSettings], type[BaseSettings] | None]]:
    """Every class that reads the environment, under its heading; and what was told before it."""
    services = {
        f"{one.capitalize()} besides": (import_module(f"services.{one}.config").Settings, ServiceSettings)
        for one in SERVICES
    }
    return {
        "Every service": (ServiceSettings, None),
        **services,
        "`brug`: parts that are given, and what `brug migrate` prepares": (Given, ServiceSettings),
        "`brug` in a container": (ContainerSettings, None),
        "The demo's identity provider": (IdentitySettings, None),
    }


def _sections() -> Iterator[str]:
    yield _section("Docker Compose: `.env`", compose.rows())
    for heading, (settings, before) in classes().items():
        if found := list(rows(settings, before)):
            yield _section(heading, found)


def _section(heading: str, found: Sequence[Row]) -> str:
    head = f"\n## {heading}\n\n| name | meaning | default | example | |\n|---|---|---|---|---|\n"
    return head + "".join(f"{row}\n" for row in found)
