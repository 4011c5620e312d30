"""The stack of docker-compose.yml as `brug` sees it from a container of its own beside the others."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr

from deploy.environment import Environment
from deploy.given import Given
from deploy.kafka.settings import BrokerAdminSettings
from deploy.secret_files import read
from deploy.services import SERVICES
from shared.settings import HouseSettings

SECRETS = Path("/run/secrets")
_MAIL = ("smtp_host", "smtp_port", "smtp_from", "smtp_auth", "smtp_user", "smtp_ssl", "smtp_starttls")
WEB_PORT, METRICS_PORT, GATEWAY_HEALTH_PORT = 8000, 9000, 2020


class ContainerSettings(HouseSettings):
    """What only `brug` in a container reads; beside what every process reads."""

    containers: bool = Field(default=False, description="`brug` runs in a container beside the others.")
    public_url: str = Field(default="", description="Where people reach all services.")
    smtp_host: str = Field(default="localhost", description="The mail server that Keycloak gives its mail to.")
    smtp_port: str = Field(default="25", description="Its port.")
    smtp_from: str = Field(default="brug@localhost", description="Who its mail comes from.")
    smtp_auth: str = Field(default="false", description="Whether the server wants a name and a password.")
    smtp_user: str = Field(default="", description="That name.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="That password.")
    smtp_ssl: str = Field(default="false", description="TLS from the first byte.")
    smtp_starttls: str = Field(default="false", description="TLS after a greeting.")


class ContainerEnvironment(Environment):
    """Each service has its containers under its own name on the stack's networks."""

    @property
    def public_url(self) -> str:
        return ContainerSettings.from_environment().public_url

    @property
    def broker_settings(self) -> BrokerAdminSettings:
        """With each service's password at the broker, which stand in files of their own here."""
        return self.given.model_copy(
            update={"kafka_passwords": {one: SecretStr(told) for one, told in self.secrets["kafka_passwords"].items()}}
        )

    @property
    def gateway_url(self) -> str:
        return f"http://gateway:{GATEWAY_HEALTH_PORT}"

    @property
    def realm_values(self) -> dict[str, str]:
        """What Keycloak's own container has for its realm file."""
        settings = ContainerSettings.from_environment()
        mail = {f"BRUG_{name.upper()}": str(getattr(settings, name)) for name in _MAIL}
        inside = {f"BRUG_{one.upper()}_ADDRESS": f"http://{one}-web:{WEB_PORT}" for one in SERVICES}
        secrets = {f"BRUG_{one.upper()}_CLIENT_SECRET": told for one, told in self.secrets["clients"].items()}
        password = {"BRUG_SMTP_PASSWORD": settings.smtp_password.get_secret_value()}
        return {"BRUG_PUBLIC_URL": self.public_url, **mail, **password, **inside, **secrets}

    def web_url(self, service: str) -> str:
        return f"http://{service}-web:{WEB_PORT}/{service}"

    def worker_url(self, service: str) -> str:
        return f"http://{service}-worker:{METRICS_PORT}"

    def _service(self, service: str) -> dict[str, str]:
        """What is known here: the demo's loader enters their databases, but nobody runs their processes from here."""
        return self._key_values(service)


def are_around_us() -> bool:
    """Whether this process runs in a container of docker-compose.yml."""
    return ContainerSettings.from_environment().containers


def environment(home: Path) -> ContainerEnvironment:
    """From the variables and the secrets of this container; `home` is for what is written beside the databases."""
    secrets: dict[str, Any] = read(SECRETS)
    ports = {f"{service} worker": METRICS_PORT for service in SERVICES}
    return ContainerEnvironment(home, 0, ports, secrets, Given.from_environment())
