"""The settings that processes read: variables that start with BRUG_, or files of secrets of the same names."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where container engines mount secrets: the file `brug_secret_key` there is read as BRUG_SECRET_KEY.
_SECRETS = Path("/run/secrets")
_EXAMPLE = "example"


def is_example(secret: str) -> bool:
    """Whether this stands where a secret should: no one made by us begins so."""
    return secret.lower().startswith(_EXAMPLE)


class HouseSettings(BaseSettings):
    """How every process reads its settings; one that finds an example instead of a secret refuses to start."""

    model_config = SettingsConfigDict(
        env_prefix="BRUG_",
        frozen=True,
        extra="ignore",
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        hide_input_in_errors=True,  # else what is wrong with one setting would be told with the secrets beside it
    )

    @classmethod
    def from_environment(cls) -> Self:
        read: Any = cls  # its arguments come from the environment, which a type checker cannot know
        made: Self = read()
        return made

    @model_validator(mode="after")
    def _no_example(self) -> Self:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr) and is_example(value.get_secret_value()):
                raise ValueError(
                    f"BRUG_{name.upper()} is still the example of the documentation; `brug secrets` writes fresh ones"
                )
        return self


class BrokerSettings(HouseSettings):
    """Where the broker is, and as whom to speak to it."""

    kafka_bootstrap: str = Field(default="", description="Addresses of the broker, separated by commas.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How to speak to the broker; PLAINTEXT only on an own, closed network."
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="Certificate (PEM) of the authority that signed the broker's; empty: the system's."
    )
    kafka_username: str = Field(default="", description="SASL/SCRAM-SHA-512 user: one for each service.")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    kafka_session_timeout_ms: int = Field(default=10_000, ge=1_000, description="After this a silent consumer is out.")
    topic_prefix: str = Field(default="", description="Put before every topic, so that stacks can share a broker.")
    partitions: int = Field(default=12, ge=1, description="Partitions of a topic that is created.")
    topic_replication: int = Field(default=1, ge=1, le=9, description="Brokers that hold each record of a new topic.")
    topic_min_insync: int = Field(
        default=1, ge=1, le=9, description="Brokers that must have a record before it counts as sent."
    )


class IssuerSettings(HouseSettings):
    """Who says who staff are, and as which client we ask."""

    staff_issuer: str = Field(default="", description="OpenID issuer of staff, as its tokens name it.")
    staff_issuer_address: str = Field(
        default="",
        description="Where processes reach that issuer, if not by that name (inside a closed network).",
    )
    staff_client_id: str = Field(default="brug", description="The service's client at the staff issuer.")
    staff_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")
    strong_acr: tuple[str, ...] = Field(
        default=("second-factor",),
        description="What that issuer's `acr` says of a sign-in with a second factor; the first is what we ask for."
        " Empty: it asks everyone for one, and says nothing of it.",
    )
    strong_roles: tuple[str, ...] = Field(
        default=("partner_worker", "responsible", "coordinator", "dpo"),
        description="Roles that count only after a sign-in with a second factor.",
    )


class ServiceSettings(BrokerSettings, IssuerSettings):
    """Each service's config.py makes its own from this; nothing else in a service reads the environment."""

    database_url: str = Field(description="Where the database is, under the web or the worker role.")
    database_password: SecretStr = Field(
        default=SecretStr(""), description="That role's password, where the address has none."
    )

    public_url: str = Field(default="http://127.0.0.1:8000", description="Where people reach all services.")
    secret_key: SecretStr = Field(description="Signs forms. One for each service, at least 32 characters.")
    cookie_suffix: str = Field(default="", description="Put after cookies' names; stacks on one host differ in it.")
    secure_cookies: bool = Field(
        default=True, description="Cookies travel over HTTPS only; false for the demo on 127.0.0.1."
    )
    services: tuple[str, ...] = Field(
        default=("intake", "referral", "activities", "network"),
        description="Services behind the public address; signing out of one signs out of all.",
    )

    person_issuer: str = Field(
        default="",
        description="OpenID issuer of persons: intake; empty for its usual place under the public address.",
    )
    person_issuer_address: str = Field(
        default="",
        description="Where processes reach that issuer, if not by that name (inside a closed network).",
    )
    person_client_id: str = Field(default="brug", description="Our client at the person issuer.")
    person_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")

    sealing_private_key: SecretStr = Field(
        default=SecretStr(""), description="The service's own X25519 key (JWK) that unwraps what is sealed for it."
    )
    sealing_public_keys: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Each service's public X25519 key (JWK); intake wraps keys for them.",
    )
    pairwise_secret: SecretStr = Field(default=SecretStr(""), description="Makes ids that differ for each receiver.")

    freshness_seconds: int = Field(
        default=60, ge=1, description="Older knowledge of akkoorden stops sending and reading."
    )
    notice_seconds: int = Field(
        default=30, ge=1, description="Events that wait longer than this are told of on every page."
    )
    metrics_port: int = Field(default=0, description="Where a worker shows its metrics; 0: nowhere.")
    metrics_address: str = Field(
        default="127.0.0.1", description="On which address; 0.0.0.0 only on an own, closed network."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    demo: bool = Field(default=False, description="This is a demo: its identity provider asks no password.")

    @property
    def persons_issued_by(self) -> str:
        return self.person_issuer or f"{self.public_url.rstrip('/')}/intake/oidc"
