"""The settings that every process of a service reads, from variables that start with BRUG_."""

from typing import Any, Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Each service's config.py makes its own from this; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="BRUG_", frozen=True, extra="ignore")

    database_url: str = Field(description="Where the database is, under the web or the worker role.")
    migrate_url: str = Field(default="", description="The same under the owner's role; only migrations use it.")
    kafka_bootstrap: str = Field(default="", description="Addresses of the broker, separated by commas.")
    topic_prefix: str = Field(default="", description="Put before every topic, so that stacks can share a broker.")
    partitions: int = Field(default=12, ge=1, description="Partitions of a topic that is created.")
    kafka_session_timeout_ms: int = Field(default=10_000, ge=1_000, description="After this a silent consumer is out.")

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

    staff_issuer: str = Field(default="", description="OpenID issuer of staff.")
    staff_client_id: str = Field(default="brug", description="Our client at the staff issuer.")
    staff_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")
    person_issuer: str = Field(
        default="",
        description="OpenID issuer of persons: intake; empty for its usual place under the public address.",
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
    metrics_port: int = Field(default=0, description="Where a worker shows its metrics on the loopback; 0: nowhere.")
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    demo: bool = Field(default=False, description="This is a demo: its identity provider asks no password.")

    @classmethod
    def from_environment(cls) -> Self:
        read: Any = cls  # its arguments come from the environment, which a type checker cannot know
        made: Self = read()
        return made

    @property
    def persons_issued_by(self) -> str:
        return self.person_issuer or f"{self.public_url.rstrip('/')}/intake/oidc"
