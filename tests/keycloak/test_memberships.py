"""What somebody may do follows the directory within seconds, whatever their token says."""

import time
from collections.abc import Callable

import pytest

from deploy.bearer import token_of
from deploy.demo import directory
from deploy.keycloak.people import Credentials
from deploy.story.browser import Api
from tests.keycloak.conftest import Brug

_SECONDS = 10.0


def soon(true: Callable[[], bool]) -> bool:
    limit = time.monotonic() + _SECONDS
    while not (done := true()) and time.monotonic() < limit:
        time.sleep(0.05)
    return done


def test_a_membership_that_ends_closes_every_service_whatever_the_token_says(brug: Brug) -> None:
    who = next(one for one in directory.staff() if one.key == "zorgcoordinator")
    api = brug.api(who.key)
    doors = ("/intake/api/v1/files", "/referral/api/v1/referrals")
    assert [api.get(door).status_code for door in doors] == [200, 200]
    ended = brug.command("staff", "end", str(who.membership_id))
    assert ended.returncode == 0, ended.stderr
    for door in doors:
        assert soon(lambda door=door: api.get(door).status_code == 403), door  # type: ignore[misc]
    fresh = brug.api(who.key)
    assert [fresh.get(door).status_code for door in doors] == [403, 403]
    told = brug.command("staff", "list", who.organisation.name)
    assert str(who.membership_id) not in told.stdout
    assert "brugfiguur" in told.stdout


def test_a_partner_without_a_second_factor_sees_nothing_and_is_told_why(brug: Brug) -> None:
    whole = brug.passwords["huiswerk"]
    weak = {"huiswerk": Credentials(whole.username, whole.password)}
    api = Api(brug.url, token_of(brug.url, "huiswerk", weak))
    refused = api.get("/referral/api/v1/referrals")
    assert refused.status_code == 401
    assert 'acr_values="second-factor"' in refused.headers["WWW-Authenticate"]
    assert brug.api("huiswerk").get("/referral/api/v1/referrals").status_code == 200


@pytest.mark.parametrize("arguments", [("end", "00000000-0000-4000-8000-000000000000"), ("list", "Nergens")])
def test_what_is_not_there_is_said(brug: Brug, arguments: tuple[str, ...]) -> None:
    told = brug.command("staff", *arguments)
    assert told.returncode == 1
    assert told.stderr.startswith("brug: ")
