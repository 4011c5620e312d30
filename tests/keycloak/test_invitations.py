"""Invited by mail: the account, the password, the app, and the role, each as the person meets them."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from deploy.demo import directory
from deploy.keycloak.admin import Admin
from deploy.keycloak.people import Credentials
from tests.keycloak import pages
from tests.keycloak.conftest import Brug
from tests.keycloak.mailbox import Mailbox, link_in

Window = Callable[..., BrowserContext]
OCMW = next(one.organisation for one in directory.staff() if one.key == "ocmw")
PASSWORD = "een lange zin met woorden"


def invite(page: Page, brug: Brug, address: str, role: str = "partner_worker") -> None:
    page.goto(f"{brug.url}/referral/staff/{OCMW.id}")
    page.fill("input[name=email]", address)
    page.click(f"label:has(input[name=role][value={role}])")
    page.fill("input[name=function]", "onthaal")
    page.click("label:has(input[name=secrecy][value=beroepsgeheim])")
    page.click("button:has-text('Nodig uit')")
    page.wait_for_load_state()


def done(page: Page, seconds: float = 40) -> None:
    limit = time.monotonic() + seconds
    while "Het account is er" not in page.inner_text("#invited"):
        assert time.monotonic() < limit, page.inner_text("#invited")
        page.wait_for_timeout(500)


def test_a_coordinator_invites_and_the_new_colleague_comes_in_with_password_and_app(
    brug: Brug, window: Window, mailbox: Mailbox, admin: Admin
) -> None:
    page = window().new_page()
    pages.sign_in(page, f"{brug.url}/referral/staff/", brug.passwords["coordinator"])
    page.fill("input[name=q]", "OCMW Antwerpen")
    page.click("button:has-text('Zoek')")
    page.click("text=OCMW Antwerpen")
    address = "nieuwe.collega@ocmw.example"
    invite(page, brug, address)
    done(page)
    assert brug.rows("referral", "SELECT id FROM invitation WHERE email <> ''") == 0
    mail = mailbox.await_mail(address)
    assert "Brug" in str(mail["from"])
    assert mail["subject"] == "Je account bij Brug staat klaar"

    phone = window(360).new_page()
    phone.goto(link_in(mail))
    phone.wait_for_load_state()
    assert "Ga verder" in phone.inner_text("body")
    phone.click("#kc-info-message a")
    phone.wait_for_load_state()
    follow(phone, address)
    phone.goto(f"{brug.url}/referral/")
    come_in(phone, address)
    assert "werklijst" in phone.inner_text("main")
    assert len(admin.ask("GET", f"/users?email={address}&exact=true").json()) == 1


APPS: dict[str, Credentials] = {}


def follow(page: Page, address: str) -> None:
    """The pages behind the link, in whatever order Keycloak shows them: a password, then an app."""
    for _ in range(6):
        if page.locator("input[name=password-new]").count():
            page.fill("input[name=password-new]", PASSWORD)
            page.fill("input[name=password-confirm]", PASSWORD)
            page.click("[type=submit]")
        elif page.locator("#kc-totp-settings, input[name=totp]").count():
            APPS[address] = pages.set_up_app(page, address)
        elif page.locator("input[name=firstName]").count():
            page.fill("input[name=firstName]", "Nieuwe")
            page.fill("input[name=lastName]", "Collega")
            page.click("[type=submit]")
        else:
            return
        page.wait_for_load_state()


def come_in(page: Page, address: str) -> None:
    """Sign in as somebody who just set everything up, whatever of it is still asked."""
    for _ in range(6):
        if "/auth/" not in urlsplit(page.url).path:
            return
        if page.locator("input[name=username]").count():
            pages.type_password(page, Credentials(address, PASSWORD))
        elif page.locator("input[name=otp]").count():
            pages.type_code(page, APPS[address])
        else:
            follow(page, address)
    raise AssertionError(page.inner_text("body"))


def test_invited_twice_is_one_account(brug: Brug, mailbox: Mailbox, admin: Admin) -> None:
    address = "twee.keer@ocmw.example"
    for place in (OCMW.name, "De Katrol"):
        told = brug.command(
            "staff", "invite", address, "--organisation", place,
            "--role", "partner_worker", "--function", "onthaal", "--secrecy", "beroepsgeheim",
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
    mailbox.await_mail(address)
    limit = time.monotonic() + 30
    while brug.rows("referral", "SELECT id FROM invitation WHERE status = 'waiting'"):
        assert time.monotonic() < limit
        time.sleep(0.2)
    (user,) = admin.ask("GET", f"/users?email={address}&exact=true").json()
    assert brug.rows("referral", "SELECT id FROM membership WHERE staff_id = %s", user["id"]) == 2


def test_a_bad_address_is_refused_in_words(brug: Brug, window: Window) -> None:
    page = window().new_page()
    pages.sign_in(page, f"{brug.url}/referral/staff/", brug.passwords["dpo"])
    invite(page, brug, "geen adres")
    assert "Dit is geen e-mailadres" in page.inner_text("main")
    told = brug.command(
        "staff", "invite", "geen adres", "--organisation", OCMW.name,
        "--role", "partner_worker", "--function", "x", "--secrecy", "discretie",
    )  # fmt: skip
    assert (told.returncode, "no mail address" in told.stderr) == (1, True)
