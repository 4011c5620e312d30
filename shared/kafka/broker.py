"""Where the broker is, and as whom to speak to it."""

from pathlib import Path
from typing import Any, NamedTuple, Self

from shared.settings import BrokerSettings


class Broker(NamedTuple):
    """Where the broker is and how to talk to it. `prefix` keeps test runs apart."""

    bootstrap: str
    prefix: str = ""
    partitions: int = 12
    session_timeout_ms: int = 10000
    replication: int = 1
    min_insync: int = 1
    protocol: str = "PLAINTEXT"
    ca_file: Path | None = None
    username: str = ""
    password: str = ""

    @classmethod
    def of(cls, settings: BrokerSettings) -> Self:
        """The broker that the settings name."""
        return cls(
            bootstrap=settings.kafka_bootstrap,
            prefix=settings.topic_prefix,
            partitions=settings.partitions,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            replication=settings.topic_replication,
            min_insync=settings.topic_min_insync,
            protocol=settings.kafka_security_protocol,
            ca_file=settings.kafka_ca_file,
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
        )

    def client(self) -> dict[str, Any]:
        """What every client of this broker is made with."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.protocol,
            # A broker that comes back is found at once, not after half a minute.
            "reconnect_backoff_max_ms": 1000,
        }
        if self.protocol.endswith("SSL") and self.ca_file:
            options["ssl_cafile"] = str(self.ca_file)
        if self.protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options
