"""JSON API under /network/api/v1 and its OpenAPI document."""

from services.network.api import board, helpers, matches, requests, rounds
from services.network.api.spec import SPEC

BLUEPRINTS = (helpers.api, requests.api, matches.api, rounds.api, board.api)

__all__ = ["BLUEPRINTS", "SPEC"]
