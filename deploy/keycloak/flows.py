"""What Keycloak asks of somebody who comes from a city's own provider, made where it is not there yet.

Not in the realm file: that is read at the first start only, and a city may add its provider years later.
"""

from typing import Any, NamedTuple

from deploy.keycloak.admin import Admin
from deploy.local.home import Failure

ARRIVAL = "brug first arrival"
AFTER = "brug after a provider"

_LEVEL = "conditional-level-of-authentication"
_LASTS = "28800"  # seconds, as the levels of 'brug browser' do


class Level(NamedTuple):
    """A part of a flow that is gone through where this level is asked, and counts as that level afterwards."""

    name: str
    level: int
    step: str


# Nobody gets an account here: who was not invited is refused by the first step.
_ARRIVAL = ("idp-detect-existing-broker-user", "idp-auto-link")
# The provider's word is as good as our password, and no better: a role that asks more gets our own second step.
_AFTER = (
    Level("brug provider's word", 1, "allow-access-authenticator"),
    Level("brug second factor after a provider", 2, "auth-otp-form"),
)


def ensure(admin: Admin) -> None:
    """Both flows as they stand here; one that was left unfinished is made anew."""
    _ensure(admin, ARRIVAL, _ARRIVAL)
    _ensure(admin, AFTER, _AFTER)


def _ensure(admin: Admin, alias: str, steps: tuple[str | Level, ...]) -> None:
    known = {one["alias"]: one["id"] for one in admin.ask("GET", "/authentication/flows").json()}
    if alias in known:
        if _told(admin, alias) == _wanted(steps):
            return
        admin.ask("DELETE", f"/authentication/flows/{known[alias]}")
    flow = {"alias": alias, "providerId": "basic-flow", "topLevel": True, "builtIn": False}
    admin.ask("POST", "/authentication/flows", flow)
    for step in steps:
        if isinstance(step, Level):
            _add_level(admin, alias, step)
        else:
            _add(admin, alias, step)
    if _told(admin, alias) != _wanted(steps):
        raise Failure(f"Keycloak made something else of its flow '{alias}'.")


def _add_level(admin: Admin, alias: str, level: Level) -> None:
    part = {"alias": level.name, "type": "basic-flow", "provider": "registration-page-form"}
    made = admin.ask("POST", f"/authentication/flows/{alias}/executions/flow", part)
    _demand(admin, alias, made.headers["location"], "CONDITIONAL")
    condition = _add(admin, level.name, _LEVEL)
    config = {"loa-condition-level": str(level.level), "loa-max-age": _LASTS}
    admin.ask("POST", f"/authentication/executions/{condition}/config", {"alias": level.name, "config": config})
    _add(admin, level.name, level.step)


def _add(admin: Admin, alias: str, authenticator: str) -> str:
    made = admin.ask("POST", f"/authentication/flows/{alias}/executions/execution", {"provider": authenticator})
    return _demand(admin, alias, made.headers["location"], "REQUIRED")


def _demand(admin: Admin, alias: str, location: str, requirement: str) -> str:
    """Keycloak adds every step as one that is left out."""
    told = location.rpartition("/")[2]
    (found,) = (one for one in _executions(admin, alias) if told in (one["id"], one.get("flowId")))
    admin.ask("PUT", f"/authentication/flows/{alias}/executions", {**found, "requirement": requirement})
    return str(found["id"])


def _executions(admin: Admin, alias: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.ask("GET", f"/authentication/flows/{alias}/executions").json()
    return found


def _told(admin: Admin, alias: str) -> list[tuple[str, str]]:
    return [(one.get("providerId") or one["displayName"], one["requirement"]) for one in _executions(admin, alias)]


def _wanted(steps: tuple[str | Level, ...]) -> list[tuple[str, str]]:
    wanted = []
    for step in steps:
        if isinstance(step, Level):
            wanted += [(step.name, "CONDITIONAL"), (_LEVEL, "REQUIRED"), (step.step, "REQUIRED")]
        else:
            wanted.append((step, "REQUIRED"))
    return wanted
