"""Signing in and out of a service: our side of OpenID Connect, with its state in the database."""

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from shared import clock, second_factor, sessions
from shared.db import Connection
from shared.directory import memberships_of
from shared.form_tokens import FormToken
from shared.house import house
from shared.i18n import language
from shared.openid_client import Answered, Identity, Issuer, Started
from shared.permissions import SIGN_IN, declared
from shared.refusals import IssuerSilent, NotSignedIn, SecondFactorMissing, SignInFailed
from shared.security import ANYONE, Actor, ActorKind

STARTED_LASTS = timedelta(minutes=15)
NAME = "sign_in"


class Purpose(StrEnum):
    """Why a browser goes to the issuer."""

    ENTER = "enter"
    STRENGTHEN = "strengthen"  # with a second factor
    LEAVE = "leave"


class Trip(NamedTuple):
    """A browser's way to an issuer and back: what it is for, and which page it wants to see afterwards."""

    started: Started
    kind: ActorKind
    purpose: Purpose
    wanted: str


def begin_session(conn: Connection, actor: Actor, name: str = "") -> str:
    """Sign an actor in without an issuer (intake's own families); returns the value for `remember`."""
    return sessions.begin(conn, actor, name)


def remember(response: Response, value: str) -> Response:
    """Give the browser its session."""
    sessions.set_cookie(response, house().settings, house().service, value)
    return response


def safe_next(wanted: str | None) -> str:
    """Where to go after signing in: a page of this service, and never another site."""
    home = f"/{house().service}/"
    if not wanted or any(ord(char) <= 32 or char == "\\" for char in wanted):
        return home
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return home
    ours = not parts.scheme and not parts.netloc and parts.path.startswith(home)
    return wanted if ours and ".." not in parts.path.split("/") else home


def sign_in_url(kind: ActorKind | None, wanted: str) -> str:
    """The address of this service's sign-in page; without a kind it asks which."""
    chosen: dict[str, Any] = {} if kind is None else {"as": kind.value}
    return url_for(f"{NAME}.start", **chosen, next=wanted)


def second_factor_url(wanted: str) -> str:
    """Where staff who are signed in add a second factor."""
    asked: dict[str, Any] = {"as": ActorKind.STAFF.value, "strong": 1, "next": wanted}
    return url_for(f"{NAME}.start", **asked)


def blueprint() -> Blueprint:
    """`/sign-in`, `/sign-in/return` and `/sign-out`, to mount under the service's own path."""
    pages = Blueprint(NAME, __name__)
    pages.add_url_rule("/sign-in", "start", declared(_start, SIGN_IN))
    pages.add_url_rule("/sign-in/return", "finish", declared(_finish, SIGN_IN))
    pages.add_url_rule("/sign-out", "leave", declared(_leave, SIGN_IN), methods=["POST"])
    return pages


def _start() -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        raise NotSignedIn(SIGN_IN)
    wanted = safe_next(request.args.get("next"))
    asked = request.args.get("as", "")
    if asked not in (ActorKind.STAFF, ActorKind.PERSON):
        return render_template(
            "sign_in.html",
            person_url=sign_in_url(ActorKind.PERSON, wanted),
            staff_url=sign_in_url(ActorKind.STAFF, wanted),
        )
    if asked == ActorKind.PERSON and house().person_sign_in:
        return redirect(url_for(house().person_sign_in, next=wanted), 303)
    strong = asked == ActorKind.STAFF and "strong" in request.args
    return _set_out(ActorKind(asked), Purpose.STRENGTHEN if strong else Purpose.ENTER, wanted)


def _set_out(kind: ActorKind, purpose: Purpose, wanted: str) -> Response:
    """Send the browser to the issuer, and remember what for."""
    strong_acr = house().shared_settings.strong_acr
    more: dict[str, str] = {"acr_values": strong_acr[0]} if purpose == Purpose.STRENGTHEN and strong_acr else {}
    if purpose == Purpose.LEAVE:
        more = {"prompt": "none"}
    trip = Trip(_new_sign_in(), kind, purpose, wanted)
    where = _issuer(kind).sign_in_url(_return_url(), trip.started, language(), **more)
    with house().db.transaction(ANYONE) as conn:
        _keep(conn, trip)
    return redirect(where, 303)


def _finish() -> ResponseReturnValue:
    value = sessions.cookie_of(request, house().settings, house().service)
    with house().db.transaction(ANYONE) as conn:
        trip = _take(conn, request.args.get("state", ""))
        if trip is None and sessions.find(conn, value, by_hand=True):
            return redirect(safe_next(None), 303)  # the back button, or another tab that was first
    if trip is None:
        raise SignInFailed("unknown, used, too old, or started in another browser")
    if trip.purpose == Purpose.LEAVE:
        return _left(trip)
    return _enter(trip, _answer(trip).identity, value)


