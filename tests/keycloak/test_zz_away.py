"""Keycloak is killed under Brug: who is in goes on, who wants in reads why not, what waits is done when it is back."""

import time
from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext

from deploy.demo import directory
from deploy.keycloak.server import Keycloak
from tests.keycloak import pages
from tests.keycloak.conftest import Brug
from tests.keycloak.mailbox import Mailbox

Window = Callable[..., BrowserContext]
ADDRESS = "later@ocmw.example"


def waiting(brug: Brug) -> int:
    return brug.rows("referral", "SELECT id FROM invitation WHERE status = 'waiting' AND problem = 'away'")


def test_keycloak_away_and_back(brug: Brug, keycloak: Keycloak, window: Window, mailbox: Mailbox) -> None:
    page, api = window().new_page(), brug.api("brugfiguur")
    pages.sign_in(page, f"{brug.url}/intake/", brug.passwords["brugfiguur"])
    assert api.get("/intake/api/v1/files").status_code == 200
    keycloak.kill()

    page.goto(f"{brug.url}/intake/")
    assert page.locator("text=Afmelden").count() == 1
    assert api.get("/intake/api/v1/files").status_code == 200
    stranger = httpx.get(f"{brug.url}/intake/sign-in?as=staff", trust_env=False, timeout=30)
    assert stranger.status_code == 503
    assert "Aanmelden kan nu even niet" in stranger.text
    behind = httpx.get(f"{brug.url}/auth/realms/brug/account", trust_env=False, timeout=30)
    assert (behind.status_code, "Aanmelden kan nu even niet" in behind.text) == (502, True)
    place = next(one.organisation.name for one in directory.staff() if one.key == "ocmw")
    told = brug.command(
        "staff", "invite", ADDRESS, "--organisation", place,
        "--role", "partner_worker", "--function", "onthaal", "--secrecy", "beroepsgeheim",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    limit = time.monotonic() + 30
    while not waiting(brug):
        assert time.monotonic() < limit
        time.sleep(0.2)
    assert mailbox.count(ADDRESS) == 0

    keycloak.start()
    mailbox.await_mail(ADDRESS, seconds=60)
    assert brug.api("ocmw").get("/referral/api/v1/referrals").status_code == 200
    assert api.get("/intake/api/v1/files").status_code == 200
