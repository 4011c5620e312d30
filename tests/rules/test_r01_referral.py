"""R1: no referral without the person's own yes and an agreement between the two organisations; nothing is written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.referral import commands
from services.referral.commands import DraftWish, Target
from services.referral.views import referrals as views
from shared import clock
from shared.akkoord import AgreementMissing, AkkoordMissing
from shared.refusals import NotFresh, NotThere
from tests.builders.referral import Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    town = Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()
    town.fresh()
    return town


@pytest.fixture
def written(owner_of: Any) -> Callable[[], tuple[int, ...]]:
    def count() -> tuple[int, ...]:
        row: tuple[int, ...] = (
            owner_of("referral")
            .execute(
                "SELECT (SELECT count(*) FROM referral), (SELECT count(*) FROM outbox), (SELECT count(*) FROM look)"
            )
            .fetchone()
        )
        return row

    return count


def test_r1_without_a_yes_nothing_is_written(town: Town, written: Any) -> None:
    before = written()
    with pytest.raises(AkkoordMissing):
        commands.draft_referral(town.web, town.mira, DraftWish(uuid4(), "finances"))
    assert written() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "registration"},
        {"expires_on": "2020-01-01"},
    ],
)
def test_r1_a_yes_to_something_else_or_past_its_day_is_no_yes(town: Town, written: Any, changes: Any) -> None:
    yes = town.yes(**changes)
    before = written()
    with pytest.raises(AkkoordMissing):
        town.draft(yes)
    assert written() == before


def test_r1_a_yes_to_another_receiver_is_no_yes(town: Town, written: Any) -> None:
    yes = town.yes(town.katrol)
    before = written()
    with pytest.raises(AkkoordMissing):
        commands.draft_referral(town.web, town.mira, DraftWish(yes.akkoord_id, "finances", to_organisation=town.ocmw))
    assert written() == before


def test_r1_a_stopped_yes_is_no_yes(town: Town, written: Any) -> None:
    yes = town.yes()
    town.stop(yes)
    before = written()
    with pytest.raises(AkkoordMissing):
        town.draft(yes)
    assert written() == before


def test_r1_another_school_cannot_use_a_yes_that_was_given_to_us(town: Town, written: Any) -> None:
    yes = town.yes()
    before = written()
    with pytest.raises(AkkoordMissing):
        commands.draft_referral(town.web, town.jo, DraftWish(yes.akkoord_id, "finances"))
    assert written() == before


def test_r1_the_receiver_cannot_refer_to_itself_with_it(town: Town, written: Any) -> None:
    yes = town.yes()
    before = written()
    with pytest.raises(NotThere):
        commands.draft_referral(town.web, town.els, DraftWish(yes.akkoord_id, "finances"))
    assert written() == before


def test_r1_without_an_agreement_nothing_is_written(town: Town, written: Any) -> None:
    stranger = town.partner("Vreemde vzw", agreed=False)
    town.agree(town.school, stranger, purpose="registration")
    yes = town.yes(stranger)
    before = written()
    with pytest.raises(AgreementMissing):
        town.draft(yes)
    assert written() == before


def test_r1_an_agreement_that_ended_meanwhile_stops_the_sending_and_the_reading(town: Town, written: Any) -> None:
    partner = town.partner("Tijdelijke vzw", agreed=False)
    town.agree(town.school, partner, until=clock.today() + timedelta(days=1))
    worker = town._staff(partner, "partner_worker", "medewerker")
    sent, draft = town.sent(town.yes(partner)), town.draft(town.yes(partner))
    assert commands.see_referral(town.web, worker, sent, town.terms)
    with clock.fixed(clock.now() + timedelta(days=1, hours=2)):
        town.fresh()
        before = written()
        with pytest.raises(AgreementMissing):
            commands.send_referral(town.web, town.mira, Target(draft, 1), town.terms)
        with pytest.raises(AgreementMissing):
            commands.see_referral(town.web, worker, sent, town.terms)
        with pytest.raises(NotThere):
            views.open_as_receiver(town.web, worker, sent, town.terms)
        assert written() == before


def test_r1_a_stale_heartbeat_closes_sending_and_partners_reading(town: Town, written: Any) -> None:
    sent, draft = town.sent(), town.draft()
    with clock.fixed(clock.now() + timedelta(seconds=town.terms.freshness_seconds + 5)):
        before = written()
        with pytest.raises(NotFresh):
            commands.send_referral(town.web, town.mira, Target(draft, 1), town.terms)
        with pytest.raises(NotFresh):
            commands.see_referral(town.web, town.els, sent, town.terms)
        with pytest.raises(NotFresh):
            views.open_as_receiver(town.web, town.els, sent, town.terms)
        assert written() == before
