"""The services' databases as the demo loader enters them, and the actors that it plays."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TypeVar

from deploy.demo.directory import Staff
from deploy.environment import Environment
from deploy.services import SERVICES
from shared.db import Database
from shared.keyring import Keyring
from shared.refusals import Refusal
from shared.security import Actor, ActorKind, Membership

Made = TypeVar("Made")
_PATIENCE = 60  # seconds that an event may take from one service to another


class Rooms:
    """Every service's database under its web and its worker role."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._open = ExitStack()
        self._pools: dict[tuple[str, str], Database] = {}

    def __enter__(self) -> "Rooms":
        for service in SERVICES:
            for role, values in (("web", self.environment.web(service)), ("worker", self.environment.worker(service))):
                public_keys = json.loads(values.get("BRUG_SEALING_PUBLIC_KEYS", "{}"))
                keyring = Keyring(values["BRUG_SEALING_PRIVATE_KEY"], public_keys)
                pool = Database(values["BRUG_DATABASE_URL"], service=service, keyring=keyring, max_size=2)
                pool.open()
                self._open.callback(pool.close)
                self._pools[service, role] = pool
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        self._open.close()

    def web(self, service: str) -> Database:
        return self._pools[service, "web"]

    def worker(self, service: str) -> Database:
        return self._pools[service, "worker"]


def actor_of(staff: Staff) -> Actor:
    membership = Membership(staff.organisation.id, staff.role, staff.function, staff.secrecy)
    return Actor(staff.id, ActorKind.STAFF, (membership,))


def as_soon_as_known(act: Callable[[], Made]) -> Made:
    """Try until what the act relies on has arrived from the other services."""
    limit = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except Refusal:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)
