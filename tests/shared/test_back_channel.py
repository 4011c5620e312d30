"""Staff's issuer says that a session is over, and it is over here; a forged or repeated word ends nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey

from shared import clock, sessions
from shared.db import Database
from shared.security import Actor, ActorKind
from tests.shared.conftest import PUBLIC, SERVICE, Issuers

PLACE = f"/{SERVICE}/sign-out/backchannel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
Say = Callable[..., Any]


@pytest.fixture
def begin(db_of: Callable[..., Database]) -> Callable[..., None]:
    """`begin(staff_id, "sid-1")`: somebody is signed in here, from that session of the issuer."""

    def do(actor_id: UUID, session: str, kind: ActorKind = ActorKind.STAFF) -> None:
        actor = Actor(actor_id, kind)
        with db_of(SERVICE).transaction(actor) as conn:
            sessions.begin(conn, actor, "", sessions.AtIssuer(session))

    return do


@pytest.fixture
def left(owner_of: Any) -> Callable[[], set[str]]:
    return lambda: {row[0] for row in owner_of(SERVICE).execute("SELECT issuer_session FROM session")}


@pytest.fixture
def say(browser: FlaskClient, issuers: Issuers) -> Say:
    def do(key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> Any:
        now = int(clock.now().timestamp())
        told = {
            "iss": f"{PUBLIC}/idp",
            "aud": "brug",
            "iat": now,
            "exp": now + 120,
            "jti": str(uuid4()),
            "events": {EVENT: {}},
            "sid": "sid-1",
        } | claims
        told = {name: value for name, value in told.items() if value is not None}
        sent = {"alg": "ES256", "typ": "logout+jwt", "kid": issuers.staff_key.kid} | (header or {})
        token = jwt.encode(sent, told, key or issuers.staff_key, algorithms=["ES256"])
        return browser.post(PLACE, data={"logout_token": token})

    return do


def test_one_session_ends_and_the_others_go_on(begin: Any, say: Say, left: Any) -> None:
    els, jo = uuid4(), uuid4()
    begin(els, "sid-1")
    begin(els, "sid-2")
    begin(jo, "sid-3")
    answered = say(sub=str(els))
    assert (answered.status_code, answered.headers["Cache-Control"]) == (200, "no-store")
    assert left() == {"sid-2", "sid-3"}


def test_without_a_session_all_of_that_person_end(begin: Any, say: Say, left: Any) -> None:
    els, jo = uuid4(), uuid4()
    begin(els, "sid-1")
    begin(els, "sid-2")
    begin(jo, "sid-3")
    assert say(sid=None, sub=str(els)).status_code == 200
    assert left() == {"sid-3"}


def test_a_family_is_not_signed_out_by_the_issuer_of_staff(begin: Any, say: Say, left: Any) -> None:
    person = uuid4()
    begin(person, "", ActorKind.PERSON)
    assert say(sid=None, sub=str(person)).status_code == 200
    assert left() == {""}


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": f"{PUBLIC}/idp2"},
        {"iss": f"{PUBLIC}/intake/oidc"},
        {"aud": "another-client"},
        {"aud": None},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"exp": 4_000_000_000},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"jti": None},
        {"nonce": "n"},
        {"events": None},
        {"events": {"http://schemas.openid.net/event/another": {}}},
        {"events": EVENT},
        {"sid": None},
        {"sid": None, "sub": "not-a-uuid"},
        {"key": ECKey.generate_key("P-256")},
        {"header": {"typ": "at+jwt"}},
    ],
)
def test_what_is_no_logout_token_of_our_issuer_ends_nothing(
    begin: Any, say: Say, left: Any, claims: dict[str, Any]
) -> None:
    begin(uuid4(), "sid-1")
    refused = say(**claims)
    assert refused.status_code == 400
    assert refused.json["error"] == "invalid_request"
    assert left() == {"sid-1"}


def test_a_token_counts_once(begin: Any, say: Say, left: Any) -> None:
    begin(uuid4(), "sid-1")
    assert say(jti="j-1").status_code == 200
    begin(uuid4(), "sid-1")
    assert say(jti="j-1").status_code == 400
    assert left() == {"sid-1"}


def test_an_id_token_signs_nobody_out(begin: Any, say: Say, left: Any) -> None:
    begin(uuid4(), "sid-1")
    assert say(events=None, nonce="n", header={"typ": "JWT"}).status_code == 400
    assert left() == {"sid-1"}


@pytest.mark.parametrize("data", [{}, {"logout_token": ""}, {"logout_token": "x"}, {"logout_token": "a" * 9000}])
def test_what_is_no_token_at_all_is_refused(browser: FlaskClient, data: dict[str, str]) -> None:
    assert browser.post(PLACE, data=data).status_code == 400
    assert browser.get(PLACE).status_code == 405


def test_what_came_is_remembered_until_it_would_not_count_any_more(
    say: Say, db_of: Callable[..., Database], a_person: Actor, owner_of: Any
) -> None:
    assert say(jti="j-2").status_code == 200
    with db_of(SERVICE, "worker").transaction(a_person) as conn:
        sessions.forget_old(conn)
    assert owner_of(SERVICE).execute("SELECT count(*) FROM issuer_message").fetchone() == (1,)
    with clock.fixed(clock.now() + timedelta(hours=1)), db_of(SERVICE, "worker").transaction(a_person) as conn:
        sessions.forget_old(conn)
    assert owner_of(SERVICE).execute("SELECT count(*) FROM issuer_message").fetchone() == (0,)
