"""R24: a guest tries every route of referral, at the own referral and at others: the table says which open."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from services.referral.domain.guests import GUEST, Contact, Link
from services.referral.permissions import TABLE
from services.referral.store import guests as store
from services.referral.store.referrals import find
from shared import clock, permissions
from shared.security import Actor
from tests.builders.referral import WORKER, Town

_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
_CLOSED = {303, 401, 403, 404}


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def app(app_of: Any, monkeypatch: pytest.MonkeyPatch) -> Flask:
    found: Flask = app_of("referral")
    monkeypatch.setitem(found.config, "WTF_CSRF_ENABLED", value=False)
    return found


def a_guest(town: Town, referral_id: UUID) -> Actor:
    """Of the OCMW, for this referral."""
    with town.worker.transaction(WORKER) as conn:
        store.put_contact(conn, Contact(town.ocmw, "onthaal@ocmw.example"))
        referral = find(conn, referral_id)
        assert referral
        link = Link.to(referral, clock.now(), clock.today())
        assert store.add_link(conn, link)
    return link.guest(works=True)


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not rule.endpoint.endswith("static"):
                yield rule, method


def action(app: Flask, rule: Rule) -> str:
    found = permissions.action_of(app.view_functions[rule.endpoint])
    assert found
    return found


def is_open(app: Flask, rule: Rule) -> bool:
    table = TABLE | permissions.HOUSE
    return ("anyone", "any", action(app, rule)) in table


def test_a_guest_does_at_the_own_referral_what_the_table_says_and_nothing_else_anywhere(
    town: Town, app: Flask, sign_in: Any
) -> None:
    mine, other = town.sent(), town.sent()
    browser: FlaskClient = sign_in(app.test_client(), a_guest(town, mine))
    wrong = []
    for rule, method in routes(app):
        if is_open(app, rule):
            continue
        own = (GUEST, "receiver", action(app, rule)) in TABLE and "/api/" not in rule.rule
        for referral_id in (mine, other):
            names = {name: referral_id if name == "referral_id" else uuid4() for name in rule.arguments}
            path = rule.build(names)
            assert path
            status = browser.open(path[1], method=method, data={"version": "99", "code": "no_room"}).status_code
            fits = status not in _CLOSED if own and referral_id == mine else status in _CLOSED
            if own and referral_id == mine and rule.endpoint == "meetings.file":
                fits = status == 404  # there is no hour yet
            if not fits:
                wrong.append(f"{method} {rule.rule} at {'own' if referral_id == mine else 'other'}: {status}")
    assert not wrong, "\n".join(wrong)


def test_a_guest_of_one_organisation_is_nobody_at_another(town: Town, app: Flask, sign_in: Any) -> None:
    yes = town.yes(town.katrol)
    mine, theirs = town.sent(), town.sent(yes)
    browser: FlaskClient = sign_in(app.test_client(), a_guest(town, mine))
    assert browser.get(f"/referral/referrals/{mine}").status_code == 200
    assert browser.get(f"/referral/referrals/{theirs}").status_code == 404
    assert browser.get(f"/referral/contact/{town.ocmw}").status_code == 403
