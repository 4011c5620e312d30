"""The API of teams: kept by who is responsible, named by a school, moved between by colleagues."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.test_referral_keeping_api import Ask, app, ask, bearer, made, town
from tests.builders.referral import Town
from tests.rules.test_r01_agreements import responsible

__all__ = ["app", "ask", "bearer", "made", "town"]


def make(ask: Ask, place: UUID, name: str = "Onthaal", **more: Any) -> Any:
    return ask(responsible(place), "POST", f"/organisations/{place}/teams", json={"name": name}, **more)


def test_a_team_is_made_once_changed_and_ended(town: Town, ask: Ask) -> None:
    keeper, key = responsible(town.ocmw), {"Idempotency-Key": "eens"}
    here = f"/organisations/{town.ocmw}/teams"
    first, again = (ask(keeper, "POST", here, json={"name": "Onthaal"}, headers=key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    path = f"/teams/{first.get_json()['id']}"
    people = ask(keeper, "GET", f"/organisations/{town.ocmw}/memberships").get_json()["items"]
    els = next(one["id"] for one in people if one["staff_id"] == str(town.els.id))
    body = {"name": "Schuldhulp", "members": [els, els]}
    assert ask(keeper, "PUT", path, json=body).status_code == 428
    changed = ask(keeper, "PUT", path, 1, json=body)
    assert (changed.get_json()["name"], changed.get_json()["members"]) == ("Schuldhulp", [els])
    assert ask(keeper, "PUT", path, 1, json=body).status_code == 412
    assert ask(keeper, "POST", f"{path}/end", 2).get_json()["ended_at"]
    assert ask(keeper, "POST", f"{path}/end", 3).status_code == 409
    [listed] = ask(keeper, "GET", f"/organisations/{town.ocmw}/teams").get_json()["items"]
    assert listed == ask(keeper, "GET", path).get_json()


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": "X", "members": ["🌷"]}, {"name": "X", "y": 1}],
)
def test_what_is_no_team_is_refused(town: Town, ask: Ask, body: dict[str, Any]) -> None:
    assert ask(responsible(town.ocmw), "POST", f"/organisations/{town.ocmw}/teams", json=body).status_code == 422


def test_people_of_elsewhere_and_names_in_use_are_refused(town: Town, ask: Ask) -> None:
    assert make(ask, town.ocmw).status_code == 201
    assert make(ask, town.ocmw, "onthaal").status_code == 422
    path, stranger = f"/organisations/{town.ocmw}/teams", {"name": "X", "members": [str(uuid4())]}
    assert ask(responsible(town.ocmw), "POST", path, json=stranger).status_code == 422
    assert ask(responsible(town.katrol), "POST", path, json={"name": "X"}).status_code == 404


def test_the_directory_tells_the_name_and_not_who_is_in_it(town: Town, ask: Ask) -> None:
    team = make(ask, town.ocmw).get_json()["id"]
    items = ask(town.mira, "GET", "/organisations?q=ocmw").get_json()["items"]
    assert items[0]["teams"] == [{"id": team, "name": "Onthaal"}]
    assert ask(town.mira, "GET", f"/teams/{team}").status_code == 403


def test_r4_named_by_the_school_moved_by_the_receiver(town: Town, ask: Ask) -> None:
    first, second = (make(ask, town.ocmw, name).get_json()["id"] for name in ("Onthaal", "Schuldhulp"))
    others = make(ask, town.katrol).get_json()["id"]
    town.fresh()
    wish = {"akkoord_id": str(town.yes().akkoord_id), "reason": "finances"}
    assert ask(town.mira, "POST", "/referrals", json=wish | {"team_id": others}).status_code == 422
    made = ask(town.mira, "POST", "/referrals", json=wish | {"team_id": first})
    assert (made.status_code, made.get_json()["team_id"]) == (201, first)
    path = f"/referrals/{made.get_json()['id']}"
    sent = ask(town.mira, "POST", f"{path}/send", 1)
    at = ask(town.els, "GET", path).get_json()["version"]
    assert ask(town.els, "POST", f"{path}/team", at, json={"team_id": others}).status_code == 422
    moved = ask(town.els, "POST", f"{path}/team", at, json={"team_id": second})
    assert (moved.get_json()["team_id"], moved.get_json()["version"]) == (second, at + 1)
    school = ask(town.mira, "GET", path).get_json()
    assert school["team_id"] == first
    assert school["version"] <= sent.get_json()["version"] + 1  # that it was seen
    assert len(ask(town.els, "GET", "/referrals?my_team=true").get_json()["items"]) == 1
    assert ask(town.els, "GET", "/tasks?my_team=true").status_code == 200
