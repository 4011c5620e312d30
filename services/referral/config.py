"""Referral's settings; the only reader of the environment here."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from services.referral.domain import Terms
from services.referral.domain.plan import PlanTerms
from shared.outside import LOCAL_NAMES
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """As every service, the terms within which a referral is seen and answered (R8), and who makes accounts."""

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
