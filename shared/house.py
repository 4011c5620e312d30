"""What a running web process holds, so that pages and shared parts can reach it inside a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app

from shared.permissions import PermissionTable
from shared.settings import ServiceSettings

if TYPE_CHECKING:
    from shared.db import Connection, Database
    from shared.openid_client import Issuer
    from shared.security import Actor, ActorKind


@dataclass(frozen=True)
class House:
    """`settings` is the service's own subclass; `issuers` are those whose tokens and sign-ins count here.

    `guest_of` tells who comes by a link of this id, where the service has guests.
    """

    service: str
    settings: Any  # the service's own subclass of ServiceSettings
    db: "Database"
    table: PermissionTable
    issuers: "Mapping[ActorKind, Issuer]" = field(default_factory=dict)
    person_sign_in: str = ""
    staff_entered: "Callable[[Connection, str], None] | None" = None
    guest_of: "Callable[[Connection, UUID], Actor] | None" = None

    @property
    def shared_settings(self) -> ServiceSettings:
        settings: ServiceSettings = self.settings
        return settings


def house() -> House:
    """The house of the service that answers this request."""
    found: House = current_app.extensions["brug"]
    return found
