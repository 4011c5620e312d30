"""A program signs in by itself: its scopes limit the token, its membership says what it may do."""

import os
import subprocess
import sys

import httpx
import pytest

from deploy.demo import directory
from deploy.services import ROOT
from deploy.story.browser import Api
from tests.guides import blocks
from tests.keycloak.conftest import Brug

SCHOOL = directory.schools()[0]


def token_for(brug: Brug, client: dict[str, str], scope: str) -> httpx.Response:
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    place = f"{brug.url}/auth/realms/brug/protocol/openid-connect/token"
    return httpx.post(place, data=form, auth=(client["client_id"], client["client_secret"]), trust_env=False)


@pytest.fixture(scope="module")
def client(brug: Brug) -> dict[str, str]:
    """A program that reads what a school team reads at referral; its role needs a second factor of people."""
    told = brug.command(
        "staff", "service-account", "counting", "--scope", "referral.read",
        "--organisation", str(SCHOOL.id), "--role", "school_staff", "--function", "schooladministratie",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return dict(line.split("=", 1) for line in told.stdout.splitlines())


def test_a_program_does_what_its_scopes_and_its_membership_allow(brug: Brug, client: dict[str, str]) -> None:
    api = Api(brug.url, token_for(brug, client, "referral.read").json()["access_token"])
    assert api.get("/referral/api/v1/referrals").status_code == 200
    refused = api.post("/referral/api/v1/capacity-questions", {})
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="referral.write"' in refused.headers["WWW-Authenticate"]
    assert api.get("/intake/api/v1/files").status_code == 403


def test_a_program_gets_no_scope_that_it_was_not_given(brug: Brug, client: dict[str, str]) -> None:
    for scope in ("referral.write", "intake.read"):
        assert token_for(brug, client, scope).json()["error"] == "invalid_scope"
    plain = Api(brug.url, token_for(brug, client, "").json()["access_token"])
    assert plain.get("/referral/api/v1/referrals").status_code == 403


def test_a_program_whose_role_needs_a_second_factor_of_people_needs_none(brug: Brug) -> None:
    told = brug.command(
        "staff", "service-account", "worklist", "--scope", "referral.read",
        "--organisation", "De Katrol", "--role", "partner_worker", "--function", "eigen dossier",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    program = dict(line.split("=", 1) for line in told.stdout.splitlines())
    api = Api(brug.url, token_for(brug, program, "referral.read").json()["access_token"])
    assert api.get("/referral/api/v1/referrals").status_code == 200
    again = brug.command(
        "staff", "service-account", "worklist", "--scope", "referral.read",
        "--organisation", "De Katrol", "--role", "partner_worker", "--function", "eigen dossier",
    )  # fmt: skip
    assert again.returncode == 1
    assert "already" in again.stderr


def test_the_page_for_programs_says_how_one_signs_in(brug: Brug, client: dict[str, str]) -> None:
    """The block of docs/build-on-brug.md for programs, as somebody with a new service account runs it."""
    [(_, block)] = blocks(ROOT / "docs" / "build-on-brug.md", "python keycloak")
    env = {**os.environ, "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
    program = f"import os\nimport httpx\nurl = {brug.url!r}\n{block}"
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("200\n", "")
