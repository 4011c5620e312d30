"""Settings of the demo's identity provider."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Refuses to exist outside a demo: whoever reaches this provider is whom they choose to be."""

    model_config = SettingsConfigDict(env_prefix="BRUG_", frozen=True, extra="ignore")

    demo: bool = Field(default=False, description="This is a demo; without it the provider does not start.")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where people reach all services.")
    secret_key: SecretStr = Field(description="Signs the cookie that says who was chosen.")
    cookie_suffix: str = Field(default="", description="Put after the cookie's name; stacks on one host differ in it.")
    staff_issuer: str = Field(default="", description="The provider's own name; empty: /idp under the public address.")
    staff_client_secret: SecretStr = Field(description="Secret of the services' client.")
    services: tuple[str, ...] = Field(
        default=("intake", "referral", "activities", "network"), description="Services that may send people here."
    )
    identity_people: Path | None = Field(default=None, description="File with the demo's people.")
    identity_key: SecretStr = Field(default=SecretStr(""), description="Signing key (JWK, P-256); empty: a new one.")
    identity_acr: str = Field(
        default="second-factor", description="What it says of how strong every sign-in is: strong enough for each role."
    )
    home: Path = Field(default=Path(".brug"), description="Folder of the demo; holds people.json unless named above.")

    @model_validator(mode="after")
    def _only_in_a_demo(self) -> "Settings":
        if not self.demo:
            raise ValueError("the demo's identity provider asks no password: it runs only where BRUG_DEMO is true")
        return self

    @classmethod
    def from_environment(cls) -> "Settings":
        read: Any = cls  # its arguments come from the environment, which a type checker cannot know
        made: Settings = read()
        return made

    @property
    def issuer(self) -> str:
        return (self.staff_issuer or f"{self.public_url.rstrip('/')}/idp").rstrip("/")

    @property
    def people_file(self) -> Path:
        return self.identity_people or self.home / "people.json"

    def __repr_args__(self) -> Any:
        return [("issuer", self.issuer)]
