"""Every page that staff find by following links: it fits, reads in order, can be tapped, and has no barriers."""

from typing import NamedTuple

import pytest

from tests.browser import scenes
from tests.browser.conftest import DESK, Visit
from tests.browser.crawl import faults_from

pytestmark = pytest.mark.browser


class Role(NamedTuple):
    """Who crawls, through which door of the front page, from which pages on, and how far."""

    key: str
    door: str
    starts: tuple[str, ...]
    parts: tuple[str, ...]


_TO_NETWORK = "/network/sign-in?as=staff&next=/network/"
ROLES = (
    Role("brugfiguur", "Ik werk op een school", ("/intake/", "/referral/", _TO_NETWORK), ("/intake", "/referral")),
    Role("ocmw", "Ik werk bij een organisatie", ("/referral/",), ("/referral", "/intake/worry")),
    Role("brugfiguur", "Ik werk op een school", ("/referral/plans",), ("/referral/plans",)),
    Role("ocmw", "Ik werk bij een organisatie", ("/referral/plans",), ("/referral/plans",)),
    Role("organisator", "Ik organiseer", ("/activities/mine",), ("/activities",)),
    Role("ouderambassadeur", "Ik help andere ouders", ("/network/helper",), ("/network",)),
    Role("coordinator", "Ik help andere ouders", ("/network/round",), ("/network",)),
)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.key + role.starts[0].replace("/", "-"))
def test_staff_find_every_page_in_order(role: Role, visit: Visit) -> None:
    visitor = visit(role.key, DESK)
    scenes.sign_in(visitor, role.door, role.key)
    assert visitor.page.locator("main h1").count() == 1, "the door of the front page leads to a page of theirs"
    faults = faults_from(visitor, role.starts, role.parts, "nl")
    assert not faults, "\n".join(faults)
