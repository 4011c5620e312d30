"""Who works where and what was agreed: written once, told once, over at once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.referral import commands, events
from services.referral.domain import Membership, Organisation
from shared import clock, directory
from shared.directory import memberships_of
from shared.envelope import Envelope
from shared.refusals import NotAllowed, NotThere
from tests.builders.referral import WORKER, Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def membership_id(owner: Any, town: Town) -> Any:
    return owner.execute("SELECT id FROM membership WHERE staff_id = %s", (town.els.id,)).fetchone()[0]


def test_an_organisation_described_twice_in_the_same_words_is_told_once(town: Town, owner_of: Any) -> None:
    kind = events.OrganisationDescribedV1.TYPE
    before = len(told(owner_of("referral"), kind))
    one = Organisation(town.ocmw, "ocmw", "OCMW Antwerpen", "Antwerpen", ("nl", "fr", "ar"))
    commands.describe_organisation(town.worker, WORKER, one)
    assert len(told(owner_of("referral"), kind)) == before
    renamed = Organisation(town.ocmw, "ocmw", "Sociaal Huis Antwerpen", "Antwerpen", ("nl", "fr", "ar"))
    commands.describe_organisation(town.worker, WORKER, renamed)
    last = told(owner_of("referral"), kind)[-1]
    assert (last.version, last.subject, last.data["name"]) == (2, str(town.ocmw), "Sociaal Huis Antwerpen")


def test_a_membership_that_ends_ends_at_once(town: Town, owner_of: Any) -> None:
    def held() -> int:
        with town.web.transaction(town.els) as conn:
            return len(memberships_of(conn, town.els.id, clock.today()))

    owner = owner_of("referral")
    assert held() == 1
    for _ in range(2):
        commands.end_membership(town.worker, WORKER, membership_id(owner, town), clock.today())
    assert held() == 0
    [ended] = told(owner, events.MembershipEndedV1.TYPE)
    assert (ended.version, ended.data["valid_until"]) == (2, clock.today().isoformat())


def test_a_signed_in_worker_whose_membership_ends_sees_nothing_at_the_next_tap(
    town: Town, client_of: Any, sign_in: Any, owner_of: Any
) -> None:
    referral_id = town.sent()
    browser = sign_in(client_of("referral"), town.els)
    assert browser.get(f"/referral/referrals/{referral_id}").status_code == 200
    commands.end_membership(town.worker, WORKER, membership_id(owner_of("referral"), town), clock.today())
    assert browser.get(f"/referral/referrals/{referral_id}").status_code == 403


def test_an_agreement_counts_from_its_first_day_until_the_day_before_its_end(town: Town) -> None:
    partner = town.partner("Tijdelijk", agreed=False)
    town.agree(partner, town.school, until=date(2026, 12, 1))
    with town.web.transaction(town.mira) as conn:
        for day, valid in ((date(2026, 11, 30), True), (date(2026, 12, 1), False), (date(2019, 1, 1), False)):
            found = directory.agreement_between(conn, (town.school, partner), "referral", day)
            assert (found is not None) == valid


def test_an_organisation_may_agree_with_itself(town: Town) -> None:
    assert town.agree(town.school, town.school, purpose="registration")


def test_staff_do_not_write_the_directory_and_what_does_not_exist_cannot_be_joined(town: Town) -> None:
    one = Organisation(uuid4(), "ocmw", "Nep", "Antwerpen")
    with pytest.raises(NotAllowed):
        commands.describe_organisation(town.web, town.mira, one)
    joined = Membership(uuid4(), uuid4(), uuid4(), "helper", "vrijwilliger", "discretie", clock.today())
    with pytest.raises(NotThere):
        commands.grant_membership(town.worker, WORKER, joined)
    with pytest.raises(NotThere):
        commands.end_membership(town.worker, WORKER, uuid4(), clock.today() + timedelta(days=1))
