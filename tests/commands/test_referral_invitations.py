"""Somebody is invited: written at once, made into an account when Keycloak can, one account however often."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral import commands
from services.referral.commands.invitations import Wish, invite_staff
from services.referral.domain.refusals import RoleDoesNotFit
from services.referral.forms.invitations import is_address
from services.referral.timers import forget_old, make_accounts
from shared import clock
from shared.accounts import Accounts
from shared.directory import memberships_of
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from tests.builders.referral import Town

ADDRESS = "els@ocmw.example"
STRONG = ("partner_worker",)
REALM = "https://brug.example/auth/realms/brug"


class FakeKeycloak:
    """Keycloak's admin API as seen from outside, with the users that it holds; `away` and `mail_away` break it."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.mails: list[tuple[str, list[str], str]] = []
        self.away = self.mail_away = self.refuses = False
        self.asked: list[str] = []

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away", request=request)
        path, query = request.url.path, parse_qs(request.url.query.decode())
        self.asked.append(f"{request.method} {path}")
        if path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t"})
        assert request.headers["Authorization"] == "Bearer t"
        parts = path.removeprefix("/auth/admin/realms/brug/users").strip("/").split("/")
        if parts == [""]:
            return self._users(request, query)
        return self._user(request, parts, query)

    def _users(self, request: httpx.Request, query: dict[str, list[str]]) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[one for one in self.users.values() if one["email"] == query["email"][0]])
        told = json.loads(request.content)
        if self.refuses:
            return httpx.Response(400, json={"errorMessage": "error-invalid-email"})
        if any(one["email"] == told["email"] for one in self.users.values()):
            return httpx.Response(409)
        user = told | {"id": str(uuid4()), "credentials": []}
        self.users[user["id"]] = user
        return httpx.Response(201)

    def _user(self, request: httpx.Request, parts: list[str], query: dict[str, list[str]]) -> httpx.Response:
        user = self.users[parts[0]]
        if parts[1] == "credentials":
            return httpx.Response(200, json=user["credentials"])
        if parts[1] == "federated-identity":
            return httpx.Response(200, json=[])
        if self.mail_away:
            return httpx.Response(500, json={"errorMessage": "Failed to send execute actions email"})
        self.mails.append((user["email"], json.loads(request.content), query["client_id"][0]))
        return httpx.Response(204)


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def keycloak() -> FakeKeycloak:
    return FakeKeycloak()


@pytest.fixture
def work(town: Town, keycloak: FakeKeycloak) -> Callable[[], int]:
    """The worker's timer, once."""
    accounts = Accounts(REALM, ("brug-accounts", "s"), transport=keycloak.transport())
    return lambda: make_accounts(town.worker, accounts, STRONG)


@pytest.fixture
def coordinator() -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(uuid4(), "coordinator", "coördinator", "discretie"),))


def wish(town: Town, **changes: Any) -> Wish:
    told = Wish(town.ocmw, ADDRESS, "partner_worker", "maatschappelijk werker", "beroepsgeheim")
    return told._replace(**changes)


def rows(owner_of: Any) -> list[tuple[Any, ...]]:
    found = owner_of("referral").execute("SELECT status, problem, email FROM invitation ORDER BY invited_at, id")
    return [tuple(row) for row in found]


def roles_of(town: Town, staff_id: UUID) -> list[str]:
    with town.web.transaction(town.els) as conn:
        return [one.role for one in memberships_of(conn, staff_id, clock.today())]


def test_who_is_invited_gets_an_account_a_mail_and_the_role_and_the_address_is_let_go(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    invite_staff(town.web, coordinator, wish(town, email=" Els@OCMW.example "))
    assert rows(owner_of) == [("waiting", "", ADDRESS)]
    assert work() == 1
    assert keycloak.mails == [(ADDRESS, ["UPDATE_PASSWORD", "CONFIGURE_TOTP"], "brug-referral")]
    assert rows(owner_of) == [("done", "", "")]
    (user,) = keycloak.users.values()
    assert roles_of(town, UUID(user["id"])) == ["partner_worker"]
    assert work() == 0


def test_a_role_without_a_second_factor_is_not_asked_to_set_one_up(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int]
) -> None:
    invite_staff(town.web, coordinator, wish(town, organisation_id=town.school, role="school_staff"))
    work()
    assert keycloak.mails == [(ADDRESS, ["UPDATE_PASSWORD"], "brug-intake")]


