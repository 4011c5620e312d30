"""The API of how organisations keep themselves: agreements, people, mailbox; and who may what of it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from services.referral.app import create_app
from services.referral.commands import agreements as commands
from services.referral.commands.teams import make_team
from services.referral.domain.guests import MOST_MAILS
from services.referral.domain.teams import TeamWish
from services.referral.permissions import TABLE
from shared import clock
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from tests.builders.activities import Issuers
from tests.builders.referral import Town
from tests.conftest import remember_memberships
from tests.matrix import Things, Try, play
from tests.rules.test_r01_agreements import propose, responsible

API = "/referral/api/v1"
Ask = Callable[..., TestResponse]
_PLAYED = {
    *(f"{one}agreements.{act}" for one in ("", "api_") for act in ("answer", "withdraw", "end")),
    *(f"api_keeping.{act}" for act in ("contact", "put_contact", "memberships", "invite", "end")),
    *(f"staff.{act}" for act in ("see", "invite", "invited", "end")),
    *(f"teams.{act}" for act in ("index", "make", "see", "change", "end")),
    *(f"api_teams.{act}" for act in ("list_teams", "make", "show", "change", "end")),
}


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def new(town: Town) -> UUID:
    return town.partner("Buurtwerk De Brem", "community", agreed=False)


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    known: dict[str, Any] = {}
    yield known
    if known:
        known["app"].extensions["brug"].db.close()


@pytest.fixture
def app(town: Town, made: dict[str, Any]) -> Flask:
    if not made:
        made["issuers"] = Issuers(town.settings)
        settings = town.settings.model_copy(update={"accounts_client_id": "brug-accounts"})
        made["app"] = create_app(settings, transport=made["issuers"].transport())
        made["app"].config["WTF_CSRF_ENABLED"] = False
    found: Flask = made["app"]
    return found


@pytest.fixture
def bearer(app: Flask, made: dict[str, Any], owner_of: Any) -> Callable[[Actor], dict[str, str]]:
    def header(actor: Actor) -> dict[str, str]:
        if actor.memberships:
            remember_memberships(owner_of("referral"), actor)
        told: dict[str, str] = made["issuers"].bearer(actor)
        return told

    return header


@pytest.fixture
def ask(app: Flask, bearer: Callable[[Actor], dict[str, str]]) -> Ask:
    def do(actor: Actor, method: str, path: str, at: int | None = None, **more: Any) -> TestResponse:
        headers = bearer(actor) | ({"If-Match": f'"{at}"'} if at is not None else {}) | more.pop("headers", {})
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def wish(town: Town, new: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "proposer": str(town.school),
        "other": str(new),
        "purpose": "referral",
        "legal_ground": "public_task",
        "special_ground": "none",
        "fields_shared": ["reach"],
        "retention_days": 180,
        "valid_from": clock.today().isoformat(),
    } | changes


def test_r1_two_organisations_agree(town: Town, new: UUID, ask: Ask) -> None:
    school, other = responsible(town.school), responsible(new)
    made = ask(school, "POST", "/agreements", json=wish(town, new))
    assert (made.status_code, made.get_json()["state"]) == (201, "open")
    path = f"/agreements/{made.get_json()['id']}"
    assert ask(other, "POST", f"{path}/answer", json={"answer": "yes"}).status_code == 428
    assert ask(school, "POST", f"{path}/answer", 1, json={"answer": "yes"}).status_code == 403
    yes = ask(other, "POST", f"{path}/answer", 1, json={"answer": "yes"})
    assert (yes.status_code, yes.get_json()["state"]) == (200, "valid")
    assert path.rpartition("/")[2] in [one["id"] for one in ask(town.mira, "GET", "/agreements").get_json()["items"]]
    assert ask(responsible(town.katrol), "GET", path).status_code == 404
    ended = ask(other, "POST", f"{path}/end", int(yes.headers["ETag"].strip('"')))
    assert ended.get_json()["state"] == "ended"


def test_a_proposal_that_is_asked_for_twice_is_one(town: Town, new: UUID, ask: Ask) -> None:
    school, key = responsible(town.school), {"Idempotency-Key": "eens"}
    first = ask(school, "POST", "/agreements", json=wish(town, new), headers=key)
    again = ask(school, "POST", "/agreements", json=wish(town, new), headers=key)
    assert first.get_json()["id"] == again.get_json()["id"]
    assert ask(school, "POST", "/agreements", json=wish(town, new)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"other": str(uuid4())}, 422),
        ({"purpose": "marketing"}, 422),
        ({"fields_shared": []}, 422),
        ({"fields_shared": ["🌷"]}, 422),
        ({"retention_days": 10**12}, 422),
        ({"valid_until": "2020-01-01"}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_what_cannot_be_agreed_is_refused(
    town: Town, new: UUID, ask: Ask, changes: dict[str, Any], status: int
) -> None:
    assert ask(responsible(town.school), "POST", "/agreements", json=wish(town, new, **changes)).status_code == status


def test_nobody_agrees_with_oneself_or_for_another(town: Town, new: UUID, ask: Ask) -> None:
    school = responsible(town.school)
    assert ask(school, "POST", "/agreements", json=wish(town, town.school)).status_code == 422
    assert ask(school, "POST", "/agreements", json=wish(town, new, proposer=str(town.katrol))).status_code == 404


def test_the_mailbox_is_read_and_written(town: Town, ask: Ask) -> None:
    path = f"/organisations/{town.ocmw}/contact"
    assert ask(town.els, "GET", path).get_json() == {"email": None, "always": False}
    written = ask(town.els, "PUT", path, json={"email": "Onthaal@ocmw.example", "always": True})
    assert written.get_json() == {"email": "onthaal@ocmw.example", "always": True}
    assert ask(town.els, "PUT", path, json={"email": "onthaal"}).status_code == 422
    assert ask(town.koen, "GET", path).status_code == 404
    assert ask(town.els, "PUT", path, json={"email": None}).get_json()["email"] is None


def test_r24_a_school_has_another_link_mailed_and_there_is_an_end_to_it(town: Town, ask: Ask) -> None:
    path = f"/referrals/{town.sent()}/mail-again"
    assert ask(town.mira, "POST", path, 2).status_code == 409, "there is no address"
    assert ask(town.els, "PUT", f"/organisations/{town.ocmw}/contact", json={"email": "a@ocmw.example"})
    assert ask(town.mira, "POST", path).status_code == 428
    assert ask(town.els, "POST", path, 2).status_code == 403
    elsewhere = Actor(uuid4(), ActorKind.STAFF, (Held(town.katrol, "school_staff", "x", "discretie"),))
    assert ask(elsewhere, "POST", path, 2).status_code == 404
    key = {"Idempotency-Key": "eens"}
    sent = [ask(town.mira, "POST", path, 2, headers=key).status_code for _ in range(MOST_MAILS[0] + 1)]
    assert set(sent) == {200}, "with the same key it is one mail"
    more = [ask(town.mira, "POST", path, 2).status_code for _ in range(MOST_MAILS[0])]
    assert more == [200] * (MOST_MAILS[0] - 1) + [429]


def test_people_are_listed_invited_and_end(town: Town, ask: Ask) -> None:
    keeper = responsible(town.ocmw)
    path = f"/organisations/{town.ocmw}"
    listed = ask(keeper, "GET", f"{path}/memberships").get_json()["items"]
    els = next(one for one in listed if one["staff_id"] == str(town.els.id))
    body = {"email": "an@ocmw.example", "role": "partner_worker", "function": "onthaal", "secrecy": "beroepsgeheim"}
    first, again = (ask(keeper, "POST", f"{path}/invitations", json=body) for _ in range(2))
    assert first.status_code == 201
    assert first.get_json() == again.get_json()
    assert ask(keeper, "POST", f"{path}/invitations", json=body | {"role": "dpo"}).status_code == 409
    for _ in range(2):
        assert ask(keeper, "DELETE", f"/memberships/{els['id']}").status_code == 204
    assert ask(town.els, "GET", "/referrals").status_code == 403


def test_everyone_may_do_what_the_table_says_and_nothing_else(
    town: Town, new: UUID, app: Flask, bearer: Any, sign_in: Any, owner_of: Any
) -> None:
    invitation = {"email": "an@x.example", "role": "organiser", "function": "x", "secrecy": "discretie"}

    def a_member() -> UUID:
        who = Actor(uuid4(), ActorKind.STAFF, (Held(town.school, "organiser", "x", "discretie"),))
        remember_memberships(owner_of("referral"), who)
        [found] = owner_of("referral").execute("SELECT id FROM membership WHERE staff_id = %s", (who.id,)).fetchone()
        return UUID(str(found))

    def arrange() -> Things:
        owner_of("referral").execute("DELETE FROM agreement_proposal")
        proposal = propose(town, new).id
        other = propose(town, new, purpose="registration")
        commands.confirm_agreement(town.web, responsible(new), other)
        values: dict[str, dict[str, Any]] = {}
        for name in _PLAYED:
            ends = name.endswith("agreements.end")
            values[name] = {
                "agreement_id": other.id if ends else proposal,
                "organisation_id": town.school,
                "membership_id": a_member(),
                "team_id": make_team(town.web, responsible(town.school), town.school, TeamWish(str(uuid4()))),
            }
        both, one = frozenset({"owner", "receiver"}), frozenset({"owner"})
        bodies: dict[str, dict[str, Any]] = {
            "agreements.answer": {"answer": "yes", "version": "1"},
            "api_agreements.answer": {"answer": "yes"},
            "agreements.withdraw": {"version": "1"},
            "agreements.end": {"version": "1"},
            "api_keeping.put_contact": {"email": "an@x.example"},
            "api_keeping.invite": invitation,
            "staff.invite": invitation,
            "teams.make": {"name": f"Onthaal {uuid4()}"},
            "teams.change": {"name": f"Onthaal {uuid4()}", "version": "1"},
            "teams.end": {"version": "1"},
            "api_teams.make": {"name": f"Onthaal {uuid4()}"},
            "api_teams.change": {"name": f"Onthaal {uuid4()}"},
        }
        return Things(
            owner=town.school,
            receiver=new,
            person=uuid4(),
            values=values,
            only={name: both if "agreements" in name else one for name in _PLAYED},
            bodies=bodies,
            versions={f"api_agreements.{act}": 1 for act in ("answer", "withdraw", "end")}
            | {f"api_teams.{act}": 1 for act in ("change", "end")},
        )

    rest = frozenset(one.endpoint for one in app.url_map.iter_rules()) - _PLAYED
    wrong = play(Try(app, TABLE, arrange, sign_in, bearer, rest))
    assert not wrong, "\n".join(wrong)
