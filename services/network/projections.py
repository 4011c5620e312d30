"""What network knows of other services' events: organisations, agreements, persons, safety flags, akkoorden, keys."""

from shared import akkoord, directory, keys, safety
from shared.inbox import Handlers

PROJECTIONS: Handlers = {**directory.PROJECTIONS, **akkoord.PROJECTIONS, **keys.PROJECTIONS, **safety.PROJECTIONS}
