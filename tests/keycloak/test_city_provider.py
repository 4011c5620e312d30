"""A city's own provider: who was invited comes in by its button, nobody else does, and the second factor stays."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from deploy.demo import directory
from deploy.keycloak import flows
from deploy.keycloak.admin import Admin
from deploy.keycloak.people import Credentials
from deploy.keycloak.server import Keycloak
from tests.keycloak import pages
from tests.keycloak.city import PASSWORD, SECRET, City
from tests.keycloak.conftest import Brug

Window = Callable[..., BrowserContext]
Add = Callable[..., None]
ALIAS = "stad"
INVITED = "nieuwe.collega@stad.example"
PEOPLE = [
    ("marie", "brugfiguur@example.test", True),
    ("karel", "katrol@example.test", True),
    ("nieuw", INVITED, True),
    ("vreemd", "vreemd@stad.example", True),
    ("ocmw", "iemand@stad.example", True),  # its name is that of somebody else's account in Brug
    ("slordig", "zorgcoordinator@example.test", False),
]


@pytest.fixture(scope="module")
def city(keycloak: Keycloak, brug: Brug) -> Iterator[City]:
    city = City(keycloak)
    city.found(PEOPLE, back=f"{brug.url}/auth/realms/brug/broker/{ALIAS}/endpoint")
    yield city
    brug.command("realm", "provider", "remove", ALIAS)
    city.end()


@pytest.fixture
def add(brug: Brug, city: City, tmp_path: Path) -> Add:
    """`add("--trust-email", "example.test")`: the operator's command, as the page says it."""
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")

    def run(*more: str) -> None:
        told = brug.command(
            "realm", "provider", "add", ALIAS, "--name", "Stad Voorbeeld", "--discovery", city.discovery,
            "--client-id", "brug", "--secret-file", str(file), *more,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        assert f"{brug.url}/auth/realms/brug/broker/{ALIAS}/endpoint\n" in told.stdout
        assert SECRET not in told.stdout

    return run


def at_the_city(page: Page, address: str, name: str) -> None:
    """By the button on Brug's page, then a password on the city's."""
    page.goto(address)
    page.click("text=Stad Voorbeeld")
    page.wait_for_load_state()
    assert "/realms/stad/" in page.url
    pages.type_password(page, Credentials(name, PASSWORD))


def is_back(address: str) -> bool:
    return "/auth/" not in urlsplit(address).path


def links(admin: Admin, key: str) -> list[str]:
    who = next(one for one in directory.staff() if one.key == key)
    return [one["identityProvider"] for one in admin.ask("GET", f"/users/{who.id}/federated-identity").json()]


def test_who_was_invited_comes_in_by_the_citys_button_and_leaves(
    brug: Brug, window: Window, add: Add, admin: Admin
) -> None:
    add()
    add()  # again is the same
    brug.sign_out_everywhere("brugfiguur")
    page = window(360).new_page()
    page.goto(f"{brug.url}/intake/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    at_the_city(page, f"{brug.url}/intake/", "marie")
    page.wait_for_url(f"{brug.url}/intake/")
    assert brug.sessions("brugfiguur")["intake"] == 1
    assert links(admin, "brugfiguur") == [ALIAS]
    page.goto(f"{brug.url}/referral/")
    assert "Doorverwijzingen van de school" in page.inner_text("main")
    page.click("text=Afmelden")
    page.wait_for_url(f"{brug.url}/")
    assert set(brug.sessions("brugfiguur").values()) == {0}
    page.goto(f"{brug.url}/intake/")
    assert page.locator("text=Stad Voorbeeld").count() == 1


def test_an_account_that_an_invitation_made_needs_no_password_of_brug(
    brug: Brug, window: Window, add: Add, admin: Admin
) -> None:
    add()
    school = next(one.organisation for one in directory.staff() if one.key == "brugfiguur")
    told = brug.command(
        "staff", "invite", INVITED, "--organisation", school.name,
        "--role", "school_staff", "--function", "leerkracht", "--secrecy", "ambtsgeheim",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    limit = time.monotonic() + 40
    while brug.rows("referral", "SELECT id FROM invitation WHERE status = 'waiting'"):
        assert time.monotonic() < limit
        time.sleep(0.2)
    page = window().new_page()
    at_the_city(page, f"{brug.url}/intake/", "nieuw")
    if page.locator("input[name=firstName]").count():
        page.fill("input[name=firstName]", "Nieuwe")
        page.fill("input[name=lastName]", "Collega")
        page.click("[type=submit]")
    page.wait_for_url(f"{brug.url}/intake/")
    (user,) = admin.ask("GET", f"/users?email={INVITED}&exact=true").json()
    assert admin.ask("GET", f"/users/{user['id']}/credentials").json() == []
    admin.ask("DELETE", f"/users/{user['id']}")


def test_a_partner_types_the_code_of_brugs_app_as_well(brug: Brug, window: Window, add: Add) -> None:
    add()
    brug.sign_out_everywhere("katrol")
    page = window().new_page()
    at_the_city(page, f"{brug.url}/referral/", "karel")
    assert page.locator("input[name=otp]").count() == 1
    assert page.locator("input[name=password]").count() == 0
    # Without the code there is a session of Brug that sees nothing of a partner's.
    other = page.context.new_page()
    other.goto(f"{brug.url}/referral/")
    assert other.locator("input[name=otp]").count() == 1
    other.close()
    pages.type_code(page, brug.passwords["katrol"])
    page.wait_for_url(f"{brug.url}/referral/")
    assert "werklijst" in page.inner_text("main")
    # The same where the code is asked for from the start.
    page = window().new_page()
    at_the_city(page, f"{brug.url}/referral/sign-in?as=staff&strong=1&next=/referral/", "karel")
    assert page.locator("input[name=otp]").count() == 1
    pages.type_code(page, brug.passwords["katrol"])
    page.wait_for_url(f"{brug.url}/referral/")
    assert "werklijst" in page.inner_text("main")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vreemd", "Je bent niet uitgenodigd in Brug"),
        ("ocmw", "Je bent niet uitgenodigd in Brug"),
        ("slordig", "bevestigt het mailadres van dit account niet"),
    ],
)
def test_whom_nobody_invited_is_told_so_and_leaves_no_trace(
    brug: Brug, window: Window, add: Add, admin: Admin, name: str, words: str
) -> None:
    add()
    before = admin.ask("GET", "/users/count").json()
    brug.sign_out_everywhere("ocmw")
    context = window(360)
    page = context.new_page()
    at_the_city(page, f"{brug.url}/referral/", name)
    assert words in page.inner_text("body")
    assert page.get_attribute("html", "lang") == "nl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert admin.ask("GET", "/users/count").json() == before
    assert [links(admin, key) for key in ("ocmw", "zorgcoordinator")] == [[], []]
    assert set(brug.sessions("ocmw").values()) == {0}
    page.goto(f"{brug.url}/referral/")
    assert page.locator("input[name=password]").count() == 1


def test_addresses_of_a_domain_count_where_the_operator_vouches_for_it(
    brug: Brug, window: Window, add: Add, admin: Admin
) -> None:
    add("--trust-email", "Stad.example")
    page = window().new_page()
    at_the_city(page, f"{brug.url}/intake/", "slordig")
    assert "bevestigt het mailadres" in page.inner_text("body")
    add("--trust-email", "stad.example", "--trust-email", "example.test")
    page = window().new_page()
    at_the_city(page, f"{brug.url}/intake/", "slordig")
    page.wait_for_url(is_back)
    assert links(admin, "zorgcoordinator") == [ALIAS]
    assert "example" in brug.command("realm", "provider", "list").stdout


def test_a_flow_that_was_left_half_is_made_anew(brug: Brug, admin: Admin) -> None:
    brug.command("realm", "provider", "remove", ALIAS)

    def steps() -> list[str]:
        return [one["id"] for one in admin.ask("GET", f"/authentication/flows/{flows.AFTER}/executions").json()]

    flows.ensure(admin)
    before = steps()
    flows.ensure(admin)
    assert steps() == before
    admin.ask("DELETE", f"/authentication/executions/{before[-1]}")
    flows.ensure(admin)
    assert len(steps()) == len(before)
    assert not set(steps()) & set(before)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "stad", "--discovery", "http://127.0.0.1:1/nothing"), "cannot read http://127.0.0.1:1/nothing"),
        (("add", "De Stad", "--discovery", "http://127.0.0.1:1/"), "small letters"),
        (("add", "stad", "--discovery", "http://127.0.0.1:1/", "--trust-email", "@stad"), "no domain"),
        (("remove", "nergens"), "no provider 'nergens'"),
    ],
)
def test_what_cannot_be_is_said(brug: Brug, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    file = tmp_path / "secret"
    file.write_text("x")
    more = ("--name", "Stad", "--client-id", "brug", "--secret-file", str(file)) if arguments[0] == "add" else ()
    told = brug.command("realm", "provider", *arguments, *more)
    assert (told.returncode, words in told.stderr) == (1, True), told.stderr


def test_an_alias_does_not_become_another_provider(brug: Brug, add: Add, keycloak: Keycloak, tmp_path: Path) -> None:
    add()
    told = brug.command(
        "realm", "provider", "add", ALIAS, "--name", "Stad", "--client-id", "brug",
        "--secret-file", str(tmp_path / "secret"),
        "--discovery", f"{keycloak.where.inside}/realms/master/.well-known/openid-configuration",
    )  # fmt: skip
    assert (told.returncode, "Remove it first" in told.stderr) == (1, True)


def test_a_provider_that_is_removed_lets_nobody_in_any_more(brug: Brug, window: Window, add: Add, admin: Admin) -> None:
    add()
    told = brug.command("realm", "provider", "remove", ALIAS)
    assert told.returncode == 0, told.stderr
    assert "none" in brug.command("realm", "provider", "list").stdout
    assert links(admin, "brugfiguur") == []
    page = window().new_page()
    page.goto(f"{brug.url}/intake/")
    assert page.locator("text=Stad Voorbeeld").count() == 0
    assert page.locator("input[name=password]").count() == 1
