"""A service that signs its own persons in and is their issuer for the others, as intake is."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue
from joserfc.jwk import ECKey

from shared.db import Database
from shared.openid_client import Issuer
from shared.openid_provider import Subject
from shared.permissions import SIGN_IN
from shared.security import Actor, ActorKind
from shared.settings import ServiceSettings
from shared.sign_in import begin_session, remember, safe_next
from shared.web import Wiring, create_service, current_actor, house, requires
from tests.shared.conftest import PUBLIC, SERVICE, a_provider
from tests.shared.corner import TABLE, Corner
from tests.shared.test_openid_provider import ASKED, LOOPBACK, VERIFIER, code_of

HERE = f"/{SERVICE}"


def sign_in_page(person: Actor) -> Blueprint:
    """A page where whoever comes is this person."""
    pages = Blueprint("signin", __name__)

    @pages.get("/code")
    @requires(SIGN_IN)
    def code() -> ResponseReturnValue:
        with house().db.transaction(person) as conn:
            value = begin_session(conn, person)
        return remember(redirect(safe_next(request.args.get("next")), 303), value)

    return pages


def who_is_signed_in() -> Subject | None:
    actor = current_actor()
    return Subject(actor.id, actor.locale) if actor.kind == ActorKind.PERSON else None


def no_network(_: httpx.Request) -> httpx.Response:
    raise AssertionError("our own persons need no network")


@pytest.fixture
def own(corner: Corner, corner_settings: ServiceSettings, db_of: Callable[..., Database], a_person: Actor) -> Flask:
    issuer = f"{PUBLIC}{HERE}/oidc"
    provider = a_provider(
        ECKey.generate_key("P-256"),
        who_is_signed_in,
        issuer=issuer,
        sign_in_url=lambda back: f"{HERE}/code?{urlencode({'next': back})}",
    )
    return create_service(
        Wiring(
            service=SERVICE,
            package="tests.shared.corner",
            settings=corner_settings.model_copy(update={"person_issuer": issuer}),
            db=db_of(SERVICE),
            table=TABLE,
            web=[corner.web(), sign_in_page(a_person)],
            api=[corner.api()],
            provider=provider,
            person_sign_in="signin.code",
            transport=httpx.MockTransport(no_network),
        )
    )


def test_a_person_is_signed_in_here_without_the_network(own: Flask, a_person: Actor) -> None:
    browser = own.test_client()
    away = browser.get(f"{HERE}/own")
    page = browser.get(away.location)
    assert page.location == f"{HERE}/code?next={HERE}/own"
    arrived = browser.get(page.location)
    assert browser.get(arrived.location).text == str(a_person.id)


def test_the_other_services_learn_who_it_is_from_here(own: Flask, a_person: Actor) -> None:
    browser = own.test_client()
    asked = f"{HERE}/oidc/authorize?{urlencode(ASKED)}"
    sent = browser.get(asked)
    signed_in = browser.get(sent.location)
    assert signed_in.location == asked
    assert code_of(browser.get(signed_in.location))


def test_a_person_may_use_the_api_with_a_token_of_ours(own: Flask) -> None:
    browser = own.test_client()
    cli = ASKED | {"client_id": "brug-cli", "redirect_uri": LOOPBACK}
    browser.get(f"{HERE}/code")
    code = code_of(browser.get(f"{HERE}/oidc/authorize?{urlencode(cli)}"))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": LOOPBACK, "client_id": "brug-cli"}
    tokens: Any = browser.post(f"{HERE}/oidc/token", data=form | {"code_verifier": VERIFIER}).json
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert own.test_client().get(f"{HERE}/api/v1/notes", headers=bearer).status_code == 403
    confused = {"Authorization": f"Bearer {tokens['id_token']}"}
    assert own.test_client().get(f"{HERE}/api/v1/notes", headers=confused).status_code == 401


def test_signing_out_here_leads_to_the_front(own: Flask, a_person: Actor, sign_in: Any) -> None:
    own.config["WTF_CSRF_ENABLED"] = False
    browser = sign_in(own.test_client(), a_person)
    left = browser.post(f"{HERE}/sign-out")
    assert left.location == f"{PUBLIC}/"
    assert browser.get(f"{HERE}/own").status_code == 303


def test_an_issuer_that_names_itself_otherwise_is_not_believed() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"issuer": "https://evil.example"})

    issuer = Issuer(ActorKind.STAFF, f"{PUBLIC}/idp", ("brug", "x"), transport=httpx.MockTransport(answer))
    with pytest.raises(Exception, match="another issuer"):
        issuer.metadata()
