"""JSON API under /activities/api/v1 and its OpenAPI document."""

from services.activities.api import activities, feed, registrations
from services.activities.api.spec import SPEC

BLUEPRINTS = (activities.api, registrations.api, feed.api)
PLAIN = (feed.pages,)

__all__ = ["BLUEPRINTS", "PLAIN", "SPEC"]
