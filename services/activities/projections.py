"""What activities remembers of others: organisations and agreements, persons, akkoorden, keys."""

from shared import akkoord, directory, keys
from shared.inbox import Handlers

PROJECTIONS: Handlers = {**directory.PROJECTIONS, **akkoord.PROJECTIONS, **keys.PROJECTIONS}
