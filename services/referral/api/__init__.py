"""JSON API under /referral/api/v1 and its OpenAPI document."""

from services.referral.api import agreements, capacity, directory, keeping, meetings, plans, referrals, tasks
from services.referral.api.spec import SPEC

BLUEPRINTS = (
    directory.api,
    capacity.api,
    referrals.api,
    meetings.api,
    tasks.api,
    plans.api,
    agreements.api,
    keeping.api,
)

__all__ = ["BLUEPRINTS", "SPEC"]
