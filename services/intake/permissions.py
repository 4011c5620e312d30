"""Intake's table of permissions, role x relation x action, as its routes and guards read it."""

from services.intake.domain.permits import PERMITS
from shared.permissions import PermissionTable

TABLE: PermissionTable = PERMITS
