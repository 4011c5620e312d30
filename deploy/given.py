"""What somebody else already runs: a part whose address is in the environment is used, and not started here."""

import json
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr

from deploy.local.home import Home, write_whole
from shared.settings import BrokerSettings, IssuerSettings

_FILE = "given.json"


class Given(BrokerSettings, IssuerSettings):
    """Parts that are given, under the names that the services use for them. Empty: the embedded one."""

    postgres_url: str = Field(
        default="", description="A superuser's address of PostgreSQL; roles and databases are made there."
    )

    @property
    def place_of_postgres(self) -> str:
        """Host and port of PostgreSQL."""
        parts: dict[str, Any] = conninfo_to_dict(self.postgres_url)
        return f"{parts.get('host', '127.0.0.1')}:{parts.get('port', '5432')}"

    def values(self) -> dict[str, str]:
        """What was given, by setting, so that another process can find the same."""
        told = {name: getattr(self, name) for name in sorted(self.model_fields_set)}
        return {
            f"BRUG_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in told.items()
        }

    def broker_values(self) -> dict[str, str]:
        """Those that say where the broker is and how to speak to it."""
        ours = {f"BRUG_{name.upper()}" for name in BrokerSettings.model_fields}
        return {name: value for name, value in self.values().items() if name in ours}


def remember(home: Home, given: Given) -> None:
    """For `brug` in another terminal, which has not this environment."""
    write_whole(home.folder / _FILE, json.dumps(given.values()), mode=0o600)


def remembered(home: Home) -> Given:
    """What the stack of this folder was given when it started."""
    try:
        values = json.loads((home.folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Given.model_construct()
    return Given(**{name.removeprefix("BRUG_").lower(): value for name, value in values.items()})
