"""JSON API under /activities/api/v1 and its OpenAPI document."""

from services.activities.api import activities, registrations
from services.activities.api.spec import SPEC

BLUEPRINTS = (activities.api, registrations.api)

__all__ = ["BLUEPRINTS", "SPEC"]