def test_invited_twice_is_one_account_one_membership_and_no_second_mail_once_they_came(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    first = invite_staff(town.web, coordinator, wish(town))
    assert invite_staff(town.web, coordinator, wish(town)) == first
    work()
    (user,) = keycloak.users.values()
    user["credentials"] = [{"type": "password"}]
    invite_staff(town.web, coordinator, wish(town))
    invite_staff(town.web, coordinator, wish(town, organisation_id=town.katrol))
    assert work() == 2
    assert len(keycloak.users) == len(keycloak.mails) == 1
    assert roles_of(town, UUID(user["id"])) == ["partner_worker", "partner_worker"]
    told = owner_of("referral").execute("SELECT count(*) FROM membership WHERE staff_id = %s", (user["id"],))
    assert told.fetchone() == (2,)


def test_while_keycloak_is_away_it_waits_and_nothing_is_lost(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    keycloak.away = True
    invite_staff(town.web, coordinator, wish(town))
    invite_staff(town.web, coordinator, wish(town, email="jo@ocmw.example"))
    work()
    assert rows(owner_of) == [("waiting", "away", ADDRESS), ("waiting", "away", "jo@ocmw.example")]
    assert work() == 0
    keycloak.away = False
    with clock.fixed(clock.now() + timedelta(seconds=30)):
        assert work() == 2
    assert rows(owner_of) == [("done", "", "")] * 2


def test_a_mail_that_cannot_leave_is_sent_later_and_the_account_is_the_same(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    keycloak.mail_away = True
    invite_staff(town.web, coordinator, wish(town))
    work()
    assert rows(owner_of) == [("waiting", "mail", ADDRESS)]
    keycloak.mail_away = False
    with clock.fixed(clock.now() + timedelta(minutes=3)):
        work()
    assert len(keycloak.users) == len(keycloak.mails) == 1
    assert rows(owner_of) == [("done", "", "")]


def test_an_address_that_keycloak_refuses_is_said_and_not_tried_again(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    keycloak.refuses = True
    invite_staff(town.web, coordinator, wish(town))
    work()
    assert rows(owner_of) == [("refused", "address", ADDRESS)]
    with clock.fixed(clock.now() + timedelta(hours=1)):
        assert work() == 0


def test_a_blocked_account_stays_blocked(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    keycloak.users["x"] = {"id": str(uuid4()), "email": ADDRESS, "enabled": False, "credentials": []}
    invite_staff(town.web, coordinator, wish(town))
    work()
    assert rows(owner_of) == [("refused", "blocked", ADDRESS)]


def test_an_ended_membership_is_opened_again_by_a_new_invitation(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    invite_staff(town.web, coordinator, wish(town))
    work()
    staff_id = UUID(next(iter(keycloak.users)))
    membership = owner_of("referral").execute("SELECT id FROM membership WHERE staff_id = %s", (staff_id,)).fetchone()
    commands.end_membership(town.worker, coordinator, membership[0], clock.today())
    assert roles_of(town, staff_id) == []
    invite_staff(town.web, coordinator, wish(town))
    work()
    assert roles_of(town, staff_id) == ["partner_worker"]


def test_no_address_is_kept_longer_than_a_week(
    town: Town, coordinator: Actor, keycloak: FakeKeycloak, work: Callable[[], int], owner_of: Any
) -> None:
    keycloak.away = True
    invite_staff(town.web, coordinator, wish(town))
    work()
    with clock.fixed(clock.now() + timedelta(days=8)):
        forget_old(town.worker)
        assert rows(owner_of) == [("expired", "away", "")]
        assert work() == 0
    with clock.fixed(clock.now() + timedelta(days=31)):
        forget_old(town.worker)
    assert rows(owner_of) == []


def test_only_who_keeps_the_directory_invites_and_only_to_what_exists_there(town: Town, coordinator: Actor) -> None:
    with pytest.raises(NotAllowed):
        invite_staff(town.web, town.els, wish(town))
    with pytest.raises(NotThere):
        invite_staff(town.web, coordinator, wish(town, organisation_id=uuid4()))
    with pytest.raises(RoleDoesNotFit):
        invite_staff(town.web, coordinator, wish(town, organisation_id=town.school))


@pytest.mark.parametrize("text", ["els@ocmw.be", "e.l-s+1@sub.ocmw.be", "o'els@ocmw.be"])
def test_an_address_is_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "els", "els@", "@ocmw.be", "els@ocmw", "els@@ocmw.be", "els @ocmw.be", "a..b@ocmw.be", ".a@ocmw.be",
             "els@ocmw.be, jo@ocmw.be", "Els <els@ocmw.be>", "els.@ocmw.be", "els@ocmw.be\nBcc: x@y.be"]
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)
