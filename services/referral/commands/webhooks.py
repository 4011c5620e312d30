"""What an organisation does with its webhooks: register, change, new secret, test, send again, remove."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from services.referral.domain import PERMITS
from services.referral.domain.refusals import TooManyWebhooks, UnsafeAddress, WebhookRests
from services.referral.domain.webhooks import Endpoint, EndpointState, checked_address, checked_types
from services.referral.store import directory
from services.referral.store.webhooks import deliveries, endpoints, events
from shared import clock, idempotency, signing
from shared.db import Connection, Database
from shared.outside import Inside, Outside, Unreachable
from shared.permissions import demand
from shared.refusals import NotThere, Stale
from shared.security import Actor

MOST = 10  # addresses of one organisation
_ROUTE = "webhooks"


class Wish(NamedTuple):
    """Which address hears of what. `local`: the setting that lets `http://localhost` through."""

    organisation_id: UUID
    url: str
    types: tuple[str, ...]
    local: bool = False


class Change(NamedTuple):
    """An address as it should be; `version` is the one that somebody saw."""

    id: UUID
    version: int
    url: str
    types: tuple[str, ...]
    state: EndpointState
    local: bool = False


class Made(NamedTuple):
    """`secret` is said this once: nobody can read it here again. None where the same request made it before."""

    id: UUID
    secret: str | None


def register_webhook(db: Database, actor: Actor, wish: Wish, *, key: str | None = None) -> Made:
    """Raises UnsafeAddress, UnknownEventType, TooManyWebhooks."""
    demand(PERMITS, actor, "webhook.manage", owner=wish.organisation_id)
    types = checked_types(wish.types)
    url = _outside(wish.url, local=wish.local)
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, _ROUTE)
        if before:
            return Made(before, None)
        if not directory.known(conn, [wish.organisation_id]):
            raise NotThere(str(wish.organisation_id))
        if endpoints.count(conn, wish.organisation_id) >= MOST:
            raise TooManyWebhooks(str(MOST))
        one = Endpoint(uuid4(), wish.organisation_id, url, types, clock.now())
        secret = signing.new_secret()
        endpoints.insert(conn, one)
        endpoints.add_secret(conn, one, secret, clock.now())
        idempotency.remember(conn, key, _ROUTE, one.id)
    return Made(one.id, secret)


def change_webhook(db: Database, actor: Actor, change: Change) -> Endpoint:
    """Another address, other events, paused or going again. Raises as registering does, and Stale."""
    types = checked_types(change.types)
    with db.transaction(actor) as conn:
        before = _permitted(conn, actor, change.id)
    url = before.url if before.url == change.url else _outside(change.url, local=change.local)
    with db.transaction(actor) as conn:
        found = _locked(conn, actor, change.id, change.version)
        changed = found.change(url, types, change.state)
        endpoints.save(conn, changed, found.version)
    return changed


def remove_webhook(db: Database, actor: Actor, endpoint_id: UUID, version: int) -> None:
    with db.transaction(actor) as conn:
        _locked(conn, actor, endpoint_id, version)
        endpoints.remove(conn, endpoint_id)


def rotate_secret(db: Database, actor: Actor, endpoint_id: UUID, *, key: str | None = None) -> Made:
    """A new secret; for a day the one before it signs too, so that the receiver can change over unhurried."""
    route = f"{_ROUTE}/{endpoint_id}/secret"
    with db.transaction(actor) as conn:
        found = _permitted(conn, actor, endpoint_id)
        if idempotency.made_before(conn, key, route):
            return Made(endpoint_id, None)
        secret = signing.new_secret()
        endpoints.add_secret(conn, found, secret, clock.now())
        idempotency.remember(conn, key, route, endpoint_id)
    return Made(endpoint_id, secret)


def ping_webhook(db: Database, actor: Actor, endpoint_id: UUID) -> UUID:
    """Let the worker send a test, which speaks of no referral; returns the delivery's id. Raises WebhookRests."""
    with db.transaction(actor) as conn:
        return deliveries.add_ping(conn, _going(conn, actor, endpoint_id), clock.now())


def replay_delivery(db: Database, actor: Actor, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Send one again, with the number that it had. Raises WebhookRests."""
    with db.transaction(actor) as conn:
        _going(conn, actor, endpoint_id)
        if not deliveries.again(conn, endpoint_id, delivery_id, clock.now()):
            raise NotThere(str(delivery_id))


def replay_between(db: Database, actor: Actor, endpoint_id: UUID, since: datetime, until: datetime) -> int:
    """Send all of a stretch of time again, what never went included; returns how many. Raises WebhookRests."""
    with db.transaction(actor) as conn:
        _going(conn, actor, endpoint_id)
        return events.spread_again(conn, endpoint_id, since, until)


def _outside(url: str, *, local: bool) -> str:
    """The address itself, once it is known to lead outside. The worker asks again at every delivery."""
    address = checked_address(url.strip(), local=local)
    try:
        Outside(local=local).check(address)
    except Inside:
        raise UnsafeAddress("inside") from None
    except Unreachable:
        raise UnsafeAddress("name") from None
    return address


def _permitted(conn: Connection, actor: Actor, endpoint_id: UUID) -> Endpoint:
    """Raises NotThere, NotAllowed."""
    found = endpoints.find(conn, endpoint_id)
    if found is None:
        raise NotThere(str(endpoint_id))
    demand(PERMITS, actor, "webhook.manage", owner=found.organisation_id)
    return found


def _going(conn: Connection, actor: Actor, endpoint_id: UUID) -> Endpoint:
    found = _permitted(conn, actor, endpoint_id)
    if found.state != EndpointState.ACTIVE:
        raise WebhookRests(str(endpoint_id))
    return found


def _locked(conn: Connection, actor: Actor, endpoint_id: UUID, version: int) -> Endpoint:
    _permitted(conn, actor, endpoint_id)
    found = endpoints.lock(conn, endpoint_id)
    if found is None or found.version != version:
        raise Stale(str(endpoint_id))
    return found
