"""What referral remembers of others: persons, akkoorden, keys and how fresh that is. The directory is its own."""

from shared import akkoord, keys
from shared.inbox import Handlers

PROJECTIONS: Handlers = {**akkoord.PROJECTIONS, **keys.PROJECTIONS}
