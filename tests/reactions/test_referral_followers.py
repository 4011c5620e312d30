"""A family goes to another colleague at its school: what waited for the one waits for the other."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.referral import store
from services.referral.domain import Kind, Task
from shared import clock, inbox
from tests.builders.referral import KNOWN, WORKER, Town
from tests.builders.shared import an_event

HANDED_OVER = "be.brug.intake.file.handed_over.v1"


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def a_task(town: Town, family: UUID, for_staff: UUID | None, kind: Kind = Kind.TALK_WITH_PARENT) -> UUID:
    task = Task(
        id=uuid4(),
        kind=kind,
        organisation_id=town.school,
        owner_organisation=town.school,
        family_id=family,
        person_id=uuid4(),
        due_on=clock.today(),
        opened_at=clock.now(),
        for_staff=for_staff,
    )
    with town.worker.transaction(WORKER) as conn:
        store.tasks.open_task(conn, task)
    return task.id


def hand_over(town: Town, family: UUID, given_by: UUID | None, given_to: UUID, version: int = 2, **changes: Any) -> Any:
    data = {
        "family_id": str(family),
        "from_staff": str(given_by) if given_by else None,
        "to_staff": str(given_to),
    }
    told = {"type": HANDED_OVER, "aggregate": family, "version": version, "source": "intake", "data": data}
    envelope = an_event(**told | {"owner_organisation": town.school} | changes)
    deliver(town, envelope)
    return envelope


def deliver(town: Town, envelope: Any) -> None:
    with town.worker.transaction(WORKER) as conn:
        inbox.receive(conn, envelope, KNOWN)


def waits_for(owner: Any, task_id: UUID) -> UUID | None:
    row = owner.execute("SELECT for_staff FROM task WHERE id = %s", (task_id,)).fetchone()
    found: UUID | None = row[0]
    return found


def test_open_tasks_of_the_one_move_to_the_other_and_nothing_else_does(town: Town, owner_of: Any) -> None:
    owner, family, nele, third = owner_of("referral"), uuid4(), uuid4(), uuid4()
    mine = a_task(town, family, town.mira.id)
    of_the_team, of_another = a_task(town, family, None), a_task(town, family, third)
    elsewhere = a_task(town, uuid4(), town.mira.id)
    receivers = a_task(town, family, town.mira.id, Kind.ANSWER_REFERRAL)
    over = a_task(town, family, town.mira.id)
    owner.execute("UPDATE task SET state = 'lapsed', done_at = now() WHERE id = %s", (over,))
    hand_over(town, family, town.mira.id, nele)
    assert waits_for(owner, mine) == nele
    assert (waits_for(owner, of_the_team), waits_for(owner, of_another)) == (None, third)
    for one in (elsewhere, receivers, over):
        assert waits_for(owner, one) == town.mira.id


def test_what_comes_later_for_the_one_is_for_the_other(town: Town, owner_of: Any) -> None:
    owner, family, nele, third = owner_of("referral"), uuid4(), uuid4(), uuid4()
    hand_over(town, family, town.mira.id, nele)
    assert waits_for(owner, a_task(town, family, town.mira.id)) == nele
    assert waits_for(owner, a_task(town, family, third)) == third
    assert waits_for(owner, a_task(town, family, None)) is None
    assert waits_for(owner, a_task(town, uuid4(), town.mira.id)) == town.mira.id


def test_it_comes_back_and_goes_on(town: Town, owner_of: Any) -> None:
    owner, family, nele = owner_of("referral"), uuid4(), uuid4()
    task = a_task(town, family, town.mira.id)
    hand_over(town, family, town.mira.id, nele)
    hand_over(town, family, nele, town.mira.id, 3)
    assert waits_for(owner, task) == town.mira.id
    assert waits_for(owner, a_task(town, family, nele)) == town.mira.id


def test_the_same_event_twice_and_an_older_one_change_nothing(town: Town, owner_of: Any) -> None:
    owner, family, nele, third = owner_of("referral"), uuid4(), uuid4(), uuid4()
    task = a_task(town, family, town.mira.id)
    first = hand_over(town, family, town.mira.id, nele)
    hand_over(town, family, nele, third, 5)
    deliver(town, first)
    hand_over(town, family, third, town.mira.id, 4)
    assert waits_for(owner, task) == third
    assert owner.execute("SELECT staff_id, version FROM seen.follower").fetchall() == [(third, 5)]


def test_a_family_that_nobody_followed_moves_no_task(town: Town, owner_of: Any) -> None:
    owner, family = owner_of("referral"), uuid4()
    task = a_task(town, family, town.mira.id)
    hand_over(town, family, None, uuid4())
    assert waits_for(owner, task) == town.mira.id
