"""Step 8, and what comes after a no: the next organisation, the first meeting, her own word, a talk, and round."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.story.browser import Page
from deploy.story.cast import Cast
from deploy.story.ledger import Door, answered

_SOON = timedelta(seconds=3)


def next_one(cast: Cast) -> None:
    """De Katrol has no place: the next is proposed, and only the parent can say yes to it."""
    ledger, brugfiguur = cast.ledger, cast.staff("brugfiguur")
    found = answered(brugfiguur.get(f"{_path(cast, 'katrol')}/alternatives")).json()["items"]
    ledger.must(found and found[0]["id"] == cast.organisation("huiswerk"), "who has room is proposed first (R8)")
    ledger.must(cast.organisation("katrol") not in [one["id"] for one in found], "who said no is not proposed again")
    ledger.must(_task(cast, "katrol"), "the school gets the task to talk with the parent (R7)")


def meeting(cast: Cast) -> None:
    """They meet sooner than planned, and the OCMW says that it took place."""
    ledger, ocmw, path = cast.ledger, cast.staff("ocmw"), _path(cast, "ocmw")
    ledger.step(8, f"The first meeting, what {cast.amal.name} says of it, and round")
    seen = answered(ocmw.get(path)).json()
    early = ocmw.post(f"{path}/met", version=seen["version"])
    ledger.must(early.status_code == 409, "nobody says how a meeting went before its hour")
    at = datetime.now(UTC) + _SOON
    visit = {"contact": "Els", "at": at.isoformat(), "place": "onthaal, eerste verdieping"}
    moved = answered(ocmw.post(f"{path}/meeting", visit, version=seen["version"])).json()
    files = [cast.staff("brugfiguur").get(f"{path}/meeting.ics").text, cast.amal.api.get(f"{path}/meeting.ics").text]
    ledger.must(all("SEQUENCE:1" in one for one in files), "calendars learn that the hour has changed")
    ledger.must(all("SUMMARY:Afspraak\r\n" in one for one in files), "and show nothing but 'Afspraak' (R22)")
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
    answered(ocmw.post(f"{path}/met", version=moved["version"]))
    ledger.tell("Els", "says that they met")
    told = answered(cast.staff("brugfiguur").get(path)).json()
    ledger.must(told["status"] == "meeting_held", "the school is told that, and no more (R4)")


def her_word(cast: Cast) -> None:
    """Three faces on her own page, in her own language; whether the school may know is asked apart."""
    ledger, amal = cast.ledger, cast.amal
    ledger.arrives("her own page asks whether it helped", lambda: _home(cast).says("Heeft dit geholpen?"))
    page = _home(cast).follow("/referral/sign-in").follow("/helped")
    arabic = amal.phone.go(f"{page.url}?lang=ar")
    ledger.must('dir="rtl"' in arabic.source and arabic.says("هل ساعدك ذلك؟"), "in Arabic too")
    amal.phone.go(f"{page.url}?lang=nl")
    page = amal.phone.go(f"{page.url}?face=helped")
    ledger.must(page.says("Mag de school dit weten?"), "the school learns it only with another yes (R4)")
    done = page.submit("/helped", button="tell=yes")
    ledger.must(done.says("ja, dat hielp"), f"{amal.name} says that it helped")
    partner = answered(cast.staff("ocmw").get(_path(cast, "ocmw"))).json()
    ledger.must(partner["helped"] is None, "the OCMW is not told what she said")


def round_and_closed(cast: Cast) -> None:
    """Nothing closes before the school talked with her; then nothing opens for the OCMW any more."""
    ledger, brugfiguur, path = cast.ledger, cast.staff("brugfiguur"), _path(cast, "ocmw")
    told = answered(brugfiguur.get(path)).json()
    ledger.must(told["helped"] == "helped", "the school reads what she let it know")
    task = _task(cast, "ocmw")
    ledger.must(task and cast.amal.name not in str(task), "the task to talk with her names nobody")
    early = brugfiguur.post(f"{path}/close", {}, version=told["version"])
    ledger.must(early.status_code == 409, "without the talk it does not close (R7)")
    door = Door("the OCMW opens the referral", lambda: cast.staff("ocmw").get(path))
    closed = answered(brugfiguur.post(f"{path}/close", {"talk": "talked"}, version=told["version"])).json()
    ledger.must(closed["status"] == "closed", "the referral is round")
    ledger.closes(door, within=1)
    ledger.must(not _task(cast, "ocmw"), "and its task is done")


def _path(cast: Cast, key: str) -> str:
    return f"/referral/api/v1/referrals/{cast.referrals[key]}"


def _task(cast: Cast, key: str) -> dict[str, Any] | None:
    tasks = answered(cast.staff("brugfiguur").get("/referral/api/v1/tasks?limit=100")).json()["items"]
    mine = (one for one in tasks if one["referral_id"] == cast.referrals[key] and one["kind"] == "talk_with_parent")
    return next(mine, None)


def _home(cast: Cast) -> Page:
    return cast.amal.phone.go("/intake/me")
