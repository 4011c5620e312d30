"""Who may do what here: one table, role x relation x action; the rows of moves come from the domain."""

from services.referral.domain import PERMITS
from shared.permissions import PermissionTable

TABLE: PermissionTable = PERMITS
