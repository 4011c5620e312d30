"""JSON API under /referral/api/v1 and its OpenAPI document."""

from services.referral.api import capacity, directory, meetings, plans, referrals, tasks, webhooks
from services.referral.api.spec import SPEC

BLUEPRINTS = (directory.api, capacity.api, referrals.api, meetings.api, tasks.api, plans.api, webhooks.api)

__all__ = ["BLUEPRINTS", "SPEC"]
