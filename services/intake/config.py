"""Intake's settings; the only reader of the environment here."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What intake needs beside what every service needs."""

    heartbeat_seconds: float = Field(10, gt=0, description="How often intake tells the others that nothing waits.")
    code_valid_days: int = Field(14, ge=1, le=60, description="How long a person's sign-in code can be used.")
    correction_days: int = Field(
        14, ge=1, le=30, description="In how many days a school answers 'Dit klopt niet'; the law says one month."
    )
