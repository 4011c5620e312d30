"""Wires intake's web process; the only place that knows all its parts."""

import hashlib
import hmac
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, request
from joserfc.jwk import ECKey
from werkzeug.wrappers import Response

from services.intake import api, commands, store, web
from services.intake.config import Settings
from services.intake.forms.words import REFUSALS
from services.intake.permissions import TABLE
from shared import sessions
from shared.db import Database
from shared.openid_clients import our_clients
from shared.openid_codes import IssuedCode, Subject
from shared.openid_provider import Provider
from shared.security import ANYONE, ActorKind
from shared.web import Wiring, create_service, current_actor

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group of P-256 (SEC 2, 2.4.2)


def create_app(settings: Settings | None = None, *, transport: httpx.BaseTransport | None = None) -> Flask:
    """The web application. Without settings it reads them from the environment, as gunicorn does."""
    settings = settings or Settings()
    db = Database.of("intake", settings)
    return create_service(
        Wiring(
            service="intake",
            package=__package__,
            settings=settings,
            db=db,
            table=TABLE,
            web=web.BLUEPRINTS,
            api=api.BLUEPRINTS,
            spec=api.SPEC,
            refusals=REFUSALS,
            provider=_provider(settings, db),
            person_sign_in="signin.ask",
            staff_entered=commands.know_colleague,
            transport=transport,
        )
    )


class _Codes:
    """Codes wait in the database: the process that gave one may not be the one that is asked for it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, code: IssuedCode) -> None:
        with self._db.transaction(ANYONE) as conn:
            store.signin.save_openid_code(conn, code)

    def take(self, digest: str) -> IssuedCode | None:
        with self._db.transaction(ANYONE) as conn:
            return store.signin.take_openid_code(conn, digest)


def _provider(settings: Settings, db: Database) -> Provider:
    """Intake is the families' OpenID provider: whoever has a session here as a person is that person elsewhere."""

    def signed_in() -> Subject | None:
        actor = current_actor()
        return Subject(actor.id, actor.locale) if actor.kind == ActorKind.PERSON else None

    def leave(response: Response) -> Response:
        with db.transaction(ANYONE) as conn:
            sessions.end(conn, sessions.cookie_of(request, settings, "intake"))
        sessions.drop_cookies(response, settings)
        return response

    secret = settings.person_client_secret.get_secret_value()
    return Provider(
        issuer=settings.persons_issued_by,
        key=_signing_key(settings.secret_key.get_secret_value()),
        clients=our_clients(settings.public_url, settings.services, secret),
        codes=_Codes(db),
        authenticate=signed_in,
        sign_in_url=lambda back: f"/intake/code?{urlencode({'next': back})}",
        leave=leave,
        access_token_lasts=1800,
    )


def _signing_key(secret: str) -> ECKey:
    """The same in every process of this service, and after a restart: it follows from the service's secret."""
    digest = hmac.digest(secret.encode(), b"openid signing key of persons", hashlib.sha512)
    number = int.from_bytes(digest, "big") % (_ORDER - 1) + 1
    return ECKey.import_key(ec.derive_private_key(number, ec.SECP256R1()))
