"""R27: 'Ik maak me zorgen over een kind' is one page, two taps from anywhere for staff, and writes nothing."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.intake import Place, staff


@pytest.fixture
def place(db_of: Any, app_of: Any) -> Place:
    app_of("intake")
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_it_names_everyone_to_turn_to_and_asks_for_no_akkoord(place: Place, client_of: Any, sign_in: Any) -> None:
    page = sign_in(client_of("intake"), place.mira).get("/intake/worry").text
    for words in ("zorgteam", "CLB", "Vertrouwenscentrum Kindermishandeling", "OCJ", "1712", "112"):
        assert words in page
    assert "Hiervoor heb je geen akkoord nodig. Doe dit buiten Brug." in page
    assert page.count("<form") == 1  # only the one to sign out


@pytest.mark.parametrize("role", ["school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo"])
def test_it_is_one_tap_away_for_everyone_who_works(place: Place, client_of: Any, sign_in: Any, role: str) -> None:
    browser = sign_in(client_of("intake"), staff(place.school, role, role))
    assert 'href="/intake/worry"' in browser.get("/intake/worry").text
    assert browser.get("/intake/worry").status_code == 200


def test_it_writes_nothing(place: Place, client_of: Any, sign_in: Any, owner_of: Any) -> None:
    browser = sign_in(client_of("intake"), place.mira)
    before = written(owner_of("intake"))
    browser.get("/intake/worry")
    assert written(owner_of("intake")) == before


def written(owner: Any) -> list[int]:
    return [owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("outbox", "look", "file")]


ROLES = ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo")
SHOWN_TO_A_PARENT = "akkoord_card.html"  # in the parent's hands during a talk: its brand leads to a page with the link


@pytest.mark.parametrize("service", ["intake", "referral", "activities", "network"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_every_service_that_staff_reach_leads_there(
    app_of: Any, sign_in: Any, service: str, role: str
) -> None:
    """One tap in intake; from elsewhere one more where the identity provider asks who it is."""
    app = app_of(service)
    browser = sign_in(app.test_client(), staff(uuid4(), role, role))
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and not re.search(r"/(api|oidc|sign-in|quick-exit)\b", rule.rule)
    ]
    seen = 0
    for path in (*paths, f"/{service}/there-is-no-such-page"):
        page = browser.get(path)
        whole = page.mimetype == "text/html" and "<html" in page.text
        if whole and page.status_code in {200, 403, 404}:
            seen += 1
            there = "/intake/worry" if service == "intake" else "/intake/sign-in?as=staff&amp;next=/intake/worry"
            assert f'href="{there}"' in page.text, f"{path} ({page.status_code})"
    assert seen > 1


def test_no_page_for_staff_leaves_the_link_out() -> None:
    """Pages with an address of their own thing too: they all have the layout's footer."""
    for template in Path("services").glob("*/templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        assert "block footer" not in text or template.name == SHOWN_TO_A_PARENT, template


def test_from_another_service_the_way_asks_no_question(place: Place, client_of: Any) -> None:
    """Whoever is not signed in at intake yet goes straight to the staff's identity provider, and from there to it."""
    there = client_of("intake").get("/intake/sign-in?as=staff&next=/intake/worry")
    assert "as=person" not in there.text + there.headers.get("Location", "")