def _answer(trip: Trip) -> Answered:
    if "code" not in request.args:
        raise SignInFailed(request.args.get("error", "no code")[:80])
    return _issuer(trip.kind).identify(request.args["code"], _return_url(), trip.started)


def _enter(trip: Trip, who: Identity, before: str) -> Response:
    """Begin the session; who has a role that counts only after a second factor is asked for it at once."""
    settings = house().shared_settings
    strong = trip.kind == ActorKind.STAFF and second_factor.is_strong(settings, who)
    if trip.purpose == Purpose.STRENGTHEN and not strong:
        raise SecondFactorMissing(who.acr)
    actor = Actor(who.id, trip.kind, locale=who.locale)
    with house().db.transaction(actor) as conn:
        sessions.end(conn, before)
        begun = sessions.begin(conn, actor, who.name, sessions.AtIssuer(who.session, strong))
        if trip.kind == ActorKind.STAFF:
            if tell := house().staff_entered:
                tell(conn, who.name)
            actor = second_factor.staff(settings, who, memberships_of(conn, who.id, clock.today()), strong=strong)
    if actor.withheld:
        return remember(_set_out(trip.kind, Purpose.STRENGTHEN, trip.wanted), begun)
    return remember(redirect(safe_next(trip.wanted), 303), begun)


def _leave() -> ResponseReturnValue:
    """End the session here, then at the issuer; the browser forgets it for all services."""
    value = sessions.cookie_of(request, house().settings, house().service)
    with house().db.transaction(ANYONE) as conn:
        found = sessions.find(conn, value, by_hand=True)
        sessions.end(conn, value)
    response = _on_the_way_out(found.kind if found else None)
    sessions.drop_cookies(response, house().settings)
    return response


def _on_the_way_out(kind: ActorKind | None) -> Response:
    """By the issuer where there is one. One that tells others asks 'really?' of whoever brings no ID token, and we
    keep none: it gives a new one, without a page, to a browser that it still knows."""
    if kind in (None, ActorKind.GUEST) or (kind == ActorKind.PERSON and house().person_sign_in):
        return redirect(_front(), 303)
    try:
        if _issuer(kind).tells_of_ends():
            return _set_out(kind, Purpose.LEAVE, "")
        return redirect(_issuer(kind).sign_out_url(_front()), 303)
    except IssuerSilent:
        return redirect(_front(), 303)


def _left(trip: Trip) -> Response:
    """Back from the issuer with a new ID token, to end the session there; without one there is none to end."""
    try:
        return redirect(_issuer(trip.kind).sign_out_url(_front(), _answer(trip).id_token), 303)
    except (IssuerSilent, SignInFailed):
        return redirect(_front(), 303)


def _front() -> str:
    return f"{house().shared_settings.public_url.rstrip('/')}/"


def _issuer(kind: ActorKind) -> Issuer:
    if kind not in house().issuers:
        raise SignInFailed(f"no issuer for {kind}")
    return house().issuers[kind]


def _return_url() -> str:
    settings = house().shared_settings
    return f"{settings.public_url.rstrip('/')}/{house().service}/sign-in/return"


def _new_sign_in() -> Started:
    return Started(_signed(secrets.token_urlsafe(24)), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def _signed(chance: str) -> str:
    """The state that only this browser may bring back: else a stranger's sign-in could be pushed onto it."""
    key = house().shared_settings.secret_key.get_secret_value().encode()
    browser = cast(FormToken, session).known_browser()
    return f"{chance}.{hmac.digest(key, f'{chance}|{browser}'.encode(), 'sha256').hex()}"


def _keep(conn: Connection, trip: Trip) -> None:
    now, (started, kind, purpose, wanted) = clock.now(), trip
    conn.execute("DELETE FROM sign_in WHERE created_at <= %s", (now - STARTED_LASTS,))
    conn.execute(
        "INSERT INTO sign_in (state, issuer, nonce, verifier, next, created_at, purpose)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (started.state, kind, started.nonce, started.verifier, wanted, now, purpose),
    )


def _take(conn: Connection, state: str) -> Trip | None:
    """A started sign-in ends once; the back button does not end it again."""
    if not hmac.compare_digest(state.encode(), _signed(state.partition(".")[0]).encode()):
        return None
    row = conn.execute(
        "DELETE FROM sign_in WHERE state = %s AND created_at > %s RETURNING issuer, nonce, verifier, purpose, next",
        (state, clock.now() - STARTED_LASTS),
    ).fetchone()
    if row is None:
        return None
    kind, nonce, verifier, purpose, wanted = row
    return Trip(Started(state, nonce, verifier), ActorKind(kind), Purpose(purpose), wanted)
