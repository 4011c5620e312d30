"""Steps 5 and 6: a seat at the parent café, and a mother who knows the way."""

from typing import Any

from deploy.demo import directory
from deploy.story.browser import Api
from deploy.story.cast import Cast
from deploy.story.ledger import answered


def cafe(cast: Cast) -> None:
    """Step 5: a seat, a place for the toddler, an interpreter asked for; the organiser gets the name she gives."""
    ledger, amal, organiser = cast.ledger, cast.amal, cast.staff("organisator")
    ledger.step(5, "The parent café at the neighbouring school")
    activity, occurrence = next_cafe(cast)
    ledger.tell(amal.name, f"finds {activity['title']['text']}, {activity['hall']}, {occurrence['starts']}")
    path = f"/activities/api/v1/occurrences/{occurrence['id']}/registrations"
    before = answered(organiser.get(path)).json()
    wish = {"occurrence_id": occurrence["id"], "children": 1, "interpreter": "ar", "yes": True, "lang": "nl"}
    seats = f"/activities/api/v1/activities/{activity['id']}/registrations"
    seat = ledger.arrives("activities knows her, and she has a seat", lambda: _made(amal.api, seats, wish))
    ledger.must(seat["interpreter"]["status"] == "asked", "the interpreter is asked for, not booked yet (R11)")
    guests = ledger.arrives(
        "the organiser reads the name that she gave",
        lambda: _named(organiser, path, amal.name),
    )
    numbers = guests["numbers"]
    ledger.must(numbers["registered"] == before["numbers"]["registered"] + 1, "one seat more is taken")
    ledger.must(cast.phone not in str(guests), "her number did not go along (R3)")
    other = cast.staff("brugfiguur-mol").get(path)
    ledger.must(other.status_code in (403, 404), "another organiser does not see who comes")
    ledger.arrives(
        "her own page says when and where",
        lambda: amal.phone.go("/intake/me").says(activity["title"]["text"]),
    )


def next_cafe(cast: Cast) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parent café at the neighbouring school, and its next time with a seat."""
    query = "/activities/api/v1/activities?town=Antwerpen&kind=parent_cafe&limit=100"
    found = answered(cast.amal.api.get(query)).json()["items"]
    here = next(one for one in found if one["organiser"] == str(directory.schools()[1].id))
    return here, next(one for one in here["occurrences"] if not one["full"])


def _made(api: Api, path: str, wish: dict[str, Any]) -> dict[str, Any] | None:
    answer = api.post(path, wish)
    return dict(answer.json()) if answer.status_code == 201 else None


def _named(organiser: Api, path: str, name: str) -> dict[str, Any] | None:
    guests = answered(organiser.get(path)).json()
    return guests if any(one["name"] == name for one in guests["named"]) else None


def match(cast: Cast) -> None:
    """Step 6: both see why they fit; both say yes; only then do they get each other's number."""
    ledger, amal = cast.ledger, cast.amal
    ledger.step(6, "A mother of the same school, who speaks Arabic")
    wish = {"name": amal.name, "languages": ["ar"], "times": ["evening"], "wish": "woman"}
    asked = ledger.arrives(
        "network knows her, and she asked", lambda: _made(amal.api, "/network/api/v1/requests", wish)
    )
    answered(cast.staff("coordinator").post("/network/api/v1/rounds"), 201)
    found = ledger.arrives("somebody is proposed", lambda: _proposed(amal.api, asked["id"]))
    cast.match = found
    path = f"/network/api/v1/matches/{found}"
    hers = answered(amal.api.get(path)).json()
    helper = _who_is_proposed(cast, path)
    own = answered(helper.get("/network/api/v1/helpers")).json()["items"][0]
    number = answered(helper.get(f"/network/api/v1/helpers/{own['id']}")).json()["phone"]
    ledger.tell(amal.name, f"reads of {hers['helper']['first_name']}: {', '.join(hers['reasons'])}")
    seen = answered(helper.get(path))
    ledger.must({"speaks:ar", "same_school"} <= set(hers["reasons"]), "the helper speaks Arabic and knows the school")
    for who, page in ((amal.name, str(hers)), ("the helper", seen.text)):
        ledger.must(number not in page and cast.phone not in page, f"before two yeses {who} sees no number (R16)")
    ledger.must("Het geld is op" not in seen.text, "a helper sees no question and no referral")
    answered(amal.api.post(f"{path}/accept", {"lang": "nl"}, version=hers["version"]))
    ledger.must(number not in amal.api.get(path).text, "one yes opens nothing")
    answered(helper.post(f"{path}/accept", {}, version=answered(helper.get(path)).json()["version"]))
    ledger.must(number in amal.api.get(path).text, f"{amal.name} reads the helper's number")
    ledger.arrives("the helper reads hers, by an akkoord of its own", lambda: cast.phone in helper.get(path).text)
    ledger.must(cast.file["id"] not in helper.get(path).text, "and no id of her file")


def _who_is_proposed(cast: Cast, path: str) -> Api:
    """The one helper for whom the match exists; for all others it does not."""
    keys = [one.key for one in directory.staff() if one.role == "helper" and one.organisation.town == "Antwerpen"]
    let_in = [key for key in keys if cast.staff(key).get(path).is_success]
    cast.ledger.must(len(let_in) == 1, "one helper sees the proposal, nobody else")
    cast.helper = let_in[0]
    return cast.staff(cast.helper)


def _proposed(api: Api, request_id: str) -> str | None:
    told = answered(api.get(f"/network/api/v1/requests/{request_id}")).json()
    return str(told["match"]) if told["match"] else None
