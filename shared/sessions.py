"""Sessions are rows; a browser holds an opaque id. Beginning, finding and ending them, and their cookies."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import Request
from werkzeug.wrappers import Response

from shared import clock
from shared.db import Connection
from shared.security import Actor, ActorKind
from shared.settings import ServiceSettings

_IDLE = {
    ActorKind.PERSON: timedelta(minutes=30),
    ActorKind.STAFF: timedelta(minutes=60),
    ActorKind.GUEST: timedelta(minutes=30),
}
_LONGEST = {
    ActorKind.PERSON: timedelta(hours=8),
    ActorKind.STAFF: timedelta(hours=8),
    ActorKind.GUEST: timedelta(hours=2),
}
# Of a person with a safety flag (R22): whoever finds the phone finds nobody signed in.
_QUIET_IDLE, _QUIET_LONGEST = timedelta(minutes=10), timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=1)
_CLOCKS_DIFFER = 60  # seconds
_OF_GUEST = "guest."  # begins a guest's cookie, which thus says whose it was when its session is long gone


class Session(NamedTuple):
    actor_id: UUID
    kind: ActorKind
    locale: str
    name: str
    strong: bool
    quiet: bool = False  # of a person with a safety flag


class AtIssuer(NamedTuple):
    """What is kept of a sign-in elsewhere: the issuer's own id of it, and whether there was a second factor."""

    session: str = ""
    strong: bool = False


HERE = AtIssuer()


def begin(conn: Connection, actor: Actor, name: str = "", at_issuer: AtIssuer = HERE) -> str:
    """Sign this actor in; returns the cookie's value, which is stored nowhere."""
    value, now = secrets.token_urlsafe(32), clock.now()
    if actor.kind == ActorKind.GUEST:
        value = _OF_GUEST + value
    times = (now, now, now + _LONGEST[actor.kind])
    conn.execute(
        "INSERT INTO session"
        " (id, actor_id, kind, locale, name, created_at, seen_at, expires_at, issuer_session, strong)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (_id(value), actor.id, actor.kind, actor.locale, name, *times, at_issuer.session, at_issuer.strong),
    )
    return value


def find(conn: Connection, value: str, *, by_hand: bool) -> Session | None:
    """The session of a cookie, while it lasts; what polls by itself (not `by_hand`) does not prolong it."""
    now = clock.now()
    row = conn.execute(
        "SELECT actor_id, kind, locale, name, strong, seen_at, created_at,"
        " kind = 'person' AND seen.flagged(actor_id) FROM session WHERE id = %s AND expires_at > %s",
        (_id(value), now),
    ).fetchone()
    if row is None:
        return None
    actor_id, kind, locale, name, strong, seen_at, created_at, quiet = row
    if seen_at + (_QUIET_IDLE if quiet else _IDLE[ActorKind(kind)]) <= now:
        return None
    if quiet and created_at + _QUIET_LONGEST <= now:
        return None
    if by_hand and seen_at + _SEEN_EVERY <= now:
        conn.execute("UPDATE session SET seen_at = %s WHERE id = %s", (now, _id(value)))
    return Session(actor_id, ActorKind(kind), locale, name or "", strong, quiet)


def is_of_guest(value: str) -> bool:
    """Whether this cookie was given to somebody without an account."""
    return value.startswith(_OF_GUEST)


def end(conn: Connection, value: str) -> None:
    conn.execute("DELETE FROM session WHERE id = %s", (_id(value),))


def end_all_of(conn: Connection, actor_id: UUID) -> None:
    """Sign this actor out of this service on every device."""
    conn.execute("DELETE FROM session WHERE actor_id = %s", (actor_id,))


def end_at_issuer(conn: Connection, kind: ActorKind, session: str, actor_id: UUID | None) -> int:
    """End what was begun with this session of the issuer; without one, all of this actor's that came from there."""
    if session:
        return conn.execute("DELETE FROM session WHERE kind = %s AND issuer_session = %s", (kind, session)).rowcount
    return conn.execute("DELETE FROM session WHERE kind = %s AND actor_id = %s", (kind, actor_id)).rowcount


def is_news(conn: Connection, message: str, expires_at: int) -> bool:
    """Whether this message of an issuer comes for the first time; it is remembered for as long as it counts."""
    row = conn.execute(
        "INSERT INTO issuer_message (id, expires_at) VALUES (%s, to_timestamp(%s)) ON CONFLICT DO NOTHING RETURNING id",
        (hashlib.sha256(message.encode()).hexdigest(), expires_at + _CLOCKS_DIFFER),
    ).fetchone()
    return row is not None


def forget_old(conn: Connection) -> int:
    """Remove sessions and started sign-ins that are over; for a worker's timer."""
    now = clock.now()
    ended = conn.execute("DELETE FROM session WHERE expires_at <= %s", (now,)).rowcount
    conn.execute("DELETE FROM sign_in WHERE created_at <= %s", (now - timedelta(hours=1),))
    conn.execute("DELETE FROM issuer_message WHERE expires_at <= %s", (now,))
    return ended


def cookie_name(settings: ServiceSettings, service: str) -> str:
    """Cookies ignore ports, so stacks on one host differ by a suffix."""
    return "_".join(part for part in ("brug", service, settings.cookie_suffix) if part)


def cookie_of(request: Request, settings: ServiceSettings, service: str) -> str:
    return request.cookies.get(cookie_name(settings, service), "")


def set_cookie(response: Response, settings: ServiceSettings, service: str, value: str) -> None:
    """Without an end date: the browser forgets it when it closes (R22: no remembered device)."""
    response.set_cookie(
        cookie_name(settings, service),
        value,
        path=f"/{service}",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def drop_cookies(response: Response, settings: ServiceSettings) -> None:
    """Sign this browser out of every service at once: a shared computer keeps nobody signed in elsewhere."""
    for service in settings.services:
        response.delete_cookie(
            cookie_name(settings, service),
            path=f"/{service}",
            secure=settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )


def forget_browser(response: Response, settings: ServiceSettings) -> None:
    """Leave nothing in this browser that says that it was here: sessions, form tokens, the choice of a language."""
    drop_cookies(response, settings)
    for service in settings.services:
        response.delete_cookie(cookie_name(settings, f"{service}_form"), path=f"/{service}")
    response.delete_cookie("_".join(part for part in ("brug_lang", settings.cookie_suffix) if part))
    response.headers["Clear-Site-Data"] = '"cache"'


def _id(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
