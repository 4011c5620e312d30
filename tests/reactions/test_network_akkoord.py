"""What network does when intake tells of an akkoord of a match."""

from collections.abc import Callable
from typing import Any

import pytest

from services.network.domain.match import Status
from shared import inbox
from shared.db import Database
from tests.builders.network import KNOWN, WORKER, Quarter


@pytest.fixture
def quarter(db_of: Callable[..., Database], settings_of: Callable[..., Any]) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


@pytest.mark.parametrize("why", ["stopped", "expired", "replaced"])
def test_an_akkoord_that_ends_takes_its_match_along_and_intake_hears_so(quarter: Quarter, why: str) -> None:
    parent, _, match_id = quarter.made()
    granted = quarter.package_arrives(parent, match_id)
    quarter.stopped(granted, why)
    assert quarter.row(match_id).status == Status.ENDED
    assert [one.data["match_id"] for one in quarter.published("match.ended.v1")] == [str(match_id)]
    told = quarter.published("akkoord.acknowledged.v1")
    assert [one.data["akkoord_id"] for one in told] == [granted.data["akkoord_id"]]


def test_an_end_that_arrives_twice_ends_once(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    ended = quarter.stopped(quarter.package_arrives(parent, match_id))
    quarter.receive(ended)
    assert len(quarter.published("match.ended.v1")) == 1
    assert len(quarter.published("akkoord.acknowledged.v1")) == 1


def test_an_end_after_the_match_was_ended_here_is_still_acknowledged(quarter: Quarter) -> None:
    from services.network import commands

    parent, helper, match_id = quarter.made()
    granted = quarter.package_arrives(parent, match_id)
    commands.end_match(quarter.web, helper, match_id, 3)
    quarter.stopped(granted)
    assert len(quarter.published("match.ended.v1")) == 1
    assert len(quarter.published("akkoord.acknowledged.v1")) == 1


def test_the_end_of_an_akkoord_for_something_else_is_not_ours(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    granted = quarter.package_arrives(parent, match_id, purpose="registration")
    quarter.stopped(granted)
    assert quarter.row(match_id).status == Status.MADE
    assert quarter.published("akkoord.acknowledged.v1") == []


def test_an_end_that_overtakes_its_akkoord_never_comes_to_life(quarter: Quarter) -> None:
    from tests.builders.shared import akkoord_ended

    parent, _, match_id = quarter.made()
    first = quarter.package_arrives(parent, match_id)
    with quarter.worker.transaction(WORKER) as conn:
        conn.execute("DELETE FROM seen.akkoord")
    quarter.receive(akkoord_ended(first))
    with quarter.worker.transaction(WORKER) as conn:
        inbox.project(conn, first, KNOWN.projections)
        row = conn.execute("SELECT status FROM seen.akkoord").fetchone()
    assert row == ("stopped",)


def test_a_replay_of_all_events_reacts_to_none(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    granted = quarter.package_arrives(parent, match_id)
    ended = quarter.stopped(granted)
    before = len(quarter.published())
    with quarter.worker.transaction(WORKER) as conn:
        conn.execute("TRUNCATE seen.akkoord")
        for one in (granted, ended):
            inbox.project(conn, one, KNOWN.projections)
    assert len(quarter.published()) == before
