"""What network knows of other services' events: organisations and agreements, persons, akkoorden, keys."""

from shared import akkoord, directory, keys
from shared.inbox import Handlers

PROJECTIONS: Handlers = {**directory.PROJECTIONS, **akkoord.PROJECTIONS, **keys.PROJECTIONS}
