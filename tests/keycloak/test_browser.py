"""In a real browser: a password and a code, one sign-in for all services, and out of all at once."""

from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext

from deploy.services import SERVICES
from tests.keycloak import pages
from tests.keycloak.conftest import Brug

Window = Callable[..., BrowserContext]
HOMES = {"intake": "/intake/", "referral": "/referral/", "activities": "/activities/mine", "network": "/network/"}


def open_everything(context: BrowserContext, brug: Brug) -> None:
    """One page of each service; the issuer asks nothing any more."""
    page = context.new_page()
    for service in SERVICES:
        page.goto(f"{brug.url}/{service}/sign-in?as=staff&next=/{service}/")
        assert f"{brug.url}/{service}/" in page.url, page.url
    page.close()


def test_one_sign_in_opens_two_services_and_signing_out_closes_all_four(brug: Brug, window: Window) -> None:
    brug.sign_out_everywhere("brugfiguur")
    context = window()
    page = context.new_page()
    pages.sign_in(page, f"{brug.url}/intake/", brug.passwords["brugfiguur"])
    assert page.url == f"{brug.url}/intake/"
    page.goto(f"{brug.url}/referral/")
    assert "Doorverwijzingen van de school" in page.inner_text("main")
    open_everything(context, brug)
    assert brug.sessions("brugfiguur") == dict.fromkeys(SERVICES, 1)
    before = {one["name"]: one["value"] for one in context.cookies() if str(one["name"]).startswith("brug_")}
    page.goto(f"{brug.url}/intake/")
    page.click("text=Afmelden")
    page.wait_for_url(lambda url: "/sign-out" not in url and "/auth/" not in url)
    # No page asked 'really?' on the way, and no session is left in any of the four, whoever kept its cookies.
    assert page.url.rstrip("/") == brug.url
    assert brug.sessions("brugfiguur") == dict.fromkeys(SERVICES, 0)
    for path in ("/intake/", "/referral/"):
        answer = httpx.get(f"{brug.url}{path}", cookies=before, trust_env=False)
        assert answer.status_code == 303
    page.goto(f"{brug.url}/intake/")
    assert page.locator("input[name=password]").count() == 1


def test_a_partner_types_a_code_as_well_and_works_in_two_services(brug: Brug, window: Window) -> None:
    brug.sign_out_everywhere("katrol")
    page = window(360).new_page()
    who = brug.passwords["katrol"]
    page.goto(f"{brug.url}/referral/")
    pages.type_password(page, who)
    assert page.locator("input[name=otp]").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pages.type_code(page, who)
    page.wait_for_url(f"{brug.url}/referral/")
    assert "werklijst" in page.inner_text("main")
    page.goto(f"{brug.url}/activities/sign-in?as=staff&next=/activities/")
    assert page.url == f"{brug.url}/activities/"
    page.goto(f"{brug.url}/referral/")
    page.click("text=Afmelden")
    page.wait_for_url(lambda url: "/sign-out" not in url and "/auth/" not in url)
    assert brug.sessions("katrol") == dict.fromkeys(SERVICES, 0)


def test_two_browsers_of_one_person_are_two_sessions(brug: Brug, window: Window) -> None:
    brug.sign_out_everywhere("brugfiguur")
    here, there = window().new_page(), window().new_page()
    for page in (here, there):
        pages.sign_in(page, f"{brug.url}/intake/", brug.passwords["brugfiguur"])
    assert brug.sessions("brugfiguur")["intake"] == 2
    here.click("text=Afmelden")
    here.wait_for_url(lambda url: "/sign-out" not in url and "/auth/" not in url)
    assert brug.sessions("brugfiguur")["intake"] == 1
    there.goto(f"{brug.url}/intake/")
    assert there.locator("text=Afmelden").count() == 1
