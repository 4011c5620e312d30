"""Refusals as people and programs see them: a page in plain words, or a problem (RFC 9457)."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import psycopg
import structlog
from flask import Flask, Response, g, json, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from shared import refusals, telemetry
from shared.house import house
from shared.i18n import DUTCH, force_locale
from shared.i18n import lazy_gettext as _l
from shared.permissions import PERSON, roles_for
from shared.security import ANYONE, ActorKind
from shared.sign_in import safe_next, second_factor_url, sign_in_url
from shared.web.access import is_api, is_fragment

log = structlog.get_logger()

Refusals = Mapping[type[Exception], tuple[int, str]]

SHARED: Refusals = {
    refusals.Refusal: (409, _l("Dat kan nu niet.")),
    refusals.NotSignedIn: (401, _l("Meld je eerst aan.")),
    refusals.LinkAgain: (401, "Je was een tijdje weg. Open de link in de mail opnieuw."),
    refusals.BadToken: (401, _l("Dit toegangsbewijs is niet geldig (meer).")),
    refusals.SignInFailed: (400, _l("Aanmelden is niet gelukt. Probeer het opnieuw.")),
    refusals.IssuerSilent: (503, _l("Aanmelden kan nu even niet. Probeer het straks opnieuw.")),
    refusals.ScopeMissing: (403, "Dit toegangsbewijs is niet voor deze vraag gegeven."),
    refusals.SecondFactorNeeded: (401, "Voor deze rol is een tweede stap nodig bij het aanmelden."),
    refusals.SecondFactorMissing: (
        403,
        "Voor je rol is een tweede stap nodig bij het aanmelden, en die kwam er niet. Vraag raad aan je organisatie.",
    ),
    refusals.NotAllowed: (403, _l("Dat mag je hier niet doen.")),
    refusals.NotThere: (404, _l("Dit bestaat niet, of het is niet voor jou.")),
    refusals.Stale: (409, _l("Iemand anders heeft dit intussen veranderd. Bekijk het opnieuw.")),
    refusals.PreconditionMissing: (428, _l("Zeg erbij welke versie je verandert (If-Match).")),
    refusals.Malformed: (400, _l("Deze vraag kunnen we niet lezen.")),
    refusals.NotFresh: (503, _l("We weten nu niet zeker of het akkoord nog geldt. Probeer het straks opnieuw.")),
    refusals.Invalid: (422, _l("Kijk de aangeduide velden na.")),
    psycopg.OperationalError: (503, _l("Brug is even niet bereikbaar. Probeer het straks opnieuw.")),
}

_HTTP: Mapping[int, str] = {
    400: _l("Deze vraag kunnen we niet lezen."),
    404: _l("Deze pagina bestaat niet."),
    405: _l("Dat kan hier niet."),
    413: _l("Dat is te groot."),
    415: _l("Stuur dit als JSON."),
    500: _l("Er ging iets mis bij ons. Er is niets bewaard."),
}


class Told(NamedTuple):
    """A refusal as it is told: `kind` for programs, `words` for people."""

    status: int
    kind: str
    words: str
    error: Exception


def install(app: Flask, own: Refusals) -> None:
    """Answer every refusal by the shared table and the service's own, which goes first."""
    table = {**SHARED, **own}

    def refuse(error: Exception) -> ResponseReturnValue:
        error = _perhaps_second_factor(error)
        kind = next(one for one in type(error).__mro__ if one in table)
        status, words = table[kind]
        if kind is refusals.NotSignedIn and not is_api() and not is_fragment():
            return redirect(_where_to_sign_in(str(error)), 303)
        if kind is refusals.SecondFactorNeeded and not is_api() and not is_fragment():
            return redirect(second_factor_url(_here()), 303)
        if isinstance(error, refusals.Stale) and is_api():
            status = 412
        log.info("refused", refusal=type(error).__name__, status=status, endpoint=request.endpoint)
        return answer(Told(status, _kebab(type(error).__name__), words, error))

    for kind in table:
        app.register_error_handler(kind, refuse)
    app.register_error_handler(HTTPException, _http)


def answer(told: Told) -> Response:
    """The refusal in the form that the asker can read."""
    if is_api():
        return problem(told)
    # The database may be what failed: the page that says so must not ask it who is there.
    g.setdefault("actor", ANYONE)
    g.database_failed = isinstance(told.error, psycopg.Error)
    if is_fragment():
        return Response(told.words, told.status, mimetype="text/plain")
    if isinstance(told.error, refusals.LinkAgain):
        with force_locale(DUTCH):
            return Response(render_template("link_again.html", words=told.words, guest=True), told.status)
    fields = told.error.fields.values() if isinstance(told.error, refusals.Invalid) else ()
    body = render_template(
        "error.html", words=told.words, status=told.status, next_steps=list(fields), trace_id=_trace()
    )
    return Response(body, told.status)


def problem(told: Told) -> Response:
    """RFC 9457; it names fields and what is wrong with them, and never repeats what was sent."""
    body: dict[str, object] = {
        "type": f"urn:brug:problem:{told.kind}",
        "title": str(told.words),
        "status": told.status,
        "trace": _trace(),
    }
    if isinstance(told.error, refusals.Invalid):
        codes = told.error.codes
        body["errors"] = [
            {"field": field, "code": codes[field], "message": str(words)} for field, words in told.error.fields.items()
        ]
    response = Response(json.dumps(body), told.status, mimetype="application/problem+json")
    if challenge := _challenge(told):
        response.headers["WWW-Authenticate"] = challenge
    return response


def _challenge(told: Told) -> str:
    """What the token lacks, as RFC 6750 and RFC 9470 have it."""
    parts = ['Bearer realm="brug"']
    if isinstance(told.error, refusals.BadToken):
        parts.append('error="invalid_token"')
    if isinstance(told.error, refusals.SecondFactorNeeded):
        acr = " ".join(house().shared_settings.strong_acr)
        parts.append(f'error="insufficient_user_authentication", acr_values="{acr}"')
    if isinstance(told.error, refusals.ScopeMissing):
        parts.append(f'error="insufficient_scope", scope="{told.error}"')
    return ", ".join(parts) if told.status == 401 or len(parts) > 1 else ""


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        log.error("request_failed", endpoint=request.endpoint, exc_info=error.original_exception)
    told = answer(Told(status, _kebab(type(error).__name__), _HTTP.get(status, _HTTP[400]), error))
    if isinstance(getattr(error, "valid_methods", None), list):
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return told


def _where_to_sign_in(action: str) -> str:
    """The sign-in page for those who may do this; after a form was sent, back to the page that held it."""
    roles = roles_for(house().table, action)
    kind = ActorKind.STAFF if PERSON not in roles else ActorKind.PERSON if roles == {PERSON} else None
    return sign_in_url(kind, _here())


def _here() -> str:
    return safe_next(request.full_path.rstrip("?") if request.method == "GET" else "")


def _perhaps_second_factor(error: Exception) -> Exception:
    """What is not there for somebody, or not theirs to do, may be once their other memberships count."""
    actor = g.get("actor")
    if isinstance(error, refusals.NotAllowed | refusals.NotThere) and actor is not None and actor.withheld:
        return refusals.SecondFactorNeeded(str(error))
    return error


def _trace() -> str:
    return telemetry.traceparent()[3:35]


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def quiet_log(app: Flask) -> None:
    """Flask's own line about a failed request would hold its address; ours holds the route's name."""
    app.log_exception = lambda _: None  # type: ignore[method-assign, assignment]
