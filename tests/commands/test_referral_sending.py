"""What a school does with a referral, and when it may not."""

from typing import Any
from uuid import uuid4

import pytest

from services.referral import commands, events
from services.referral.commands import DraftWish, Target
from services.referral.domain import AkkoordNotHereYet, AlreadyReferred, WrongStatus
from shared import sealing
from shared.envelope import Envelope, Sealed
from shared.refusals import NotAllowed, NotThere, Stale
from shared.security import Actor, ActorKind
from tests.builders.referral import WORKER, Town, an_appointment


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("referral")


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def test_a_sent_referral_tells_who_goes_along_to_intake_and_to_nobody_in_clear(town: Town, owner: Any) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    [event] = told(owner, events.ReferralSentV1.TYPE)
    assert event.subject == str(yes.family_id)
    assert event.owner_organisation == town.school
    assert "Mira" not in event.model_dump_json()
    assert set(event.data) == {"referral_id", "akkoord_id", "person_id", "to_organisation", "sealed"}
    with town.worker.transaction(WORKER) as conn:
        content = sealing.open_sealed(
            conn, Sealed.model_validate(event.data["sealed"]), yes.person_id, events.SentContent
        )
    assert content.goes_along == "Mira, brugfiguur"
    row = owner.execute("SELECT status, sent_by_function FROM referral WHERE id = %s", (referral_id,)).fetchone()
    assert row == ("sent", "brugfiguur")


def test_an_accepted_referral_tells_the_family_when_where_and_with_whom(town: Town, owner: Any) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    visit = an_appointment()
    commands.accept_referral(town.web, town.els, Target(referral_id, 2), visit, town.terms)
    [event] = told(owner, events.ReferralAcceptedV1.TYPE)
    assert "Els" not in event.model_dump_json()
    with town.worker.transaction(WORKER) as conn:
        content = sealing.open_sealed(
            conn, Sealed.model_validate(event.data["sealed"]), yes.person_id, events.AppointmentContent
        )
    assert content == events.AppointmentContent(**visit._asdict(), goes_along="Mira, brugfiguur")


def test_a_declined_referral_does_not_tell_why(town: Town, owner: Any) -> None:
    town.declined(code="not_eligible")
    [event] = told(owner, events.ReferralDeclinedV1.TYPE)
    assert set(event.data) == {"referral_id", "akkoord_id", "person_id", "to_organisation"}
    assert "not_eligible" not in event.model_dump_json()


def test_a_request_that_comes_twice_makes_one_referral_and_sends_it_once(town: Town, owner: Any) -> None:
    town.fresh()
    wish = DraftWish(town.yes().akkoord_id, "finances")
    first = commands.draft_referral(town.web, town.mira, wish, key="once")
    assert commands.draft_referral(town.web, town.mira, wish, key="once") == first
    for _ in range(2):
        commands.send_referral(town.web, town.mira, Target(first, 1, "send once"), town.terms)
    assert len(told(owner, events.ReferralSentV1.TYPE)) == 1


def test_one_yes_carries_one_referral_at_a_time(town: Town) -> None:
    yes = town.yes()
    first = town.draft(yes)
    with pytest.raises(AlreadyReferred, match=str(first)):
        town.draft(yes)


def test_two_people_who_send_at_once_send_it_once(town: Town) -> None:
    town.fresh()
    referral_id = town.draft()
    commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)
    with pytest.raises(Stale):
        commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)
    with pytest.raises(WrongStatus):
        commands.send_referral(town.web, town.mira, Target(referral_id, 2), town.terms)


def test_another_school_and_another_partner_find_nothing(town: Town) -> None:
    referral_id = town.sent()
    with pytest.raises(NotThere):
        commands.send_referral(town.web, town.jo, Target(referral_id, 2), town.terms)
    with pytest.raises(NotThere):
        commands.accept_referral(town.web, town.koen, Target(referral_id, 2), an_appointment(), town.terms)


def test_a_partner_finds_no_draft(town: Town) -> None:
    town.fresh()
    with pytest.raises(NotThere):
        commands.see_referral(town.web, town.els, town.draft(), town.terms)


def test_the_school_cannot_answer_for_the_partner(town: Town) -> None:
    referral_id = town.sent()
    with pytest.raises(NotAllowed):
        commands.accept_referral(town.web, town.mira, Target(referral_id, 2), an_appointment(), town.terms)


def test_somebody_who_works_nowhere_finds_nothing(town: Town) -> None:
    with pytest.raises(NotThere):
        commands.send_referral(town.web, Actor(uuid4(), ActorKind.STAFF), Target(town.sent(), 2), town.terms)


def test_a_referral_waits_for_the_key_that_has_not_come(town: Town, owner: Any) -> None:
    town.fresh()
    yes = town.yes()
    referral_id = town.draft(yes)
    owner.execute("DELETE FROM seen.key WHERE key_id = %s", (yes.key_id,))
    with pytest.raises(AkkoordNotHereYet):
        commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)
    assert told(owner, events.ReferralSentV1.TYPE) == []


def test_the_first_opening_marks_it_seen_and_a_second_changes_nothing(town: Town, owner: Any) -> None:
    referral_id = town.sent()
    first = commands.see_referral(town.web, town.els, referral_id, town.terms)
    assert commands.see_referral(town.web, town.els, referral_id, town.terms) == first
    assert len(told(owner, events.ReferralSeenV1.TYPE)) == 1


def test_the_school_takes_a_referral_back(town: Town, owner: Any) -> None:
    referral_id = town.accepted()
    commands.withdraw_referral(town.web, town.mira, Target(referral_id, 3))
    assert len(told(owner, events.ReferralWithdrawnV1.TYPE)) == 1
    row = owner.execute("SELECT status, contact, goes_along FROM referral").fetchone()
    assert row == ("withdrawn", None, "")
