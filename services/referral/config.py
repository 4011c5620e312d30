"""Referral's settings; the only reader of the environment here."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from services.referral.commands.guests import Desk
from services.referral.domain import Terms
from services.referral.domain.guests import Seals
from services.referral.domain.plan import PlanTerms
from shared.mail import Server
from shared.outside import LOCAL_NAMES
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """As every service, the terms of a referral (R8) and of a plan, who makes accounts, and who takes mail."""

    seen_within_days: int = Field(3, ge=1, le=60, description="Belgian working days within which a referral is opened.")
    answered_within_days: int = Field(7, ge=1, le=90, description="Working days within which it is answered.")
    plan_review_weeks: int = Field(6, ge=1, le=52, description="Weeks after which a plan is looked at again (R10).")
    plan_months: int = Field(4, ge=1, le=24, description="Months after which a plan ends (R10).")
    akkoord_languages: tuple[str, ...] = Field(
        ("nl", "ar"), description="Languages in which a named human has signed the text that asks a yes (R26)."
    )

    accounts_client_id: str = Field(
        default="",
        description="Client at the staff issuer (Keycloak) that makes accounts of whoever is invited; empty: the issuer"
        " makes them itself, and nobody is invited here.",
    )
    accounts_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Its secret; the worker alone needs it."
    )
    expires_after_days: int = Field(
        20, ge=1, le=260, description="Working days after which a referral that nobody answered is over."
    )

    smtp_host: str = Field(
        default="",
        description="Mail server to which the worker gives mail for receivers without an account; empty: none goes.",
    )
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Its port.")
    smtp_from: str = Field(default="brug@localhost", description="Who that mail comes from.")
    smtp_auth: bool = Field(default=False, description="Whether the server wants a name and a password.")
    smtp_user: str = Field(default="", description="That name.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="That password; the worker alone needs it.")
    smtp_ssl: bool = Field(default=False, description="TLS from the first byte.")
    smtp_starttls: bool = Field(default=False, description="TLS after a greeting.")
    webhooks_to_localhost: bool = Field(
        default=False,
        description="Webhooks may also go to `http://localhost` at any port: for a demo or tests on one machine."
        " Refused where people reach Brug over HTTPS, as in Docker Compose, or at any address but this machine's own.",
    )

    @model_validator(mode="after")
    def _localhost_at_home_only(self) -> Self:
        place = urlsplit(self.public_url)
        if self.webhooks_to_localhost and (place.scheme != "http" or place.hostname not in LOCAL_NAMES):
            raise ValueError("BRUG_WEBHOOKS_TO_LOCALHOST is for a Brug on http://127.0.0.1 alone")
        return self

    @property
    def mail_server(self) -> Server | None:
        """None where no mail is to go."""
        if not self.smtp_host:
            return None
        user = self.smtp_user if self.smtp_auth else ""
        password = self.smtp_password.get_secret_value()
        return Server(self.smtp_host, self.smtp_port, self.smtp_from, user, password, self.smtp_ssl, self.smtp_starttls)

    @property
    def desk(self) -> Desk:
        """What guests need, as a value; web and worker make the same links and codes from the same secret."""
        return Desk(Seals(self.secret_key.get_secret_value()), self.terms)

    @property
    def makes_accounts(self) -> bool:
        return bool(self.accounts_client_id)

    @property
    def terms(self) -> Terms:
        """What commands and views need of these, as a value."""
        return Terms(
            seen_within_days=self.seen_within_days,
            answered_within_days=self.answered_within_days,
            freshness_seconds=self.freshness_seconds,
            pairwise_secret=self.pairwise_secret.get_secret_value(),
            expires_after_days=self.expires_after_days,
        )

    @property
    def plan_terms(self) -> PlanTerms:
        """The same for family plans."""
        return PlanTerms(
            review_weeks=self.plan_review_weeks,
            months=self.plan_months,
            freshness_seconds=self.freshness_seconds,
            pairwise_secret=self.pairwise_secret.get_secret_value(),
        )
