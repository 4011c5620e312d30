"""A service as a web application: its wiring, who asks, what is refused, headers and health."""

from shared.house import House, house
from shared.web.access import current_actor, may_change, public_page, requires, session_name
from shared.web.fragments import polled
from shared.web.wiring import Wiring, create_service

__all__ = [
    "House",
    "Wiring",
    "create_service",
    "current_actor",
    "house",
    "may_change",
    "polled",
    "public_page",
    "requires",
    "session_name",
]
