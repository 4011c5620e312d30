"""Steps 1 to 3: the talk, the cards, and two referrals of which one comes to nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.story import closing
from deploy.story.cast import Cast
from deploy.story.ledger import Door, answered

_ROOM_ASKED = ("ocmw", "katrol", "huiswerk")


def talk(cast: Cast) -> None:
    """Step 1: alias and phone are enough; what goes well comes before what is asked."""
    ledger, brugfiguur = cast.ledger, cast.staff("brugfiguur")
    ledger.step(1, f"The brugfiguur talks with {cast.amal.name}, and types afterwards")
    told = {
        "persons": [
            {
                "name_to_call": cast.amal.name,
                "phone": cast.phone,
                "channel": "call",
                "when": ["evening"],
                "languages": [{"tag": "ar", "reads": "no"}, {"tag": "fr", "reads": "unknown"}],
                "arrangements": ["call_rather", "interpreter"],
            },
            {"kind": "child", "name_to_call": cast.son, "birth_year": datetime.now(UTC).year - 8, "class_name": "3B"},
        ],
        "goes_well": [{"text": "Mijn zoon rekent graag.", "lang": "nl"}],
        "asks": [
            {"text": {"text": "Het geld is op voor het einde van de maand.", "lang": "nl"}, "life_domain": "finances"},
            {"text": {"text": "Wie helpt mijn zoon met huiswerk?", "lang": "nl"}, "life_domain": "education"},
        ],
    }
    cast.file = answered(brugfiguur.post("/intake/api/v1/files", told), 201).json()
    cast.amal.id = cast.file["persons"][0]["id"]
    path = f"/intake/api/v1/files/{cast.file['id']}"
    ledger.must(brugfiguur.get(path).is_success, "the school sees its own file")
    other = cast.staff("brugfiguur-mol")
    own = answered(other.get("/intake/api/v1/files")).json()["items"]
    ledger.must(other.get(f"/intake/api/v1/files/{own[0]['id']}").is_success, "another school sees its own files")
    ledger.must(other.get(path).status_code == 404, f"for another school the file of {cast.amal.name} does not exist")
    code = answered(brugfiguur.post(f"/intake/api/v1/persons/{cast.amal.id}/sign-in-codes"), 201).json()
    cast.amal.sign_in(code["code"])
    ledger.tell(cast.amal.name, f"signs in on her phone with {code['code']}: no account, no password")
    again = Cast(cast.url, ledger, cast.passwords).amal
    page = again.phone.go("/intake/code").submit("/intake/code", {"code": code["code"]})
    ledger.must("/intake/me" not in page.url, "the code works once")


def cards(cast: Cast) -> None:
    """Step 2: room is asked without a word about whom; then she says yes to each receiver by itself."""
    ledger, brugfiguur = cast.ledger, cast.staff("brugfiguur")
    ledger.step(2, "Three organisations are asked for room; then two cards get a yes")
    asked = {"organisations": [cast.organisation(one) for one in _ROOM_ASKED], "reason": "school_partnership"}
    asking = answered(brugfiguur.post("/referral/api/v1/capacity-questions", asked), 201)
    ledger.must(
        not any(word in asking.text for word in (cast.amal.name, cast.amal.id, cast.file["id"])),
        "asking for room says no word about whom (R8)",
    )
    _state_room(cast, "huiswerk", "room")
    ledger.must(
        brugfiguur.post(
            "/referral/api/v1/referrals", {"akkoord_id": cast.amal.id, "reason": "material_needs"}
        ).status_code
        in (403, 404, 409),
        "without a yes there is no referral (R1)",
    )
    say_yes(cast, "ocmw", 0)
    say_yes(cast, "katrol", 1)
    home = cast.amal.phone.go("/intake/me")
    ledger.must(home.says("OCMW Antwerpen", "De Katrol"), f"{cast.amal.name} sees with whom she shares")
    ledger.must(not home.says("Huiswerkbegeleiding aan huis"), "and nobody whom she did not name")
    arabic = cast.amal.phone.go("/intake/me?lang=ar")
    ledger.must('dir="rtl"' in arabic.source and 'lang="ar"' in arabic.source, "the same page in Arabic, right to left")
    cast.amal.phone.go("/intake/me?lang=nl")


def _state_room(cast: Cast, key: str, state: str) -> None:
    api = cast.staff(key)
    questions = answered(api.get("/referral/api/v1/capacity-questions")).json()["items"]
    waiting = next(one for one in questions if one["answered_at"] is None)
    told = answered(api.post(f"/referral/api/v1/capacity-questions/{waiting['id']}/answer", {"state": state})).json()
    cast.ledger.tell(told["to_name"], f"has {told['state']} for {told['reason']}")


def say_yes(cast: Cast, key: str, ask: int) -> None:
    """She said it back; a telephone interpreter helped; only the question of this ask is shared."""
    wish: dict[str, Any] = {
        "receiver_organisation": cast.organisation(key),
        "level": "question",
        "ask_id": cast.file["asks"][ask]["id"],
        "explained_in": "ar",
        "interpreting": "professional_phone",
        "interpreter_is_adult": True,
        "said_back": True,
        "yes": [{"person_id": cast.amal.id, "cards": {"reach": True, "question": False, "until": True}}],
    }
    path = f"/intake/api/v1/persons/{cast.amal.id}/akkoorden"
    refused = cast.staff("brugfiguur").post(path, wish)
    cast.ledger.must(refused.status_code == 422, "a card without a yes is no yes, whatever else was said (R2)")
    wish["yes"][0]["cards"]["question"] = True
    granted = answered(cast.staff("brugfiguur").post(path, wish), 201).json()
    cast.akkoorden[key] = granted["id"]
    shared = granted["package"]
    cast.ledger.tell(granted["receiver"], f"may know: {', '.join(name for name, value in shared.items() if value)}")


def answers(cast: Cast) -> None:
    """Step 3: the OCMW gives a name and an hour; De Katrol has no place, and the next is asked anew."""
    ledger = cast.ledger
    ledger.step(3, "Two referrals go; one gets warm, one comes to nothing")
    refer(cast, "ocmw", "material_needs")
    refer(cast, "katrol", "school_partnership")
    _accept(cast, "ocmw", "Els")
    home = ledger.arrives(
        f"{cast.amal.name} reads who expects her",
        lambda: page if (page := cast.amal.phone.go("/intake/me")).says("Els", "onthaal") else None,
    )
    ledger.must(home.says("We gaan samen") or home.says("we gaan samen"), "and that someone goes along (R6)")
    _decline(cast)
    closing.next_one(cast)
    say_yes(cast, "huiswerk", 1)
    refer(cast, "huiswerk", "school_partnership")
    _accept(cast, "huiswerk", "Jo")


def refer(cast: Cast, key: str, reason: str) -> None:
    """As soon as the akkoord has arrived at referral: draft, then send."""
    brugfiguur, ledger = cast.staff("brugfiguur"), cast.ledger
    wish = {"akkoord_id": cast.akkoorden[key], "reason": reason, "goes_along": "de brugfiguur"}

    def draft() -> dict[str, Any] | None:
        answer = brugfiguur.post("/referral/api/v1/referrals", wish)
        return answer.json() if answer.status_code == 201 else None

    made = ledger.arrives(f"the yes for {key} is known where referrals are made", draft)
    path = f"/referral/api/v1/referrals/{made['id']}"

    def send() -> dict[str, Any] | None:
        # The akkoord's key comes by another topic; until it is there, the answer is to try again.
        answer = brugfiguur.post(f"{path}/send", version=made["version"])
        return None if answer.status_code == 503 else answered(answer).json()

    sent = ledger.arrives(f"it goes to {key}", send)
    ledger.must(not sent["warm"], "sent is not warm yet: nobody gave a name and an hour (R6)")
    cast.referrals[key] = made["id"]


def _accept(cast: Cast, key: str, contact: str) -> None:
    path, api = f"/referral/api/v1/referrals/{cast.referrals[key]}", cast.staff(key)
    seen = answered(api.get(path)).json()
    shared = seen["shared"]["package"]
    cast.ledger.tell(seen["from_name"], f"tells {key}: {shared['name_to_call']}, {shared['question']['text']}")
    cast.ledger.must(
        cast.amal.id not in str(seen) and cast.file["id"] not in str(seen), "the receiver gets ids of its own"
    )
    at = (datetime.now(UTC) + timedelta(days=6)).replace(hour=8, minute=0, second=0, microsecond=0)
    visit = {"contact": contact, "at": at.isoformat(), "place": "onthaal, eerste verdieping"}
    warm = answered(api.post(f"{path}/accept", visit, version=seen["version"])).json()
    cast.ledger.must(warm["warm"], f"{contact} gave a name and an hour, and someone goes along: now it is warm (R6)")


def _decline(cast: Cast) -> None:
    path, api, ledger = f"/referral/api/v1/referrals/{cast.referrals['katrol']}", cast.staff("katrol"), cast.ledger
    door = Door("De Katrol opens the referral", lambda: api.get(path))
    old_link = Door("the school opens it", lambda: cast.staff("brugfiguur").get(path))
    version = answered(api.get(path)).json()["version"]
    answered(api.post(f"{path}/decline", {"code": "no_room"}, version=version), 204)
    ledger.closes(door, within=1)
    ledger.must(not old_link.is_closed(), "the school still sees its own referral")
    ledger.arrives(
        f"{cast.amal.name} reads that it did not work out",
        lambda: not _shares_with(cast, "katrol"),
    )
    home = cast.amal.phone.go("/intake/me")
    ledger.must(not home.says("no_room") and not home.says("geen plaats"), "and no reason is given to her (R4)")


def _shares_with(cast: Cast, key: str) -> bool:
    akkoorden = answered(cast.amal.api.get(f"/intake/api/v1/persons/{cast.amal.id}/akkoorden")).json()["items"]
    return any(one["id"] == cast.akkoorden[key] and one["status"] == "granted" for one in akkoorden)
