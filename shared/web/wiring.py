"""The one place where a service becomes a Flask application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import structlog
from flask import Blueprint, Flask, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from joserfc.jwk import KeySet
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import back_channel, description, i18n, sign_in, telemetry, vocabulary
from shared.db import Connection, Database
from shared.form_tokens import FormTokens
from shared.house import House, house
from shared.openid_client import Issuer
from shared.permissions import HOUSE, PermissionTable
from shared.security import Actor, ActorKind
from shared.settings import ServiceSettings
from shared.web import delay, headers, health, refusals
from shared.web.access import current_actor, is_quiet, session_name

if TYPE_CHECKING:
    from shared.api import Description
    from shared.openid_provider import Provider

_SHARED = Path(__file__).parents[1]
_LARGEST_REQUEST = 1024 * 1024


@dataclass(frozen=True)
class Wiring:
    """What a service's app.py hands over. `package` is its `__package__`."""

    service: str
    package: str
    settings: ServiceSettings
    db: Database
    table: PermissionTable
    web: Sequence[Blueprint] = ()
    api: Sequence[Blueprint] = ()
    spec: "Description | None" = None
    refusals: Mapping[type[Exception], tuple[int, str]] = field(default_factory=dict)
    provider: "Provider | None" = None  # intake's, mounted at /oidc
    person_sign_in: str = ""  # intake's own endpoint where a person signs in
    staff_entered: Callable[[Connection, str], None] | None = None  # told the name that the issuer gave
    guest_of: Callable[[Connection, UUID], Actor] | None = None  # who comes by a link of this id
    transport: httpx.BaseTransport | None = None  # in tests, the way to the issuers


def create_service(wiring: Wiring) -> Flask:
    """The application; it connects to nothing before its first request but opens the pool that it is given."""
    folder = _folder(wiring.package)
    if not structlog.is_configured():
        telemetry.configure(wiring.service, wiring.settings.log_format)
    app = Flask(
        wiring.package,
        static_folder=str(_SHARED / "static"),
        static_url_path=f"/{wiring.service}/static",
        template_folder=str(folder / "templates"),
    )
    _configure(app, wiring)
    app.extensions["brug"] = _house(wiring)
    app.extensions["brug_delay"] = delay.Delay(wiring.db, wiring.settings.notice_seconds)
    app.session_interface = FormTokens()
    headers.install(app)
    refusals.install(app, wiring.refusals)
    refusals.quiet_log(app)
    forms = CSRFProtect(app)
    i18n.install(app, folder / "translations")
    app.before_request(_know_the_actor)
    app.context_processor(_what_pages_know)
    app.jinja_env.globals["label"] = vocabulary.label
    for part in (sign_in.blueprint(), health.blueprint(folder / "migrations"), *wiring.web):
        app.register_blueprint(part, url_prefix=f"/{wiring.service}")
    told = back_channel.blueprint()
    forms.exempt(told)
    app.register_blueprint(told, url_prefix=f"/{wiring.service}")
    _mount_api(app, forms, wiring)
    if wiring.provider:
        provider = wiring.provider.blueprint()
        forms.exempt(provider)
        app.register_blueprint(provider, url_prefix=f"/{wiring.service}/oidc")
    wiring.db.open()
    return app


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ValueError(f"{package} is not a package")
    return Path(next(iter(found.submodule_search_locations)))


def _configure(app: Flask, wiring: Wiring) -> None:
    settings = wiring.settings
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # A form may lie open for a day; its token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    loaders = [FileSystemLoader(app.template_folder or ""), FileSystemLoader(_SHARED / "templates")]
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_env.undefined = StrictUndefined
    # Caddy alone reaches this process, and it says which address and scheme the browser used.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _house(wiring: Wiring) -> House:
    settings = wiring.settings
    own_keys: KeySet | None = wiring.provider.public_keys() if wiring.provider else None
    issuers = {}
    if settings.staff_issuer:
        issuers[ActorKind.STAFF] = Issuer(
            ActorKind.STAFF,
            settings.staff_issuer,
            (settings.staff_client_id, settings.staff_client_secret.get_secret_value()),
            address=settings.staff_issuer_address,
            transport=wiring.transport,
        )
    issuers[ActorKind.PERSON] = Issuer(
        ActorKind.PERSON,
        settings.persons_issued_by,
        (settings.person_client_id, settings.person_client_secret.get_secret_value()),
        address=settings.person_issuer_address,
        transport=wiring.transport,
        own_keys=own_keys,
    )
    table = wiring.table | HOUSE
    made = House(wiring.service, settings, wiring.db, table, issuers, wiring.person_sign_in)
    return replace(made, staff_entered=wiring.staff_entered, guest_of=wiring.guest_of)


def _mount_api(app: Flask, forms: CSRFProtect, wiring: Wiring) -> None:
    for part in wiring.api:
        forms.exempt(part)
        app.register_blueprint(part, url_prefix=f"/{wiring.service}/api/v1")
    if wiring.spec:
        app.register_blueprint(description.blueprint(wiring.spec), url_prefix=f"/{wiring.service}/api")


def _know_the_actor() -> None:
    if request.endpoint not in ("static", "health.live", "health.ready", "health.metrics"):
        current_actor()


def _what_pages_know() -> dict[str, object]:
    return {
        "actor": current_actor(),
        "actor_name": session_name(),
        "quiet": is_quiet(),
        "service": house().service,
        "is_behind": delay.is_behind,
    }
