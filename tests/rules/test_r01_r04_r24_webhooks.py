"""R1, R3: webhooks hold ids alone. R4: the school hears no more than it is told. R24: after the end, only the end."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from services.referral import commands, timers
from services.referral.commands import webhooks
from shared import clock
from tests.builders.referral import Town, Yes, parked
from tests.builders.webhooks import (
    Receiver,
    a_dpo,
    a_receiver,
    deliver,
    log_of,
    registered,
    time_passes,
)


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def theirs(town: Town) -> Iterator[Receiver]:
    """The OCMW's own system."""
    with a_receiver() as receiver:
        registered(town, town.ocmw, receiver)
        yield receiver


@pytest.fixture
def schools(town: Town) -> Iterator[Receiver]:
    with a_receiver() as receiver:
        registered(town, town.school, receiver)
        yield receiver


def _whole_round(town: Town, yes: Yes) -> None:
    """From sent to closed, each side by the version that its own pages carry; the worker goes round after each step."""
    referral_id = town.sent(yes)
    deliver(town)
    commands.take_on_referral(town.web, town.els, town.target(referral_id, town.els), "Els", town.terms)
    deliver(town)
    for step in (commands.report_meeting, commands.start_help, commands.pause_help):
        step(town.web, town.els, town.target(referral_id, town.els))
        deliver(town)
    commands.report_outcome(town.web, town.els, town.target(referral_id, town.els), "helped")
    deliver(town)
    commands.close_referral(town.web, town.mira, town.target(referral_id, town.mira), "talked")
    deliver(town)


def test_r1_no_message_holds_anything_but_ids_a_code_and_a_number(
    town: Town, theirs: Receiver, schools: Receiver, owner_of: Any
) -> None:
    yes = town.yes(way_back=["first_meeting", "outcome"])
    _whole_round(town, yes)
    town.accepted(goes_along="Mira, brugfiguur")
    deliver(town)
    assert theirs.got
    for told in (*theirs.got, *schools.got):
        assert set(told) == {"type", "timestamp", "data"}
        assert set(told["data"]) == {"referral_id", "organisation_id", "status", "version"}
        text = json.dumps(told, ensure_ascii=False)
        for never in (
            "Amal",
            "0470",
            "geld",
            "نقود",
            "Els",
            "Mira",
            "finances",
            str(yes.person_id),
            str(yes.family_id),
        ):
            assert never not in text
    for table in ("webhook_event", "webhook_delivery"):
        kept = str(owner_of("referral").execute(f"SELECT * FROM {table}").fetchall())
        assert str(yes.person_id) not in kept
        assert str(yes.family_id) not in kept


def test_r1_an_organisation_hears_of_its_own_referrals_only(town: Town, theirs: Receiver) -> None:
    with a_receiver() as katrols, a_receiver() as kompas:
        registered(town, town.katrol, katrols)
        registered(town, town.other_school, kompas)
        town.accepted()
        deliver(town)
        assert theirs.got
        assert (katrols.asked, kompas.asked) == (0, 0)
        endpoint = registered(town, town.katrol, katrols)
        began = clock.now() - timedelta(hours=1)
        assert webhooks.replay_between(town.web, a_dpo(town.katrol), endpoint, began, clock.now()) == 0
        deliver(town)
        assert katrols.asked == 0


def test_r1_a_draft_that_never_went_does_not_exist_for_its_receiver(
    town: Town, theirs: Receiver, schools: Receiver
) -> None:
    town.fresh()
    commands.withdraw_referral(town.web, town.mira, commands.Target(town.draft(), 1))
    stopped = town.yes()
    town.draft(stopped)
    town.stop(stopped)
    deliver(town)
    assert theirs.asked == 0
    assert sorted(schools.types) == ["referral.recalled", "referral.withdrawn"]


@pytest.mark.parametrize(
    ("way_back", "told"),
    [
        ([], set()),
        (["first_meeting"], {"referral.meeting_held"}),
        (
            ["first_meeting", "outcome"],
            {"referral.meeting_held", "referral.in_progress", "referral.on_hold", "referral.outcome_reported"},
        ),
    ],
)
def test_r4_the_school_hears_what_the_person_lets_go_back(
    town: Town, schools: Receiver, theirs: Receiver, way_back: list[str], told: set[str]
) -> None:
    _whole_round(town, town.yes(way_back=way_back))
    always = {"referral.sent", "referral.accepted", "referral.closed"}
    assert set(schools.types) == always | told
    assert len(theirs.types) == 7, "the receiver hears of every step"
    assert {one["type"] for one in theirs.got} == always | {
        "referral.meeting_held",
        "referral.in_progress",
        "referral.on_hold",
        "referral.outcome_reported",
    }
    for heard in (schools.got, theirs.got):
        numbers = [one["data"]["version"] for one in sorted(heard, key=lambda one: str(one["timestamp"]))]
        assert numbers == list(range(2, 2 + len(heard))), "no gap tells of a step that this side does not hear of"
    assert all(one["type"] == f"referral.{one['data']['status']}" for one in schools.got)


