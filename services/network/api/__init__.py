"""JSON API under /network/api/v1 and its OpenAPI document."""

from services.network.api import helpers, matches, requests, rounds
from services.network.api.spec import SPEC

BLUEPRINTS = (helpers.api, requests.api, matches.api, rounds.api)

__all__ = ["BLUEPRINTS", "SPEC"]
