"""What each process finds in its environment: the settings of one stack, process by process."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import given
from deploy.given import Given
from deploy.kafka.settings import BrokerAdminSettings
from deploy.local import broker
from deploy.local.home import Failure, Home
from deploy.local.secret_values import of
from deploy.secret_values import public_part
from deploy.services import SERVICES
from shared.openid_clients import ALL_SERVICES


@dataclass(frozen=True)
class Environment:
    """One stack as its processes see it."""

    home: Path
    port: int
    ports: Mapping[str, int]
    secrets: Mapping[str, Any]
    given: Given

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bootstrap(self) -> str:
        return self.given.kafka_bootstrap or f"127.0.0.1:{self.ports['broker']}"

    @property
    def broker_settings(self) -> BrokerAdminSettings:
        """The given broker as its administrator reaches it, or the embedded one and what it can."""
        if self.given.kafka_bootstrap:
            return self.given
        return BrokerAdminSettings(
            kafka_bootstrap=self.bootstrap,
            kafka_session_timeout_ms=broker.SESSION_TIMEOUT_MS,
            partitions=broker.PARTITIONS,
        )

    @property
    def superuser(self) -> str:
        if self.given.postgres_url:
            return self.given.superuser
        return f"postgresql://postgres:{self.secrets['postgres']}@127.0.0.1:{self.ports['postgresql']}/postgres"

    def dsn(self, service: str, role: str) -> str:
        password = self.secrets["passwords"][service][role]
        place = self.given.place_of_postgres if self.given.postgres_url else f"127.0.0.1:{self.ports['postgresql']}"
        return f"postgresql://{service}_{role}:{password}@{place}/{service}"

    @property
    def staff_issuer_inside(self) -> str:
        """Where processes reach whoever says who staff are."""
        name, address = self.given.issuer_of_staff(self.public_url)
        return address or name or f"{self.public_url}/idp"

    @property
    def gateway_url(self) -> str:
        """Where the gateway says that it runs."""
        return f"{self.public_url}/gateway/health"

    def web_url(self, service: str) -> str:
        """Where a service's pages are without the gateway."""
        return f"http://127.0.0.1:{self.ports[service]}/{service}"

    def worker_url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[f'{service} worker']}"

    def metrics_url(self, service: str) -> str:
        return f"{self.worker_url(service)}/metrics"

    def web(self, service: str) -> dict[str, str]:
        """For the process that answers requests."""
        return self._service(service) | {"BRUG_DATABASE_URL": self.dsn(service, "web")}

    def worker(self, service: str) -> dict[str, str]:
        """For the process that relays, consumes and keeps time."""
        mail = self._mail_values() if service == "referral" else {}
        return (
            self._service(service)
            | mail
            | {
                "BRUG_DATABASE_URL": self.dsn(service, "worker"),
                "BRUG_METRICS_PORT": str(self.ports[f"{service} worker"]),
            }
        )

    @property
    def mail(self) -> Path:
        """Where the demo's mail catcher keeps what it gets."""
        return self.home / "mail"

    def _mail_values(self) -> dict[str, str]:
        """The catcher, where one runs: the embedded stack sends no mail to anybody."""
        if not self.ports.get("mail"):
            return {}
        return {"BRUG_SMTP_HOST": "127.0.0.1", "BRUG_SMTP_PORT": str(self.ports["mail"])}

    def catcher(self) -> dict[str, str]:
        """For the mail catcher."""
        return _plain()

    def migration(self, service: str) -> dict[str, str]:
        return _plain() | {"BRUG_SERVICE": service, "BRUG_MIGRATE_URL": self.dsn(service, "migrate")}

    def identity(self) -> dict[str, str]:
        """For the demo's identity provider of staff."""
        return _plain() | {
            "BRUG_PUBLIC_URL": self.public_url,
            "BRUG_SECRET_KEY": self.secrets["secret_keys"]["identity"],
            "BRUG_COOKIE_SUFFIX": str(self.port),
            "BRUG_STAFF_ISSUER": f"{self.public_url}/idp",
            "BRUG_STAFF_CLIENT_SECRET": self.secrets["staff_client"],
            "BRUG_IDENTITY_KEY": json.dumps(self.secrets["identity_key"]),
            "BRUG_HOME": str(self.home),
            "BRUG_DEMO": "true",
        }

    def gateway(self) -> dict[str, str]:
        """For Caddy; the names that deploy/Caddyfile uses."""
        upstreams = {f"BRUG_{service.upper()}": f"127.0.0.1:{self.ports[service]}" for service in SERVICES}
        return (
            _plain()
            | upstreams
            | {
                "BRUG_SITE": f"http://:{self.port}",
                "BRUG_BIND": "127.0.0.1",
                "BRUG_PUBLIC_URL": self.public_url,
                "BRUG_IDENTITY": f"127.0.0.1:{self.ports['identity']}",
                "BRUG_KEYCLOAK": self.given.keycloak or "127.0.0.1:1",
                "XDG_DATA_HOME": str(self.home / "caddy"),
                "XDG_CONFIG_HOME": str(self.home / "caddy"),
            }
        )

    def _service(self, service: str) -> dict[str, str]:
        values = _plain() | {
            "BRUG_SERVICE": service,
            "BRUG_PUBLIC_URL": self.public_url,
            "BRUG_SECRET_KEY": self.secrets["secret_keys"][service],
            "BRUG_COOKIE_SUFFIX": str(self.port),
            "BRUG_SECURE_COOKIES": "false",
            "BRUG_PERSON_ISSUER": f"{self.public_url}/intake/oidc",
            "BRUG_PERSON_CLIENT_ID": ALL_SERVICES,
            "BRUG_PERSON_CLIENT_SECRET": self.secrets["person_client"],
            "BRUG_LOG_FORMAT": "console",
            "BRUG_DEMO": "true",
        }
        if service == "referral":
            # A demo's webhooks go to whatever listens beside it; a Brug that others reach refuses this setting.
            values["BRUG_WEBHOOKS_TO_LOCALHOST"] = "true"
        values |= self._broker_values(service) | self._issuer_values(service) | self._key_values(service)
        if service in ("activities", "network"):
            # In the demo a made-up translator signed both; a city names its own (R26).
            values["BRUG_AKKOORD_LANGUAGES"] = json.dumps(["nl", "ar"])
        return values

    def _key_values(self, service: str) -> dict[str, str]:
        """What the service seals and opens with, and makes others' ids from."""
        values = {"BRUG_SEALING_PRIVATE_KEY": json.dumps(self.secrets["sealing"][service])}
        if service == "intake":
            sealing = {name: public_part(key) for name, key in self.secrets["sealing"].items()}
            values["BRUG_SEALING_PUBLIC_KEYS"] = json.dumps(sealing)
        if service in ("intake", "referral"):
            values["BRUG_PAIRWISE_SECRET"] = self.secrets["pairwise"]
        return values

    def _issuer_values(self, service: str) -> dict[str, str]:
        """Where staff sign in. At a Keycloak each service is a client of its own, with a secret of its own."""
        issuer, address = self.given.issuer_of_staff(self.public_url)
        own = self.given.staff_client_secrets.get(service)
        secret = (own or self.given.staff_client_secret).get_secret_value()
        accounts = self.given.accounts_client_secret.get_secret_value()
        makes_accounts = {"BRUG_ACCOUNTS_CLIENT_ID": "brug-accounts", "BRUG_ACCOUNTS_CLIENT_SECRET": accounts}
        return (makes_accounts if accounts and service == "referral" else {}) | {
            "BRUG_STAFF_ISSUER": issuer or f"{self.public_url}/idp",
            "BRUG_STAFF_ISSUER_ADDRESS": address,
            "BRUG_STAFF_CLIENT_ID": f"brug-{service}" if own else self.given.staff_client_id,
            "BRUG_STAFF_CLIENT_SECRET": secret or self.secrets["staff_client"],
            "BRUG_STRONG_ACR": json.dumps(self.given.strong_acr),
        }

    def _broker_values(self, service: str) -> dict[str, str]:
        if self.given.kafka_bootstrap:
            return self.given.broker_values() | self.given.own_user(service)
        return {
            "BRUG_KAFKA_BOOTSTRAP": self.bootstrap,
            "BRUG_KAFKA_SESSION_TIMEOUT_MS": str(broker.SESSION_TIMEOUT_MS),
            "BRUG_PARTITIONS": str(broker.PARTITIONS),
        }


def of_running_stack(home: Home) -> Environment:
    """The environment of the stack that runs from this folder now; in a container, of the stack it belongs to."""
    from deploy import containers

    if containers.are_around_us():
        return containers.environment(home.folder)
    state = home.state()
    if not state.get("ports") or not home.is_running():
        raise Failure(f"Brug does not run from {home.folder}. Start it with `brug up --demo`.")
    return Environment(home.folder, int(state["port"]), state["ports"], of(home), given.remembered(home))


def _plain() -> dict[str, str]:
    """What any process needs, and nothing of the person's own environment beside it."""
    kept = ("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "VIRTUAL_ENV")
    values = {name: os.environ[name] for name in kept if name in os.environ}
    return values | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