def test_r4_why_somebody_was_declined_is_in_no_message(town: Town, schools: Receiver) -> None:
    town.declined(code="not_eligible")
    deliver(town)
    assert "referral.declined" in schools.types
    assert "eligible" not in json.dumps(schools.got)


def test_r24_after_the_akkoord_only_its_end_is_told(town: Town, theirs: Receiver, owner_of: Any) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    commands.see_referral(town.web, town.els, referral_id, town.terms)
    town.stop(yes)
    deliver(town)
    assert theirs.types == ["referral.recalled"]
    assert theirs.got[0]["data"]["referral_id"] == str(referral_id)


def test_r24_what_waited_for_a_receiver_that_was_down_is_dropped_when_the_person_stops(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    owner = owner_of("referral")
    yes = town.yes()
    town.sent(yes)
    theirs.answer = 503
    deliver(town)
    town.stop(yes)
    theirs.answer = 204
    time_passes(owner, timedelta(minutes=10))
    deliver(town)
    assert theirs.types == ["referral.recalled"]
    [(endpoint,)] = owner.execute("SELECT id FROM webhook_endpoint").fetchall()
    assert [one[:2] for one in log_of(owner, endpoint)] == [
        ("referral.sent", "dropped"),
        ("referral.recalled", "delivered"),
    ]


def test_r24_a_replay_tells_no_more_of_what_is_over_than_that_it_is(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    yes = town.yes()
    town.sent(yes)
    deliver(town)
    town.stop(yes)
    deliver(town)
    [(endpoint,)] = owner_of("referral").execute("SELECT id FROM webhook_endpoint").fetchall()
    began = clock.now() - timedelta(hours=1)
    assert webhooks.replay_between(town.web, a_dpo(town.ocmw), endpoint, began, clock.now()) == 2
    deliver(town)
    assert sorted(theirs.types) == ["referral.recalled", "referral.recalled", "referral.sent"]


@pytest.mark.parametrize("end", ["expired", "agreement", "parked"])
def test_r1_without_a_live_akkoord_and_a_valid_agreement_nothing_goes(
    town: Town, theirs: Receiver, owner_of: Any, end: str
) -> None:
    """Also before any event of the end has come: it is looked at anew at every delivery."""
    yes = town.yes()
    town.sent(yes)
    if end == "expired":
        owner_of("referral").execute("UPDATE seen.akkoord SET expires_on = %s", (date(2020, 1, 1),))
    elif end == "agreement":
        owner_of("referral").execute("UPDATE agreement SET valid_until = %s", (date(2021, 1, 1),))
    else:
        parked(town, yes)
    deliver(town)
    assert theirs.asked == 0


def test_r1_while_intake_is_not_heard_only_endings_go(town: Town, theirs: Receiver, owner_of: Any) -> None:
    ended = town.sent()
    commands.withdraw_referral(town.web, town.mira, town.target(ended))
    kept = town.sent()
    town.fresh(clock.now() - timedelta(seconds=30))
    late = clock.now() + timedelta(seconds=45)
    with clock.fixed(late):
        deliver(town)
    assert theirs.types == ["referral.withdrawn"]
    town.fresh()
    time_passes(owner_of("referral"), timedelta(minutes=1))
    deliver(town)
    assert [one["data"]["referral_id"] for one in theirs.got if one["type"] == "referral.sent"] == [str(kept)]


def test_r24_an_akkoord_that_expires_is_told_as_ended(town: Town, theirs: Receiver, owner_of: Any) -> None:
    town.sent(town.yes())
    owner_of("referral").execute("UPDATE seen.akkoord SET expires_on = %s", (date(2020, 1, 1),))
    timers.recall_expired(town.worker)
    deliver(town)
    assert theirs.types == ["referral.recalled"]


def test_r24_the_family_that_ends_it_is_an_ending_without_a_reason(town: Town, theirs: Receiver) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    commands.end_by_family(town.web, town.person(yes), town.target(referral_id))
    deliver(town)
    assert [(one["type"], one["data"]["status"]) for one in theirs.got] == [
        ("referral.ended_by_family", "ended_by_family")
    ]
