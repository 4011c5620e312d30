"""Who looked is written before anything is shown, and cannot be changed unnoticed (R18)."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared import trail
from shared.db import Database
from shared.security import Actor, ActorKind, Membership, worker_of

ORGANISATION = uuid4()
WORKER = Actor(uuid4(), ActorKind.STAFF, (Membership(ORGANISATION, "partner_worker", "maatschappelijk werker", ""),))


def a_look() -> trail.Look:
    return trail.Look(uuid4(), uuid4(), uuid4(), ORGANISATION, "referral", "akkoord")


def test_a_look_names_function_and_organisation_and_is_told_to_the_family(db_of: Any, owner_of: Any) -> None:
    trail.record(db_of("activities", "web"), WORKER, a_look())
    owner = owner_of("activities")
    assert owner.execute("SELECT function, organisation_id FROM look").fetchone() == (
        "maatschappelijk werker",
        ORGANISATION,
    )
    assert owner.execute("SELECT topic FROM outbox").fetchone() == ("activities.trail",)


def test_a_chain_of_looks_is_whole_until_one_is_changed(db_of: Any, owner_of: Any) -> None:
    for _ in range(3):
        trail.record(db_of("activities", "web"), WORKER, a_look(), a_look())
    worker: Database = db_of("activities", "worker")
    assert trail.chain(worker) == 6
    assert trail.chain(worker) == 0
    with worker.transaction(worker_of("activities")) as conn:
        assert trail.broken_at(conn) is None
    owner_of("activities").execute("UPDATE look SET function = 'x', what = 'file' WHERE chain = 4")
    with worker.transaction(worker_of("activities")) as conn:
        assert trail.broken_at(conn) == 4


def test_a_look_taken_out_breaks_the_chain(db_of: Any, owner_of: Any) -> None:
    trail.record(db_of("activities", "web"), WORKER, a_look(), a_look(), a_look())
    worker: Database = db_of("activities", "worker")
    trail.chain(worker)
    owner_of("activities").execute("DELETE FROM look WHERE chain = 2")
    with worker.transaction(worker_of("activities")) as conn:
        assert trail.broken_at(conn) == 2


def test_no_page_can_change_or_read_the_trail(db_of: Any) -> None:
    web: Database = db_of("activities", "web")
    trail.record(web, WORKER, a_look())
    for statement in ("UPDATE look SET what = 'x'", "DELETE FROM look", "SELECT what FROM look"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction(WORKER) as conn:
            conn.execute(statement)
