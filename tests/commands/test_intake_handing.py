"""A file goes from one colleague to another, with a note, and every service hears it."""

import json
from typing import Any
from uuid import uuid4

import pytest

from services.intake import commands, views
from services.intake.domain.handing import FollowsAlready, HandOver, NotAColleague
from shared.refusals import NotAllowed, NotThere, Stale
from shared.security import Actor
from tests.builders.intake import Place, person, staff
from tests.conftest import remember_memberships

HANDED_OVER = "be.brug.intake.file.handed_over.v1"


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def nele(place: Place, owner_of: Any) -> Actor:
    """Zorgcoördinator at the same school, who signed in here before."""
    actor = staff(place.school, "school_staff", "zorgcoördinator")
    remember_memberships(owner_of("intake"), actor)
    remember_memberships(owner_of("intake"), place.mira)
    sign_in(place, actor, "Nele 🐝")
    return actor


def sign_in(place: Place, actor: Actor, name: str) -> None:
    with place.web.transaction(actor) as conn:
        commands.know_colleague(conn, name)


def hand_over(
    place: Place, family_id: Any, to: Actor, version: int = 1, note: str = "", by: Actor | None = None
) -> int:
    return commands.hand_over(place.web, by or place.mira, family_id, HandOver(to.id, note, version))


def test_who_opens_a_file_follows_the_family_and_a_colleague_takes_over(place: Place, nele: Actor) -> None:
    file = place.family()
    before = views.files.file(place.web, place.mira, file.id).handed
    assert before.follows
    assert (before.follows.staff_id, before.history) == (place.mira.id, [])
    assert hand_over(place, file.id, nele, note="Bel na 18 uur. شكرا 🌷") == 2
    after = views.files.file(place.web, nele, file.id).handed
    assert after.follows == (nele.id, "Nele 🐝", "zorgcoördinator")
    [given] = after.history
    assert (given.given_by, given.given_to, given.note) == ("", "Nele 🐝", "Bel na 18 uur. شكرا 🌷")
    mine = views.files.Which(mine=True)
    assert [row.id for row in views.files.overview(place.web, nele, mine).items] == [file.id]
    assert views.files.overview(place.web, place.mira, mine).items == []
    assert [row.follows for row in views.files.overview(place.web, place.mira).items] == ["Nele 🐝"]
    assert len(views.finding.find(place.web, nele, "amal", mine=True)) == 1
    assert views.finding.find(place.web, place.mira, "amal", mine=True) == []


def test_every_service_hears_it_by_ids_and_no_name_or_note_leaves(place: Place, nele: Actor, owner_of: Any) -> None:
    file = place.family()
    hand_over(place, file.id, nele, note="Bel na 18 uur.")
    rows = owner_of("intake").execute("SELECT body FROM outbox WHERE body::jsonb ->> 'type' = %s", (HANDED_OVER,))
    [told] = [json.loads(body) for (body,) in rows]
    assert told["data"] == {
        "family_id": str(file.id),
        "from_staff": str(place.mira.id),
        "to_staff": str(nele.id),
    }
    assert (told["version"], told["aggregate"]) == (2, str(file.id))
    assert "Nele" not in json.dumps(told)
    assert "18 uur" not in json.dumps(told)


def test_it_goes_back_and_forth_and_every_time_is_kept(place: Place, nele: Actor) -> None:
    file = place.family()
    hand_over(place, file.id, nele)
    hand_over(place, file.id, place.mira, 2, by=nele)
    history = views.files.file(place.web, place.mira, file.id).handed.history
    assert [(one.given_by, one.given_to) for one in history] == [("Nele 🐝", ""), ("", "Nele 🐝")]


def test_only_school_staff_of_the_same_school_take_over(place: Place, nele: Actor, owner_of: Any) -> None:
    file = place.family()
    helper = staff(place.school, "helper", "buddy")
    for other in (place.jo, place.els, helper):
        remember_memberships(owner_of("intake"), other)
        with pytest.raises(NotAColleague):
            hand_over(place, file.id, other)
    with pytest.raises(NotAColleague):
        hand_over(place, file.id, staff(place.school, "school_staff", "niemand"))
    assert place.file(file.id).version == 1


def test_a_colleague_who_left_takes_nothing_over(place: Place, nele: Actor, owner_of: Any) -> None:
    file = place.family()
    owner_of("intake").execute("UPDATE seen.membership SET valid_until = current_date WHERE staff_id = %s", (nele.id,))
    with pytest.raises(NotAColleague):
        hand_over(place, file.id, nele)
    with place.web.transaction(place.mira) as conn:
        assert views.colleagues.who_may_follow(conn, file.id) == []


def test_others_hand_nothing_over(place: Place, nele: Actor) -> None:
    file = place.family()
    for other, refusal in (
        (place.jo, NotThere),
        (place.els, NotThere),
        (person(file.persons[0].id), NotThere),
        (staff(place.school, "helper", "buddy"), NotAllowed),
        (staff(place.school, "dpo", "functionaris"), NotAllowed),
    ):
        with pytest.raises(refusal):
            hand_over(place, file.id, nele, by=other)
    with pytest.raises(NotThere):
        hand_over(place, uuid4(), nele)


def test_of_two_who_hand_it_over_at_once_the_second_is_told(place: Place, nele: Actor) -> None:
    file = place.family()
    hand_over(place, file.id, nele)
    with pytest.raises(Stale):
        hand_over(place, file.id, nele)
    with pytest.raises(FollowsAlready):
        hand_over(place, file.id, nele, 2)


def test_a_name_is_what_the_issuer_said_last_and_nobody_elses(place: Place, nele: Actor) -> None:
    file = place.family()
    sign_in(place, nele, "")
    sign_in(place, nele, "  Nele de Wit  ")
    with place.web.transaction(place.mira) as conn:
        listed = views.colleagues.who_may_follow(conn, file.id)
    assert [(one.name, one.function) for one in listed] == [("Nele de Wit", "zorgcoördinator")]
    with place.web.transaction(place.jo) as conn:
        assert conn.execute("SELECT count(*) FROM colleague").fetchone() == (0,)


def test_a_file_that_nobody_followed_is_taken_over(place: Place, nele: Actor, owner_of: Any) -> None:
    file = place.family()
    owner_of("intake").execute("UPDATE file SET responsible = NULL")
    assert views.files.file(place.web, place.mira, file.id).handed.follows is None
    hand_over(place, file.id, nele)
    assert views.files.overview(place.web, nele, views.files.Which(mine=True)).items
