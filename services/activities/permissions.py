"""The one table of role x relation x action of the activities service."""

from services.activities.domain.permits import PERMITS
from shared.permissions import PermissionTable

TABLE: PermissionTable = PERMITS
