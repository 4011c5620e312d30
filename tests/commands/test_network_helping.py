"""Signing up, asking for someone, rounds and two answers, on a real database under the roles of the service."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.network import commands
from services.network.domain.helper import AlreadySignedUp, NotAHelper
from services.network.domain.match import Answer, Status, WrongMove
from services.network.domain.matching import Weights
from services.network.domain.request import AlreadyAsked, NotKnownYet
from shared.akkoord import AgreementMissing
from shared.db import Database
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import Actor, ActorKind
from tests.builders.network import WORKER, Parent, Quarter, a_card, a_wish

Yes = commands.Yes


@pytest.fixture
def quarter(db_of: Callable[..., Database], settings_of: Callable[..., Any]) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


def count(quarter: Quarter, table: str) -> int:
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else -1


def test_a_helper_signs_up_once_at_an_organisation(quarter: Quarter) -> None:
    actor, _ = quarter.helper()
    with pytest.raises(AlreadySignedUp):
        commands.sign_up_helper(quarter.web, actor, commands.SignUp(quarter.house, actor.id, a_card()))
    assert count(quarter, "helper") == 1


def test_a_coordinator_adds_a_helper_of_the_own_organisation(quarter: Quarter) -> None:
    staff = quarter.staff(quarter.house, "helper")
    commands.sign_up_helper(quarter.web, quarter.lies, commands.SignUp(quarter.house, staff.id, a_card()))
    assert count(quarter, "helper") == 1


def test_an_account_that_is_no_helper_there_gets_no_card(quarter: Quarter) -> None:
    stranger = quarter.staff(quarter.far_school, "helper")
    with pytest.raises(NotAHelper):
        commands.sign_up_helper(quarter.web, quarter.lies, commands.SignUp(quarter.house, stranger.id, a_card()))
    with pytest.raises(NotThere):
        commands.sign_up_helper(quarter.web, quarter.lies, commands.SignUp(quarter.far_school, stranger.id, a_card()))
    assert count(quarter, "helper") == 0


def test_a_helper_makes_no_card_for_another(quarter: Quarter) -> None:
    one, other = quarter.staff(quarter.house, "helper"), quarter.staff(quarter.house, "helper")
    with pytest.raises(NotAllowed):
        commands.sign_up_helper(quarter.web, one, commands.SignUp(quarter.house, other.id, a_card()))


def test_a_school_that_nobody_knows_is_refused_by_its_field(quarter: Quarter) -> None:
    actor = quarter.staff(quarter.house, "helper")
    wish = commands.SignUp(quarter.house, actor.id, a_card(school=uuid4()))
    with pytest.raises(Invalid) as refused:
        commands.sign_up_helper(quarter.web, actor, wish)
    assert set(refused.value.fields) == {"school"}
    assert count(quarter, "helper") == 0


def test_a_card_that_somebody_else_changed_is_not_overwritten(quarter: Quarter) -> None:
    actor, helper_id = quarter.helper()
    commands.change_helper(quarter.web, quarter.lies, helper_id, a_card(capacity=5), 1)
    with pytest.raises(Stale):
        commands.change_helper(quarter.web, actor, helper_id, a_card(capacity=1), 1)
    with pytest.raises(NotThere):
        commands.change_helper(quarter.web, quarter.far_coordinator, helper_id, a_card(), 2)


def test_a_person_asks_for_one_at_a_time_and_again_after_withdrawing(quarter: Quarter) -> None:
    parent = quarter.parent()
    request_id = quarter.asks(parent)
    with pytest.raises(AlreadyAsked):
        quarter.asks(parent)
    commands.withdraw_request(quarter.web, parent.actor, request_id, 1)
    quarter.asks(parent)
    assert count(quarter, "request WHERE status = 'open'") == 1


def test_a_request_that_comes_twice_with_one_key_is_one(quarter: Quarter) -> None:
    parent = quarter.parent()
    first = commands.ask_for_someone(quarter.web, parent.actor, a_wish(), "k1")
    assert commands.ask_for_someone(quarter.web, parent.actor, a_wish(), "k1") == first


def test_who_is_not_known_here_yet_hears_so_and_nothing_is_written(quarter: Quarter) -> None:
    parent = Parent(Actor(uuid4(), ActorKind.PERSON), uuid4(), quarter.school)
    with pytest.raises(NotKnownYet):
        quarter.asks(parent)
    assert count(quarter, "request") == 0
    quarter.register(parent)
    quarter.asks(parent)


def test_a_child_and_staff_ask_for_nobody(quarter: Quarter) -> None:
    child = quarter.parent(kind="child")
    with pytest.raises(NotAllowed):
        quarter.asks(child)
    with pytest.raises(NotAllowed):
        commands.ask_for_someone(quarter.web, quarter.teacher, a_wish())


def test_the_town_and_school_of_a_request_are_the_files_own_where_nothing_is_said(quarter: Quarter) -> None:
    quarter.asks(quarter.parent())
    assert count(quarter, f"request WHERE town = 'Antwerpen' AND school = '{quarter.school}'") == 1


def test_a_round_proposes_in_the_order_of_asking(quarter: Quarter) -> None:
    quarter.helper(capacity=1)
    first, second = quarter.parent(), quarter.parent()
    quarter.asks(first)
    quarter.asks(second)
    commands.start_round(quarter.web, quarter.lies, quarter.house)
    quarter.proposals()
    assert count(quarter, "match") == 1
    assert count(quarter, f"match WHERE person_id = '{first.id}' AND weighed_by = '{quarter.house}'") == 1
    assert count(quarter, "round WHERE done_at IS NOT NULL AND proposed = 1 AND without = 1") == 1


def test_a_round_reaches_only_those_with_whom_there_is_an_agreement(quarter: Quarter) -> None:
    quarter.helper()
    far = quarter.parent(quarter.far_school)
    quarter.asks(far)
    commands.start_round(quarter.web, quarter.lies, quarter.house)
    quarter.proposals()
    assert count(quarter, "match") == 0


def test_only_a_coordinator_there_asks_for_a_round_or_sets_weights(quarter: Quarter) -> None:
    with pytest.raises(NotAllowed):
        commands.start_round(quarter.web, quarter.teacher, quarter.school)
    with pytest.raises(NotThere):
        commands.start_round(quarter.web, quarter.lies, quarter.far_school)
    with pytest.raises(NotThere):
        commands.set_weights(quarter.web, quarter.lies, quarter.far_school, Weights(), 0)


def test_weights_that_somebody_else_set_are_not_overwritten(quarter: Quarter) -> None:
    commands.set_weights(quarter.web, quarter.lies, quarter.house, Weights(same_town=9), 0)
    with pytest.raises(Stale):
        commands.set_weights(quarter.web, quarter.lies, quarter.house, Weights(), 0)
    commands.set_weights(quarter.web, quarter.lies, quarter.house, Weights(same_town=1), 1)
    assert count(quarter, "weights WHERE same_town = 1 AND version = 2") == 1


def test_nobody_gets_more_families_than_they_want_however_many_ask(quarter: Quarter) -> None:
    quarter.helper(capacity=2)
    for _ in range(4):
        quarter.asks(quarter.parent())
    assert commands.propose_all(quarter.worker, WORKER) == (2, 2)
    assert commands.propose_all(quarter.worker, WORKER) == (0, 2)


def test_a_proposal_waits_for_the_key_of_the_family_and_nothing_is_lost(quarter: Quarter) -> None:
    quarter.helper()
    parent = quarter.parent(key=False)
    request_id = quarter.asks(parent)
    assert commands.propose(quarter.worker, WORKER, request_id) is None
    assert (count(quarter, "match"), quarter.published("match.proposed.v1")) == (0, [])
    quarter.file_key(parent)
    assert commands.propose(quarter.worker, WORKER, request_id)


def test_a_no_of_the_helper_leads_to_the_next_best_and_never_back(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    _, next_best = quarter.helper(first_name="Lina")
    commands.say_no(quarter.web, helper, match_id, 1)
    quarter.proposals()
    assert count(quarter, f"match WHERE status = 'proposed' AND helper_id = '{next_best}'") == 1
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute("SELECT id FROM match WHERE status = 'proposed'").fetchone()
    assert row
    commands.say_no(quarter.web, parent.actor, row[0], 1)
    quarter.proposals()
    commands.propose_all(quarter.worker, WORKER)
    assert count(quarter, "match WHERE status = 'proposed'") == 0
    assert count(quarter, "match WHERE status = 'declined'") == 2


def test_after_a_no_the_helper_has_room_for_another_family(quarter: Quarter) -> None:
    helper, _ = quarter.helper(capacity=1)
    quarter.asks(quarter.parent())
    second = quarter.asks(quarter.parent())
    commands.propose_all(quarter.worker, WORKER)
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute("SELECT id FROM match").fetchone()
    assert row
    commands.say_no(quarter.web, helper, row[0], 1)
    assert commands.propose(quarter.worker, WORKER, second)


def test_an_answer_on_an_old_page_is_refused(quarter: Quarter) -> None:
    _, helper, match_id = quarter.proposed()
    commands.say_yes(quarter.web, helper, match_id, Yes(1))
    with pytest.raises(Stale):
        commands.say_no(quarter.web, helper, match_id, 1)
    commands.say_no(quarter.web, helper, match_id, 2)


def test_another_helper_and_another_parent_find_no_such_proposal(quarter: Quarter) -> None:
    _, _, match_id = quarter.proposed()
    stranger, _ = quarter.helper(first_name="Lina")
    for actor in (stranger, quarter.parent().actor, quarter.lies, quarter.teacher):
        with pytest.raises(NotThere):
            commands.say_yes(quarter.web, actor, match_id, Yes(1))
    assert quarter.row(match_id).version == 1


def test_a_helper_who_left_the_organisation_answers_no_more(quarter: Quarter) -> None:
    _, helper, match_id = quarter.proposed()
    gone = Actor(helper.id, ActorKind.STAFF)
    with pytest.raises(NotThere):
        commands.say_yes(quarter.web, gone, match_id, Yes(1))


def test_r1_a_yes_needs_an_agreement_that_is_valid_that_day(quarter: Quarter, owner_of: Callable[..., Any]) -> None:
    parent, helper, match_id = quarter.proposed()
    commands.say_yes(quarter.web, helper, match_id, Yes(1))
    owner_of("network").execute("UPDATE seen.agreement SET valid_until = %s", (date(2021, 1, 1),))
    with pytest.raises(AgreementMissing):
        commands.say_yes(quarter.web, parent.actor, match_id, Yes(1))
    assert quarter.row(match_id).status == Status.PROPOSED
    assert quarter.published("match.made.v1") == []


def test_withdrawing_a_request_declines_whoever_was_proposed(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    request_id = quarter.row(match_id).request_id
    commands.withdraw_request(quarter.web, parent.actor, request_id, 1)
    assert quarter.row(match_id).status == Status.DECLINED
    assert len(quarter.published("match.declined.v1")) == 1
    with pytest.raises(WrongMove):
        commands.say_yes(quarter.web, helper, match_id, Yes(4))
    quarter.helper(first_name="Lina")
    quarter.proposals()
    assert count(quarter, "match") == 1


def test_after_a_match_that_ended_a_person_may_ask_anew(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    with pytest.raises(AlreadyAsked):
        quarter.asks(parent)
    commands.end_match(quarter.web, parent.actor, match_id, 3)
    assert quarter.row(match_id).status == Status.ENDED
    quarter.asks(parent)


@pytest.mark.parametrize("no_too", [False, True])
def test_two_who_answer_at_once_end_in_one_state(quarter: Quarter, no_too: bool) -> None:
    parent, helper, match_id = quarter.proposed()
    start = threading.Barrier(2)
    refused: list[Exception] = []

    def answer(actor: Actor, say_no: bool) -> None:
        start.wait()
        try:
            if say_no:
                commands.say_no(quarter.web, actor, match_id, 1)
            else:
                commands.say_yes(quarter.web, actor, match_id, Yes(1))
        except (WrongMove, Stale) as refusal:
            refused.append(refusal)

    threads = [
        threading.Thread(target=answer, args=(parent.actor, False)),
        threading.Thread(target=answer, args=(helper, no_too)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    match = quarter.row(match_id)
    if no_too:
        assert match.status == Status.DECLINED
        assert match.helper_answer == Answer.NO
        assert quarter.published("match.made.v1") == []
    else:
        assert (match.status, refused) == (Status.MADE, [])
        assert len(quarter.published("match.made.v1")) == 1


def test_private_wishes_leave_out_and_the_web_process_cannot_even_read_them(quarter: Quarter) -> None:
    quarter.helper(first_name="Nour", languages=("fr", "ar"))
    _, free = quarter.helper(first_name="Els", languages=("fr",))
    parent = quarter.parent()
    private = {"not_my_community": True, "community_languages": ("ar",), "not_these": ("Lina",)}
    request_id = quarter.asks(parent, languages=("fr",), private=private)
    made = commands.propose(quarter.worker, WORKER, request_id)
    assert made
    assert quarter.row(made).helper_id == free
    for actor in (parent.actor, quarter.lies):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), quarter.web.transaction(actor) as conn:
            conn.execute("SELECT not_names FROM private_wish")


def test_the_number_of_a_helper_is_out_of_reach_for_the_parent_until_both_said_yes(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()

    def numbers() -> int:
        with quarter.web.transaction(parent.actor) as conn:
            return len(conn.execute("SELECT phone FROM helper_reach").fetchall())

    assert numbers() == 0
    commands.say_yes(quarter.web, parent.actor, match_id, Yes(1))
    assert numbers() == 0
    commands.say_yes(quarter.web, helper, match_id, Yes(1))
    assert numbers() == 1
    commands.end_match(quarter.web, parent.actor, match_id, 3)
    assert numbers() == 0
