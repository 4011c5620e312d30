"""R1, R12, R18 and R24 in network: no akkoord no number, silence tells nothing, looks are written, an end closes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.network import commands
from services.network.domain.match import NoLongerYours, Status
from services.network.views import helpers, rounds
from services.network.views import matches as views
from shared import clock, trail
from shared.akkoord import CONSENTS
from shared.db import Database
from shared.security import Actor
from tests.builders.network import PHONE, WORKER, Quarter


@pytest.fixture
def quarter(db_of: Callable[..., Database], settings_of: Callable[..., Any]) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


def contact(quarter: Quarter, helper: Actor, match_id: UUID) -> views.Contact | views.Closed:
    return views.as_helper(quarter.web, helper, match_id, 60).contact


def test_r1_no_helper_is_proposed_whose_organisation_has_no_agreement_with_the_school(quarter: Quarter) -> None:
    quarter.helper(quarter.far_school)
    request_id = quarter.asks(quarter.parent(quarter.school))
    assert commands.propose(quarter.worker, WORKER, request_id) is None
    _, at_house = quarter.helper(quarter.house)
    match_id = commands.propose(quarter.worker, WORKER, request_id)
    assert match_id
    assert quarter.row(match_id).helper_id == at_house


def test_r1_a_helper_of_the_own_school_needs_both_yeses_and_no_agreement_of_the_school_with_itself(
    quarter: Quarter,
) -> None:
    _, of_own_school = quarter.helper(quarter.school)
    match_id = commands.propose(quarter.worker, WORKER, quarter.asks(quarter.parent(quarter.school)))
    assert match_id
    assert quarter.row(match_id).helper_id == of_own_school
    assert quarter.row(match_id).status == Status.PROPOSED


def test_r1_an_agreement_for_something_else_or_over_is_none(quarter: Quarter) -> None:
    yesterday = clock.today() - timedelta(days=1)
    quarter.agree(quarter.far_school, quarter.house, until=yesterday)
    quarter.agree(quarter.far_school, quarter.house, purpose="referral")
    quarter.helper(quarter.house)
    request_id = quarter.asks(quarter.parent(quarter.far_school))
    assert commands.propose(quarter.worker, WORKER, request_id) is None


def test_r1_without_an_akkoord_a_match_has_no_number(quarter: Quarter) -> None:
    _, helper, match_id = quarter.made()
    quarter.fresh()
    assert contact(quarter, helper, match_id) == views.Closed.FOLLOWS


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "registration"},
        {"purpose": "referral"},
        {"receiver_organisation": "11111111-1111-4111-8111-111111111111"},
        {"person_id": "11111111-1111-4111-8111-111111111111"},
        {"expires_on": "2020-01-01"},
    ],
)
def test_r1_an_akkoord_for_something_or_somebody_else_opens_no_number(quarter: Quarter, wrong: Any) -> None:
    parent, helper, match_id = quarter.made()
    quarter.fresh()
    quarter.package_arrives(parent, match_id, **wrong)
    assert contact(quarter, helper, match_id) == views.Closed.FOLLOWS


def test_r1_an_akkoord_of_another_match_opens_no_number(quarter: Quarter) -> None:
    parent, _, _ = quarter.made()
    _, helper, match_id = quarter.made()
    quarter.fresh()
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute("SELECT id FROM match WHERE person_id = %s", (parent.id,)).fetchone()
    assert row
    quarter.package_arrives(parent, row[0])
    assert contact(quarter, helper, match_id) == views.Closed.FOLLOWS


def test_r1_knowledge_of_akkoorden_that_is_too_old_opens_no_number(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.made()
    quarter.package_arrives(parent, match_id)
    assert contact(quarter, helper, match_id) == views.Closed.NOT_SURE
    quarter.fresh()
    assert isinstance(contact(quarter, helper, match_id), views.Contact)
    with clock.fixed(datetime.now(UTC) + timedelta(minutes=2)):
        assert contact(quarter, helper, match_id) == views.Closed.NOT_SURE


def test_r1_an_event_of_the_familys_akkoorden_that_could_not_be_handled_closes_the_number(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.made()
    quarter.fresh()
    quarter.package_arrives(parent, match_id)
    with quarter.worker.transaction(WORKER) as conn:
        conn.execute(
            "INSERT INTO dead_letter (topic, record_key, partition, record_offset, body, error)"
            " VALUES (%s, %s, 0, 99, '{}', 'broken')",
            (CONSENTS, str(parent.family_id)),
        )
    assert contact(quarter, helper, match_id) == views.Closed.FOLLOWS


def test_r12_a_proposal_that_nobody_answers_changes_nothing_and_shows_to_nobody(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    before = views.as_helper(quarter.web, helper, match_id, 60)
    with clock.fixed(datetime.now(UTC) + timedelta(days=60)):
        quarter.proposals()
        assert quarter.row(match_id).status == Status.PROPOSED
        assert views.as_helper(quarter.web, helper, match_id, 60) == before
    page = rounds.requests(quarter.web, quarter.lies, quarter.house, helpers.Part())
    assert not any("answer" in name for name in page.items[0].__dataclass_fields__)
    assert views.as_person(quarter.web, parent.actor, match_id).answer == "unknown"


def test_r12_a_yes_of_the_one_does_not_show_to_the_other_while_they_think(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    before = views.as_person(quarter.web, parent.actor, match_id)
    commands.say_yes(quarter.web, helper, match_id, commands.Yes(1))
    assert views.as_person(quarter.web, parent.actor, match_id) == before
    assert quarter.published("match.made.v1") == []


@pytest.mark.parametrize("by", ["parent", "helper", "akkoord"])
def test_r24_an_ended_match_closes_both_numbers_at_once(quarter: Quarter, by: str) -> None:
    parent, helper, match_id = quarter.made()
    quarter.fresh()
    granted = quarter.package_arrives(parent, match_id)
    assert isinstance(contact(quarter, helper, match_id), views.Contact)
    assert views.as_person(quarter.web, parent.actor, match_id).phone == PHONE
    if by == "akkoord":
        quarter.stopped(granted)
    else:
        commands.end_match(quarter.web, parent.actor if by == "parent" else helper, match_id, 3)
    with pytest.raises(NoLongerYours):
        views.as_helper(quarter.web, helper, match_id, 60)
    after = views.as_person(quarter.web, parent.actor, match_id)
    assert (after.phone, after.first_name, after.about) == (None, "", None)
    with quarter.web.transaction(parent.actor) as conn:
        assert conn.execute("SELECT count(*) FROM helper_reach").fetchone() == (0,)
    with quarter.web.transaction(helper) as conn:
        assert conn.execute("SELECT count(*) FROM request").fetchone() == (0,)


def test_r24_a_declined_proposal_shows_nothing_of_the_parent_to_the_helper(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    commands.say_no(quarter.web, parent.actor, match_id, 1)
    with pytest.raises(NoLongerYours):
        views.as_helper(quarter.web, helper, match_id, 60)
    assert views.matches(quarter.web, helper, helpers.Part()).items == []
    with quarter.web.transaction(helper) as conn:
        assert conn.execute("SELECT count(*) FROM request").fetchone() == (0,)


def looks(quarter: Quarter) -> list[tuple[str, str, str]]:
    told = list(quarter.published("look.taken.v1"))
    return [(one.data["what"], one.data["ground"], one.data["function"]) for one in told]


def test_r18_each_opening_is_a_look_with_its_ground_and_own_pages_are_none(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.made()
    quarter.fresh()
    views.as_person(quarter.web, parent.actor, match_id)
    views.matches(quarter.web, helper, helpers.Part())
    assert looks(quarter) == []
    contact(quarter, helper, match_id)
    assert looks(quarter) == [("match", "asked", "ouderambassadeur")]
    quarter.package_arrives(parent, match_id)
    contact(quarter, helper, match_id)
    assert looks(quarter)[1:] == [
        ("match", "asked", "ouderambassadeur"),
        ("package", "akkoord", "ouderambassadeur"),
    ]


def test_r18_a_coordinator_who_reads_requests_leaves_a_look_on_each(quarter: Quarter) -> None:
    quarter.asks(quarter.parent())
    rounds.requests(quarter.web, quarter.lies, quarter.house, helpers.Part())
    assert looks(quarter) == [("match", "asked", "coördinator")]


def test_r18_where_the_look_cannot_be_written_nothing_opens(quarter: Quarter, owner_of: Callable[[str], Any]) -> None:
    _, helper, match_id = quarter.proposed()
    owner = owner_of("network")
    owner.execute("ALTER TABLE look ADD CONSTRAINT refuses_all CHECK (position < 0) NOT VALID")
    try:
        with pytest.raises(Exception, match="refuses_all"):
            views.as_helper(quarter.web, helper, match_id, 60)
    finally:
        owner.execute("ALTER TABLE look DROP CONSTRAINT refuses_all")
    trail.chain(quarter.worker)
    with quarter.worker.transaction(WORKER) as conn:
        assert trail.broken_at(conn) is None
