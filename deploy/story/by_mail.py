"""Step 3 once more: an organisation where nobody has an account answers by mail, until she stops."""

import re
from datetime import timedelta

from deploy.demo import directory
from deploy.story.browser import Browser, Page
from deploy.story.cast import WITHOUT_ACCOUNT, Cast
from deploy.story.sharing import refer, say_yes
from shared import clock

_LINK = re.compile(r"https?://\S+/referral/guest/\w+")
_CODE = re.compile(r"De code is: (\d{4} \d{4})")
_GONE = "Deze doorverwijzing is niet meer voor jou beschikbaar"


def answer(cast: Cast) -> None:
    """A link by mail, a code to the same mailbox, yes with a name and an hour; over at once when she stops (R24)."""
    ledger = cast.ledger
    if cast.mail is None:
        ledger.tell("nobody", "reads the mail here: the answer without an account is left out")
        return
    ledger.step(3, "Where nobody has an account, the answer comes by mail")
    say_yes(cast, WITHOUT_ACCOUNT, 1)
    before = len(_LINK.findall(cast.mail()))
    refer(cast, WITHOUT_ACCOUNT, "school_partnership")
    link = ledger.arrives("a mail with a link arrives", lambda: _new(cast, _LINK, before))
    ledger.must(cast.amal.name not in _last(cast) and cast.phone not in _last(cast), "no word about whom is in it")
    page = _come_in(cast, Browser(cast.url), link)
    ledger.must(
        page.says(cast.amal.name, "Wie helpt mijn zoon met huiswerk?"), "the six lines open, without an account"
    )
    ledger.must(page.browser.go("/referral/").status == 403, "and nothing else does: no list, no other referral")
    day = (clock.today() + timedelta(days=5)).isoformat()
    visit = {"other_day": day, "other_hour": "16:00", "contact": "Noor", "place": "wijkhuis"}
    done = page.submit("/accept", visit)
    ledger.must(done.says("Dank je"), "'Ja' with a name, a day and an hour: that was all")
    ledger.arrives(
        f"{cast.amal.name} reads who expects her there", lambda: cast.amal.phone.go("/intake/me").says("Noor")
    )
    _stop(cast, done, link)


def _come_in(cast: Cast, browser: Browser, link: str) -> Page:
    """As they do: open the mail's link, have the code sent, type it."""
    assert cast.mail is not None  # noqa: S101 - asked above
    before = len(_CODE.findall(cast.mail()))
    asked = browser.go(link).submit("/code")
    code = cast.ledger.arrives("a second mail brings a code", lambda: _new(cast, _CODE, before))
    wrong = asked.submit("/referral/guest/", {"code": "00000000"})
    cast.ledger.must(wrong.says("Deze code klopt niet"), "who guesses gets nowhere")
    return wrong.submit("/referral/guest/", {"code": code})


def _stop(cast: Cast, opened: Page, link: str) -> None:
    """She stops: the open page, its address and the link of the mail open nothing any more."""
    ledger, akkoord = cast.ledger, cast.akkoorden[WITHOUT_ACCOUNT]
    cast.amal.phone.go("/intake/me").follow(f"akkoorden/{akkoord}/stop").submit("/stop")
    address = opened.url.partition("?")[0]
    ledger.arrives("she stops: the page that was open is closed", lambda: opened.browser.go(address).says(_GONE))
    ledger.must(Browser(cast.url).go(link).says(_GONE), "and so is the link of the mail")


def _new(cast: Cast, what: re.Pattern[str], before: int) -> str | None:
    """What came after the first `before` of its kind."""
    assert cast.mail is not None  # noqa: S101
    found = what.findall(cast.mail())
    return str(found[-1]) if len(found) > before else None


def _last(cast: Cast) -> str:
    """The mails to the organisation that has no account, together."""
    assert cast.mail is not None  # noqa: S101
    parts = re.split(r"-{72}\n", cast.mail())
    return "".join(one for one in parts if directory.MAILBOX in one)
