"""Referral's settings; the only reader of the environment here."""

from pydantic import Field

from services.referral.domain import Terms
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """As every service, and the terms within which a referral is seen and answered (R8)."""

    seen_within_days: int = Field(3, ge=1, le=60, description="Working days within which a referral is opened.")
    answered_within_days: int = Field(7, ge=1, le=90, description="Working days within which it is answered.")

    @property
    def terms(self) -> Terms:
        """What commands and views need of these, as a value."""
        return Terms(
            seen_within_days=self.seen_within_days,
            answered_within_days=self.answered_within_days,
            freshness_seconds=self.freshness_seconds,
            pairwise_secret=self.pairwise_secret.get_secret_value(),
        )
