"""The demo's identity provider: a page with its people, one click signs in. No password, so only for demos."""

import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from joserfc.jwk import ECKey
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from deploy.identity.config import Settings
from shared.openid_clients import our_clients, scopes_of
from shared.openid_provider import MemoryCodes, Provider, Subject

PATH = "/idp"
_SHARED = Path(__file__).parents[2] / "shared"


class Person(NamedTuple):
    id: UUID
    key: str
    name: str
    organisation: str
    function: str


def create_app(settings: Settings | None = None) -> Flask:
    """The provider under /idp; raises where this is no demo."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=str(_SHARED / "static"), static_url_path=f"{PATH}/static")
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="_".join(part for part in ("brug_idp", settings.cookie_suffix) if part),
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        MAX_CONTENT_LENGTH=64 * 1024,
    )
    own = Path(__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(own), FileSystemLoader(_SHARED / "templates")])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.register_blueprint(_provider(settings).blueprint(), url_prefix=PATH)
    app.add_url_rule(f"{PATH}/", "people", lambda: _choose(settings), methods=["GET", "POST"])
    app.after_request(_protect)
    return app


def _provider(settings: Settings) -> Provider:
    people = {person.id: person for person in _people(settings.people_file)}

    def signed_in() -> Subject | None:
        found = people.get(UUID(session["person"])) if "person" in session else None
        return Subject(found.id, "nl", found.name) if found else None

    key = settings.identity_key.get_secret_value()
    return Provider(
        issuer=settings.issuer,
        key=ECKey.import_key(json.loads(key)) if key else ECKey.generate_key("P-256"),
        clients=our_clients(
            settings.public_url,
            settings.services,
            settings.staff_client_secret.get_secret_value(),
            scopes=scopes_of(settings.services),
        ),
        codes=MemoryCodes(),
        authenticate=signed_in,
        sign_in_url=lambda back: f"{PATH}/?{_query(back)}",
        leave=_leave,
        access_token_lasts=3600,
        acr=settings.identity_acr,
    )


def _people(file: Path) -> list[Person]:
    told = json.loads(file.read_text(encoding="utf-8"))
    return [Person(UUID(one["id"]), one["key"], one["name"], one["organisation"], one["function"]) for one in told]


def _choose(settings: Settings) -> ResponseReturnValue:
    """The people by organisation, in the order of the file; who is clicked goes on to where they came from."""
    people = _people(settings.people_file)
    back = _safe(request.values.get("next", ""))
    if request.method == "POST" and request.headers.get("Origin", settings.public_url) == settings.public_url:
        chosen = next((one for one in people if one.key == request.form.get("key")), None)
        if chosen and back:
            session["person"] = str(chosen.id)
            return redirect(back, 303)
    groups: dict[str, list[Person]] = {}
    for one in people:
        groups.setdefault(one.organisation, []).append(one)
    status = 200 if request.method == "GET" else 400
    return render_template("people.html", groups=groups, back=back, public_url=settings.public_url), status


def _safe(back: str) -> str:
    """Only our own authorize endpoint; nothing without it, for there is nowhere to go on to."""
    return back if back.startswith(f"{PATH}/authorize?") else ""


def _query(back: str) -> str:
    return urlencode({"next": back})


def _leave(response: Response) -> Response:
    session.clear()
    return response


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        # The way on leads through here to a service or, for the command line, to the loopback.
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
