"""JSON API under /referral/api/v1 and its OpenAPI document."""

from services.referral.api import (
    agreements,
    capacity,
    directory,
    keeping,
    meetings,
    plans,
    referrals,
    tasks,
    teams,
    webhooks,
)
from services.referral.api.spec import SPEC

BLUEPRINTS = tuple(
    one.api for one in (directory, capacity, referrals, meetings, tasks, plans, agreements, keeping, teams, webhooks)
)

__all__ = ["BLUEPRINTS", "SPEC"]
