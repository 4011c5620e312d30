"""A corner of a service on a real database, with both issuers beside it."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr

from deploy.identity.app import create_app as demo_identity
from deploy.identity.config import Settings as IdentitySettings
from shared import clock
from shared.db import Database
from shared.openid_clients import our_clients
from shared.openid_provider import MemoryCodes, Provider, Subject
from shared.security import Actor, ActorKind, Membership
from shared.settings import ServiceSettings
from shared.web import Wiring, create_service
from tests.builders.shared import A_STAFF_TOKEN
from tests.shared.corner import REFUSALS, TABLE, Corner

SERVICE = "activities"
PUBLIC = "http://localhost"
SECRET = "secret of the services' one client"
Sign = Callable[..., str]


class Issuers(NamedTuple):
    """Both issuers, reached without a network; `staff_key` and `person_key` sign their tokens."""

    transport: httpx.WSGITransport
    staff: Flask
    staff_id: UUID
    person: Flask
    person_id: UUID
    staff_key: ECKey
    person_key: ECKey


@pytest.fixture
def acr() -> str:
    """How strong every sign-in at the staff issuer is, by its own word."""
    return "second-factor"


@pytest.fixture
def issuers(tmp_path: Path, acr: str) -> Issuers:
    staff_id, person_id = uuid4(), uuid4()
    people = tmp_path / "people.json"
    told = {"id": str(staff_id), "key": "brugfiguur", "name": "Els", "organisation": "De Linde", "function": "x"}
    people.write_text(json.dumps([told]))
    staff_key, person_key = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    staff_key.ensure_kid()
    staff = demo_identity(
        IdentitySettings(
            demo=True,
            public_url=PUBLIC,
            secret_key=SecretStr("k" * 32),
            staff_client_secret=SecretStr(SECRET),
            identity_people=people,
            identity_key=SecretStr(json.dumps(staff_key.as_dict(private=True))),
            identity_acr=acr,
        )
    )
    person = Flask("person")
    provider = a_provider(person_key, lambda: Subject(person_id, "ar"))
    person.register_blueprint(provider.blueprint(), url_prefix="/intake/oidc")

    def both(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return (staff if environ["PATH_INFO"].startswith("/idp") else person)(environ, start)

    return Issuers(httpx.WSGITransport(both), staff, staff_id, person, person_id, staff_key, person_key)


def a_provider(key: ECKey, authenticate: Callable[[], Subject | None], **changes: Any) -> Provider:
    parts: dict[str, Any] = {
        "issuer": f"{PUBLIC}/intake/oidc",
        "key": key,
        "clients": our_clients(PUBLIC, ["intake", SERVICE], SECRET),
        "codes": MemoryCodes(),
        "authenticate": authenticate,
        "sign_in_url": lambda back: f"/intake/code?next={back}",
        "leave": lambda response: response,
    }
    return Provider(**parts | changes)


@pytest.fixture
def corner_settings(db_of: Callable[..., Database]) -> ServiceSettings:
    return ServiceSettings(
        database_url="",
        secret_key=SecretStr("s" * 40),
        public_url=PUBLIC,
        secure_cookies=False,
        staff_issuer=f"{PUBLIC}/idp",
        staff_client_secret=SecretStr(SECRET),
        person_client_secret=SecretStr(SECRET),
    )


@pytest.fixture
def corner() -> Corner:
    return Corner(SERVICE)


@pytest.fixture
def app(corner: Corner, corner_settings: ServiceSettings, db_of: Callable[..., Database], issuers: Issuers) -> Flask:
    made = create_service(
        Wiring(
            service=SERVICE,
            package="tests.shared.corner",
            settings=corner_settings,
            db=db_of(SERVICE),
            table=TABLE,
            web=[corner.web()],
            api=[corner.api()],
            spec=corner.spec,
            refusals=REFUSALS,
            staff_entered=lambda conn, name: corner.entered.append((conn.actor.id, name)),
            transport=issuers.transport,
        )
    )
    made.testing = True
    return made


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def school_staff() -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Membership(uuid4(), "school_staff", "brugfiguur", "ambtsgeheim"),))


@pytest.fixture
def a_person() -> Actor:
    return Actor(uuid4(), ActorKind.PERSON, locale="ar")


@pytest.fixture
def member(owner_of: Callable[[str], psycopg.Connection[Any]]) -> Callable[[UUID, str], None]:
    """`member(staff_id, "school_staff")` makes somebody a member of some organisation."""
    from tests.conftest import remember_memberships

    def do(staff_id: UUID, role: str) -> None:
        actor = Actor(staff_id, ActorKind.STAFF, (Membership(uuid4(), role, "x", "discretie"),))
        remember_memberships(owner_of(SERVICE), actor)

    return do


@pytest.fixture
def access_token(issuers: Issuers) -> Sign:
    """A staff member's access token; `claims` and `header` change it, `key` signs it."""

    def sign(key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        now = int(clock.now().timestamp())
        told = {
            "iss": f"{PUBLIC}/idp",
            "sub": str(issuers.staff_id),
            "aud": "brug",
            "iat": now,
            "exp": now + 60,
            **A_STAFF_TOKEN,
        } | claims
        used = key or issuers.staff_key
        sent = {"alg": "ES256", "typ": "at+jwt", "kid": issuers.staff_key.kid} | (header or {})
        return jwt.encode(sent, told, used, algorithms=[sent["alg"]])

    return sign


@pytest.fixture
def bearer(access_token: Sign) -> Callable[..., dict[str, str]]:
    return lambda **claims: {"Authorization": f"Bearer {access_token(**claims)}"}


@pytest.fixture(autouse=True)
def _nothing_left_of_another_request() -> Iterator[None]:
    yield
    assert not g
