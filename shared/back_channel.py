"""Where staff's issuer tells a service that a session is over (OpenID Connect Back-Channel Logout 1.0)."""

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from shared import sessions
from shared.house import house
from shared.permissions import SIGN_IN, declared
from shared.refusals import BadToken
from shared.security import ANYONE, ActorKind

log = structlog.get_logger()
_LONGEST = 8000  # characters of a token


def blueprint() -> Blueprint:
    """`/sign-out/backchannel`: no browser comes here, so no form's token; the issuer's signature counts."""
    pages = Blueprint("back_channel", __name__)
    pages.add_url_rule("/sign-out/backchannel", "end", declared(_end, SIGN_IN), methods=["POST"])
    return pages


def _end() -> ResponseReturnValue:
    """End the sessions that the token names. Nothing is said of whether there were any."""
    issuer = house().issuers.get(ActorKind.STAFF)
    token = request.form.get("logout_token", "")
    if issuer is None or not token or len(token) > _LONGEST:
        return _refused("no logout token")
    try:
        told = issuer.ended(token)
    except BadToken as error:
        return _refused(str(error))
    with house().db.transaction(ANYONE) as conn:
        if not sessions.is_news(conn, told.id, told.expires_at):
            return _refused("it came before")
        ended = sessions.end_at_issuer(conn, ActorKind.STAFF, told.session, told.actor_id)
    log.info("signed_out_at_issuer", sessions=ended)
    return Response("", 200, {"Cache-Control": "no-store"})


def _refused(why: str) -> ResponseReturnValue:
    log.warning("logout_token_refused", why=why)
    return jsonify(error="invalid_request", error_description=why), 400, {"Cache-Control": "no-store"}
