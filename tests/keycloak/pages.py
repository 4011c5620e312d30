"""Keycloak's own pages as somebody with a browser goes through them."""

import base64
import time
from urllib.parse import urlsplit

from playwright.sync_api import Page

from deploy.keycloak.people import PERIOD, Credentials


def sign_in(page: Page, address: str, who: Credentials) -> None:
    """Type an address of Brug, and what Keycloak asks on the way; ends where Brug shows its page."""
    page.goto(address)
    type_password(page, who)
    if who.app:
        type_code(page, who)
    page.wait_for_url(lambda url: "/auth/" not in urlsplit(url).path)


def type_password(page: Page, who: Credentials) -> None:
    page.fill("input[name=username]", who.username)
    page.fill("input[name=password]", who.password)
    page.click("[type=submit]")
    page.wait_for_load_state()


def type_code(page: Page, who: Credentials) -> None:
    """A code counts once: where the app's was used already, wait for its next."""
    for _ in range(3):
        if not page.locator("input[name=otp]").count():
            return
        page.fill("input[name=otp]", who.code(time.time()))
        page.click("[type=submit]")
        page.wait_for_load_state()
        if page.locator("input[name=otp]").count():
            page.wait_for_timeout(1000 * (PERIOD - time.time() % PERIOD + 0.5))


def set_up_app(page: Page, username: str) -> Credentials:
    """Take over the secret that the page shows, as people do who cannot scan; returns what their app now knows."""
    page.click("#mode-manual")
    page.wait_for_load_state()
    shown = page.inner_text("#kc-totp-secret-key").replace(" ", "")
    made = Credentials(username, "", from_shown(shown))
    page.fill("input[name=totp]", made.code(time.time()))
    if page.locator("input[name=userLabel]").count():
        page.fill("input[name=userLabel]", "telefoon")
    page.click("[type=submit]")
    page.wait_for_load_state()
    return made


def from_shown(shown: str) -> str:
    """The secret behind what people type into an app (base 32)."""
    return base64.b32decode(shown + "=" * (-len(shown) % 8)).decode()
