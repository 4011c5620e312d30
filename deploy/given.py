"""What somebody else already runs: a part whose address is in the environment is used, and not started here."""

import json
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, field_validator

from deploy.kafka.settings import BrokerAdminSettings
from deploy.keycloak import realm
from deploy.local.home import Home, write_whole
from shared.db import with_password
from shared.settings import BrokerSettings, IssuerSettings

_FILE = "given.json"


class Given(BrokerAdminSettings, IssuerSettings):
    """Parts that are given, under the names that the services use for them. Empty: the embedded one."""

    postgres_url: str = Field(
        default="", description="A superuser's address of PostgreSQL; roles and databases are made there."
    )
    postgres_password: SecretStr = Field(
        default=SecretStr(""), description="The superuser's password, where the address has none."
    )
    keycloak: str = Field(
        default="", description="Host and port of a Keycloak that knows our realm; the gateway serves it under /auth."
    )
    keycloak_admin: str = Field(default="brug-admin", description="Its administrator, who adds the demo's people.")
    keycloak_admin_password: SecretStr = Field(
        default=SecretStr(""), description="The administrator's password; empty: nobody is added."
    )
    staff_client_secrets: dict[str, SecretStr] = Field(
        default_factory=dict, description="By service, the secret of its own client `brug-<service>`."
    )
    accounts_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret of `brug-accounts`, with which referral makes invited accounts."
    )

    @field_validator("staff_client_secrets", "kafka_passwords", mode="before")
    @classmethod
    def _from_text(cls, told: Any) -> Any:
        return json.loads(told) if isinstance(told, str) else told

    def issuer_of_staff(self, public_url: str) -> tuple[str, str]:
        """The issuer's name, and where processes reach it: as given, or that of the Keycloak that is given."""
        if self.keycloak and not self.staff_issuer:
            inside = f"http://{self.keycloak}{realm.PATH}/realms/{realm.REALM}"
            return realm.issuer(public_url), self.staff_issuer_address or inside
        return self.staff_issuer, self.staff_issuer_address

    @property
    def has_issuer(self) -> bool:
        return bool(self.keycloak or self.staff_issuer)

    @property
    def superuser(self) -> str:
        """The superuser's whole address."""
        return with_password(self.postgres_url, self.postgres_password)

    @property
    def place_of_postgres(self) -> str:
        """Host and port of PostgreSQL."""
        parts: dict[str, Any] = conninfo_to_dict(self.postgres_url)
        return f"{parts.get('host', '127.0.0.1')}:{parts.get('port', '5432')}"

    def values(self) -> dict[str, str]:
        """What was given, by setting, so that another process can find the same."""
        told = {name: getattr(self, name) for name in sorted(self.model_fields_set)}
        return {f"BRUG_{name.upper()}": _plain(value) for name, value in told.items()}

    def broker_values(self) -> dict[str, str]:
        """Those that every service's process may know: not the passwords of the others."""
        ours = {f"BRUG_{name.upper()}" for name in BrokerSettings.model_fields}
        return {name: value for name, value in self.values().items() if name in ours}


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps({name: _plain(one) for name, one in value.items()})
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


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
