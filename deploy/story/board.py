"""Step 9: the coordinator's board, through the page and through the API: numbers, no names, no small cells."""

from typing import Any

from deploy.keycloak import form
from deploy.story.browser import Unexpected
from deploy.story.cast import Cast
from deploy.story.ledger import answered

_SMALLEST = 5
_PATH = "/network/api/v1/board"
_WHO = "coordinator"
_MOST_STEPS = 12


def board(cast: Cast) -> None:
    """The last closed month of her town, and the oldest, of whose referrals it is known what became of them."""
    ledger, coordinator = cast.ledger, cast.staff(_WHO)
    ledger.step(9, "The coordinator's board")
    newest = ledger.arrives("a closed month is on the board", lambda: _found(cast))
    contacts = _table(newest, "contacts")
    families = contacts.get(("total", "total"), 0)
    ledger.must(families >= _SMALLEST, f"{families} families had a contact that fits them in {newest['month']}")
    ledger.must(newest["goals"], "beside the goal that each school set itself")
    oldest = answered(coordinator.get(f"{_PATH}?month={newest['months'][-1]}")).json()
    followed = _table(oldest, "referrals_followed")
    came_round = followed.get(("total", "round"), 0)
    whole = _table(oldest, "referrals_sent").get(("total", "total"), 0)
    ledger.must(came_round >= _SMALLEST, f"of {whole} referrals of {oldest['month']}, {came_round} came round")
    ledger.must("warm" in oldest["times"], f"warm after {oldest['times'].get('warm')}")
    for told in (newest, oldest):
        small = [one for one in told["cells"] if one["number"] < _SMALLEST]
        ledger.must(not small, f"no number of {told['month']} is below five (R20)")
        ledger.must(cast.amal.name not in str(told), "and no name is in it")
    others = coordinator.get(f"{_PATH}?town=Gent").status_code
    ledger.must(others in (403, 404), "the board of another town is not hers")
    ledger.must(cast.staff("brugfiguur").get(_PATH).status_code == 403, "it is the coordinator's alone")


def page(cast: Cast) -> None:
    """The same for eyes: chart, table, and nothing of anyone."""
    ledger, seen = cast.ledger, _page(cast)
    ledger.must("Contacten die passen" in seen, "the page shows contacts that fit")
    ledger.must("<desc" in seen, "as a chart that says what it shows")
    ledger.must(cast.amal.name not in seen, "without a name")


def _found(cast: Cast) -> dict[str, Any] | None:
    answer = cast.staff(_WHO).get(_PATH)
    told: dict[str, Any] | None = answer.json() if answer.is_success else None
    return told if told and "contacts" in told["published"] and len(told["months"]) > 1 else None


def _table(told: dict[str, Any], name: str) -> dict[tuple[str, str], int]:
    return {(one["row"], one["column"]): one["number"] for one in told["cells"] if one["table"] == name}


def _page(cast: Cast) -> str:
    """She signs in where her provider asks it: a click on her name in the demo's own, a password in Keycloak."""
    with form.browser(cast.url) as browser:
        answer = browser.get(f"{cast.url}/network/sign-in?as=staff&next=/network/board")
        for _ in range(_MOST_STEPS):
            place = answer.headers.get("location", "")
            if not place and answer.url.path == "/network/board":
                return answer.raise_for_status().text
            if not place and _WHO in cast.passwords:
                place = form.sign_in(browser, answer, cast.passwords[_WHO], f"{cast.url}/network/")
            if not place:
                break
            page = answer.url.join(place)
            choice = {"key": _WHO, "next": page.params.get("next", "")}
            answer = browser.post(page, data=choice) if page.path.endswith("/idp/") else browser.get(page)
    raise Unexpected(f"the coordinator does not reach her board: {answer.status_code} {answer.url.path}")
