"""Who may do what here: one table, role x relation x action. It stands in the domain, where commands reach it."""

from services.network.domain.permits import PERMITS
from shared.permissions import PermissionTable

TABLE: PermissionTable = PERMITS
