"""Who asks, and whether the route is for them at all; commands and views check the relation to the thing."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from shared import clock, second_factor, sessions
from shared.directory import memberships_of
from shared.house import House, house
from shared.openid_client import Bearer, Identity
from shared.permissions import declared, may_at_all
from shared.refusals import BadToken, LinkAgain, NotAllowed, NotSignedIn, ScopeMissing
from shared.security import ANYONE, Actor, ActorKind

_READS = ("GET", "HEAD", "OPTIONS")
P = ParamSpec("P")
R = TypeVar("R")


def current_actor() -> Actor:
    """Who asks: by session cookie for pages, by bearer token for the API; the one is deaf to the other."""
    if "actor" not in g:
        g.actor = _bearer(house()) if is_api() else _browser(house())
    actor: Actor = g.actor
    return actor


def session_name() -> str:
    """The name that a staff member's issuer gave, for the page's header; kept nowhere else."""
    current_actor()
    return str(g.get("actor_name", ""))


def is_quiet() -> bool:
    """Whether this is the browser of a person with a safety flag (R22): its pages have titles that say nothing."""
    current_actor()
    return bool(g.get("quiet", False))


def may_change() -> bool:
    """Whether what the asker came with lets it change anything here; a program may have come to read alone."""
    current_actor()
    return bool(g.get("may_change", True))


def is_api() -> bool:
    return request.path.startswith(f"/{house().service}/api/")


def is_fragment() -> bool:
    """Whether htmx asks, for a part of a page."""
    return "HX-Request" in request.headers


def requires(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Write this below the route: whoever has no row for `action` in the table does not reach the view."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = current_actor()
            if not may_at_all(house().table, actor, action):
                raise _stranger(action) if actor.kind == ActorKind.ANYONE else NotAllowed(action)
            return view(*args, **kwargs)

        return declared(checked, action)

    return declare


def public_page(view: Callable[P, R]) -> Callable[P, R]:
    """Write this below `requires`: the same for everyone who is not signed in, so it may be cached briefly."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        g.public = current_actor().kind == ActorKind.ANYONE
        return view(*args, **kwargs)

    return shown


def _stranger(action: str) -> NotSignedIn:
    """Who was here as a guest has no account: a page to sign in would lead nowhere."""
    was_guest = not is_api() and sessions.is_of_guest(sessions.cookie_of(request, house().settings, house().service))
    return LinkAgain(action) if was_guest else NotSignedIn(action)


def _browser(house: House) -> Actor:
    value = sessions.cookie_of(request, house.settings, house.service)
    if not value:
        return ANYONE
    by_hand = request.method != "GET" or not is_fragment()
    with house.db.transaction(ANYONE) as conn:
        found = sessions.find(conn, value, by_hand=by_hand)
        if found is None:
            return ANYONE
        g.actor_name, g.quiet = found.name, found.quiet
        if found.kind == ActorKind.GUEST:
            return house.guest_of(conn, found.actor_id) if house.guest_of else ANYONE
        if found.kind != ActorKind.STAFF:
            return Actor(found.actor_id, found.kind, locale=found.locale)
        memberships = memberships_of(conn, found.actor_id, clock.today())
    who = Identity(found.actor_id, found.locale, found.name)
    return second_factor.staff(house.settings, who, memberships, strong=found.strong)


def _bearer(house: House) -> Actor:
    header = request.headers.get("Authorization", "")
    if not header:
        return ANYONE
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("not a bearer token")
    for issuer in house.issuers.values():
        if issuer.issued(token.strip()):
            bearer = issuer.bearer_of(token.strip())
            break
    else:
        raise BadToken("from an issuer that we do not know")
    who = bearer.identity
    if issuer.kind != ActorKind.STAFF:
        return Actor(who.id, issuer.kind, locale=who.locale)
    _demand_scope(house, bearer)
    with house.db.transaction(ANYONE) as conn:
        memberships = memberships_of(conn, who.id, clock.today())
    strong = second_factor.is_strong_token(house.settings, bearer)
    actor = second_factor.staff(house.settings, who, memberships, strong=strong)
    return replace(actor, is_program=bearer.is_program)


def _demand_scope(house: House, bearer: Bearer) -> None:
    """A staff member's token, and a program's, is for what it was given for; persons' own are for all of theirs."""
    g.may_change = f"{house.service}.write" in bearer.scopes
    scope = f"{house.service}.{'read' if request.method in _READS else 'write'}"
    if scope not in bearer.scopes:
        raise ScopeMissing(scope)
