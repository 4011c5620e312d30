"""Step 7: two taps, no reason, and nothing of hers opens any more; then who looked."""

from deploy.story.cast import Cast
from deploy.story.ledger import Door, answered

_A_SECOND = 1.0


def stop(cast: Cast) -> None:
    """The homework helpers' access ends; the OCMW's goes on."""
    ledger, amal = cast.ledger, cast.amal
    ledger.step(7, f"{amal.name} stops the sharing with the homework helpers")
    path, api = f"/referral/api/v1/referrals/{cast.referrals['huiswerk']}", cast.staff("huiswerk")
    door = Door("the homework helpers open the referral", lambda: api.get(path))
    kept = Door("the OCMW opens its own", lambda: cast.staff("ocmw").get(_of(cast, "ocmw")))
    confirm = amal.phone.go("/intake/me").follow(f"akkoorden/{cast.akkoorden['huiswerk']}/stop")
    gone = confirm.submit("/stop")
    ledger.closes(door, within=_A_SECOND)
    ledger.must(not kept.is_closed(), "what she shares with the OCMW goes on")
    home = ledger.arrives("her page says it is closed there", lambda: _closed_there(cast))
    ledger.must(home, "'Gestopt' was ticked by the receiver's own word")
    ledger.must(gone.says("Gestopt"), "she reads 'Gestopt'")
    ledger.must(api.post(f"{path}/decline", {"code": "no_room"}, version=1).status_code in (403, 404, 409, 410, 412),
                "and they can do nothing with it any more")  # fmt: skip


def looks(cast: Cast) -> None:
    """Who looked: organisation and function, never a name (R18)."""
    ledger, amal = cast.ledger, cast.amal
    page = ledger.arrives(
        "her page says who looked",
        lambda: found if (found := amal.phone.go("/intake/me/looks")).says("OCMW Antwerpen") else None,
    )
    ledger.must(page.says("maatschappelijk werker"), "with the function")
    told = answered(amal.api.get(f"/intake/api/v1/persons/{amal.id}/looks")).json()["items"]
    ledger.must({one["organisation"] for one in told} >= {"Basisschool De Linde", "OCMW Antwerpen"}, "school and OCMW")
    strangers = [cast.staff(key) for key in ("huiswerk", "brugfiguur-mol", cast.helper)]
    path = f"/intake/api/v1/persons/{amal.id}/looks"
    ledger.must(all(one.get(path).status_code in (403, 404) for one in strangers), "and nobody else can read that")


def farewell(cast: Cast) -> None:
    """A proper ending: she ends the match, and the helper's page holds no number any more (R24)."""
    ledger, path, helper = cast.ledger, f"/network/api/v1/matches/{cast.match}", cast.staff(cast.helper)
    ledger.must(cast.phone in helper.get(path).text, "the helper still reads her number")
    version = answered(cast.amal.api.get(path)).json()["version"]
    answered(cast.amal.api.post(f"{path}/end", version=version), 204)
    ledger.must(cast.phone not in helper.get(path).text, "ended: the same request shows no number")


def _of(cast: Cast, key: str) -> str:
    return f"/referral/api/v1/referrals/{cast.referrals[key]}"


def _closed_there(cast: Cast) -> bool:
    told = answered(cast.amal.api.get(f"/intake/api/v1/persons/{cast.amal.id}/akkoorden")).json()["items"]
    one = next(one for one in told if one["id"] == cast.akkoorden["huiswerk"])
    return one["status"] == "stopped" and one["acknowledged_at"] is not None
