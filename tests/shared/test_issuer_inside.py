"""An issuer that browsers know by one name, and processes in a closed network reach by another."""

from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from flask import Flask
from joserfc.jwk import ECKey
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.openid_client import Issuer, Started
from shared.openid_clients import our_clients
from shared.openid_provider import Subject
from shared.security import ActorKind
from tests.shared.conftest import SECRET, a_provider
from tests.shared.test_openid_provider import code_of

PUBLIC = "https://brug.example"
INSIDE = "http://intake-web:8000/intake/oidc"


def test_a_sign_in_is_ended_inside_a_closed_network_though_its_name_is_the_public_one() -> None:
    amal = Subject(uuid4(), "ar")
    app = Flask("provider")
    provider = a_provider(
        ECKey.generate_key("P-256"),
        lambda: amal,
        issuer=f"{PUBLIC}/intake/oidc",
        clients=our_clients(PUBLIC, ["intake", "referral"], SECRET),
    )
    app.register_blueprint(provider.blueprint(), url_prefix="/intake/oidc")
    asked: list[str] = []

    def inside(environ: dict[str, object], start: object) -> object:
        asked.append(str(environ["HTTP_HOST"]))
        return ProxyFix(app.wsgi_app)(environ, start)  # type: ignore[arg-type]

    issuer = Issuer(
        ActorKind.PERSON,
        f"{PUBLIC}/intake/oidc",
        ("brug", SECRET),
        address=INSIDE,
        transport=httpx.WSGITransport(inside),  # type: ignore[arg-type]
    )
    started, back = Started("s", "n", "v" * 60), f"{PUBLIC}/referral/sign-in/return"
    place = urlsplit(issuer.sign_in_url(back, started, "nl"))
    assert f"{place.scheme}://{place.netloc}" == PUBLIC
    sent = app.test_client().get(f"{place.path}?{place.query}", base_url=PUBLIC)
    assert issuer.identify(code_of(sent), back, started).identity.id == amal.id
    assert set(asked) == {"intake-web:8000"}
