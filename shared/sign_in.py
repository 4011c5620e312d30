"""Signing in and out of a service: our side of OpenID Connect, with its state in the database."""

import hmac
import secrets
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from shared import clock, sessions
from shared.db import Connection
from shared.form_tokens import FormToken
from shared.house import house
from shared.i18n import language
from shared.openid_client import Issuer, Started
from shared.permissions import SIGN_IN, declared
from shared.refusals import IssuerSilent, NotSignedIn, SignInFailed
from shared.security import ANYONE, Actor, ActorKind

STARTED_LASTS = timedelta(minutes=15)
NAME = "sign_in"


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
    issuer = _issuer(ActorKind(asked))
    where = issuer.sign_in_url(_return_url(), started := _new_sign_in(), language())
    with house().db.transaction(ANYONE) as conn:
        _keep(conn, started, issuer.kind, wanted)
    return redirect(where, 303)


def _finish() -> ResponseReturnValue:
    value = sessions.cookie_of(request, house().settings, house().service)
    with house().db.transaction(ANYONE) as conn:
        found = _take(conn, request.args.get("state", ""))
        if found is None and sessions.find(conn, value, by_hand=True):
            return redirect(safe_next(None), 303)  # the back button, or another tab that was first
    if found is None:
        raise SignInFailed("unknown, used, too old, or started in another browser")
    started, kind, wanted = found
    if "code" not in request.args:
        raise SignInFailed(request.args.get("error", "no code")[:80])
    who = _issuer(kind).identify(request.args["code"], _return_url(), started)
    actor = Actor(who.id, kind, locale=who.locale)
    with house().db.transaction(actor) as conn:
        sessions.end(conn, value)
        begun = sessions.begin(conn, actor, who.name)
    return remember(redirect(safe_next(wanted), 303), begun)


def _leave() -> ResponseReturnValue:
    """End the session here, then at the issuer; the browser forgets it for all services."""
    value = sessions.cookie_of(request, house().settings, house().service)
    with house().db.transaction(ANYONE) as conn:
        found = sessions.find(conn, value, by_hand=True)
        sessions.end(conn, value)
    response = redirect(_after_leaving(found.kind if found else None), 303)
    sessions.drop_cookies(response, house().settings)
    return response


def _after_leaving(kind: ActorKind | None) -> str:
    front = f"{house().shared_settings.public_url.rstrip('/')}/"
    if kind is None or (kind == ActorKind.PERSON and house().person_sign_in):
        return front
    try:
        return _issuer(kind).sign_out_url(front)
    except IssuerSilent:
        return front


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


def _keep(conn: Connection, started: Started, kind: ActorKind, wanted: str) -> None:
    now = clock.now()
    conn.execute("DELETE FROM sign_in WHERE created_at <= %s", (now - STARTED_LASTS,))
    conn.execute(
        "INSERT INTO sign_in (state, issuer, nonce, verifier, next, created_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (started.state, kind, started.nonce, started.verifier, wanted, now),
    )


def _take(conn: Connection, state: str) -> tuple[Started, ActorKind, str] | None:
    """A started sign-in ends once; the back button does not end it again."""
    if not hmac.compare_digest(state.encode(), _signed(state.partition(".")[0]).encode()):
        return None
    row = conn.execute(
        "DELETE FROM sign_in WHERE state = %s AND created_at > %s RETURNING issuer, nonce, verifier, next",
        (state, clock.now() - STARTED_LASTS),
    ).fetchone()
    if row is None:
        return None
    kind, nonce, verifier, wanted = row
    return Started(state, nonce, verifier), ActorKind(kind), wanted
