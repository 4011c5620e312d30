"""R4: what goes back to the school is the person's own choice; nothing beside it tells more, to the receiver neither.

Played as the school lives it: all that it can fetch, byte for byte, before and after what it may not know.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from lxml import html

from services.referral import commands, timers
from services.referral.domain import Helped, MeetingStillToCome
from shared import clock
from shared.security import Actor
from tests.builders.referral import Town, Yes, an_appointment

# What a page has anew at each rendering, and says nothing.
_EACH_TIME = re.compile(r'name="csrf_token"[^>]*>|nonce="[^"]*"|DTSTAMP:\S+|\b[0-9a-f]{32}\b')
Enter = Callable[[Actor], FlaskClient]
HIDDEN = ("met", "started", "paused", "reported", "corrected", "helped")


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Iterator[Town]:
    """Its hours stand still, at nine in the morning: an age in words is no news."""
    made = Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()
    with clock.fixed(clock.now().replace(hour=9)):
        yield made


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Enter:
    """Sign in now: a session of days ago is over."""
    return lambda actor: sign_in(client_of("referral"), actor)


def seen_by(client: FlaskClient, referral_id: UUID) -> dict[str, str]:
    """All that this side can fetch of it: lists, tasks, its page with the versions in its forms, the calendar file."""
    assert client.get("/referral/").status_code == 200, "or all is the same because nothing opens"
    one = f"/referral/referrals/{referral_id}"
    paths = ["/referral/", "/referral/overview", "/referral/worklist", "/referral/tasks", "/referral/tasks?later=1"]
    paths += [one, f"{one}/afspraak.ics"]
    answers = {path: client.get(path) for path in paths}
    return {
        path: f"{answer.status_code} {answer.headers.get('ETag')} {_EACH_TIME.sub('', answer.text)}"
        for path, answer in answers.items()
    }


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [f"{path}\n{before[path]}\n---\n{after[path]}" for path in before if before[path] != after[path]]


def report(town: Town, yes: Yes, referral_id: UUID, what: str) -> None:
    """What the receiver reports, or the person says, after the hour."""
    target, els = town.target(referral_id, town.els), town.els
    if what == "met":
        commands.report_meeting(town.web, els, target)
    elif what == "started":
        commands.start_help(town.web, els, target)
    elif what == "paused":
        commands.pause_help(town.web, els, target)
    elif what in ("reported", "corrected"):
        commands.report_outcome(town.web, els, target, "helped" if what == "reported" else "not_eligible")
    else:
        amal = town.person(yes)
        said = Helped("not_helped", tell_school=False)
        commands.say_helped(town.web, amal, town.target(referral_id, amal), said)


@pytest.mark.parametrize("goes_along", ["Mira", ""])
@pytest.mark.parametrize(
    ("way_back", "told"),
    [
        ("nothing", set()),
        ("first_meeting", {"met"}),
        ("outcome", {"met", "started", "paused", "reported", "corrected"}),
    ],
)
def test_r4_the_school_sees_no_more_change_than_the_person_lets_go_back(
    town: Town, enter: Enter, way_back: str, told: set[str], goes_along: str
) -> None:
    """Tasks, order, versions, ETags, calendar and words; also while somebody to go along is sought."""
    yes = town.yes(way_back=[way_back])
    referral_id = town.accepted(yes, goes_along=goes_along)
    with clock.fixed(an_appointment().at + timedelta(minutes=90)):
        town.fresh()
        timers.look_at_terms(town.worker)
        school = enter(town.mira)
        for what in HIDDEN:
            before = seen_by(school, referral_id)
            report(town, yes, referral_id, what)
            changed = differences(before, seen_by(school, referral_id))
            assert bool(changed) == (what in told), "\n".join([what, *changed])


@pytest.mark.parametrize("way_back", ["nothing", "first_meeting", "outcome"])
def test_r4_the_receiver_never_hears_whether_it_helped(town: Town, enter: Enter, way_back: str) -> None:
    ocmw, school = enter(town.els), enter(town.mira)
    yes = town.yes(way_back=[way_back])
    referral_id = town.met(yes)
    ocmw.get(f"/referral/referrals/{referral_id}")
    before, amal = seen_by(ocmw, referral_id), town.person(yes)
    for code, tell in (("helped", False), ("not_helped", True)):
        said = Helped(code, tell_school=tell)
        commands.say_helped(town.web, amal, town.target(referral_id, amal), said)
        assert not differences(before, seen_by(ocmw, referral_id))
    assert "nee, nog niet" in school.get(f"/referral/referrals/{referral_id}").text, "the person let the school know"


@pytest.mark.parametrize("behind", ["", "met", "started", "paused", "reported"])
@pytest.mark.parametrize("step", ["companion", "cancel", "close", "withdraw", "error", "family_ends"])
def test_r4_what_the_school_does_goes_the_same_whatever_it_may_not_know(town: Town, behind: str, step: str) -> None:
    """It acts on the version that it saw last, before the receiver reported anything."""
    yes = town.yes(way_back=["nothing"])
    referral_id = town.accepted(yes)
    with clock.fixed(an_appointment().at + timedelta(days=1)):
        town.fresh()
        target = town.target(referral_id, town.mira)
        if behind in ("started", "paused"):
            report(town, yes, referral_id, "met")
        if behind:
            report(town, yes, referral_id, behind)
        steps: dict[str, Callable[[], Any]] = {
            "companion": lambda: commands.name_companion(town.web, town.mira, target, "Jan, leerkracht"),
            "cancel": lambda: commands.cancel_meeting(town.web, town.mira, target),
            "close": lambda: commands.close_referral(town.web, town.mira, target, "talked"),
            "withdraw": lambda: commands.withdraw_referral(town.web, town.mira, target),
            "error": lambda: commands.call_error(town.web, town.mira, target),
            "family_ends": lambda: commands.end_by_family(town.web, town.mira, target),
        }
        try:
            outcome = type(steps[step]()).__name__
        except Exception as refused:  # noqa: BLE001 - which refusal it is, is what counts
            outcome = type(refused).__name__
        assert outcome == ("MeetingOver" if step == "cancel" else "Referral")


def test_r4_a_closed_referral_does_not_tell_afterwards_that_they_met(town: Town, enter: Enter) -> None:
    school = enter(town.mira)
    shown = []
    for way_back, met in (("nothing", False), ("nothing", True), ("first_meeting", True)):
        yes = town.yes(way_back=[way_back])
        referral_id = town.taken_on(yes)
        if met:
            commands.report_meeting(town.web, town.els, town.target(referral_id, town.els))
        commands.close_referral(town.web, town.mira, town.target(referral_id, town.mira), "talked")
        shown.append("Eerste afspraak" in school.get(f"/referral/referrals/{referral_id}").text)
    assert shown == [False, False, True]


def test_r4_nobody_says_how_it_ended_before_the_hour_of_the_meeting(town: Town) -> None:
    """Else the school, which can still call the meeting off, would learn by trying."""
    referral_id = town.accepted()
    with pytest.raises(MeetingStillToCome):
        commands.report_outcome(town.web, town.els, town.target(referral_id, town.els), "helped")


def test_r4_the_search_for_somebody_to_go_along_ends_with_the_day_and_not_with_a_report(town: Town) -> None:
    yes = town.yes(way_back=["nothing"])
    referral_id = town.accepted(yes, goes_along="")
    at = an_appointment().at

    def kinds() -> list[str]:
        timers.look_at_terms(town.worker)
        return [str(one.kind) for one in town.tasks(town.mira)]

    with clock.fixed(at + timedelta(minutes=90)):
        town.fresh()
        report(town, yes, referral_id, "met")
        assert kinds() == ["name_companion"]
    with clock.fixed(at + timedelta(days=1)):
        assert kinds() == []


def test_r4_not_eligible_never_returns_as_a_reason_or_as_an_outcome(town: Town, enter: Enter) -> None:
    school = enter(town.mira)
    declined = town.declined(town.yes(way_back=["outcome"]), code="not_eligible")
    reported = town.met(town.yes(way_back=["outcome"]))
    commands.report_outcome(town.web, town.els, town.target(reported, town.els), "not_eligible")
    for referral_id in (declined, reported):
        shown = school.get(f"/referral/referrals/{referral_id}").text
        assert "voldoet niet aan de voorwaarden" not in shown
        assert "not_eligible" not in shown


def test_r4_the_page_that_opens_it_first_carries_the_version_as_it_is_then(town: Town, enter: Enter) -> None:
    """Opening by the page that asks why not marks it seen, and the form there is not stale at once."""
    referral_id = town.sent()
    page = html.document_fromstring(enter(town.els).get(f"/referral/referrals/{referral_id}/decline").text)
    [form] = [dict(one.form_values()) for one in page.forms if one.get("action", "").endswith("/decline")]
    assert int(form["version"]) == town.target(referral_id, town.els).version == 3
