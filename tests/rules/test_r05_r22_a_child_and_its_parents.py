"""R5: whoever said yes for a child sees what comes of it, and nobody else of its homes. R12, R18, R22 beside it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.referral import commands
from services.referral.domain import Helped
from services.referral.views import calendar, mine
from shared import clock
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind
from tests.builders.referral import Town, Yes, an_appointment
from tests.builders.shared import a_package, an_event

Enter = Callable[[Actor], FlaskClient]
FLAGGED = "be.brug.intake.person.flagged.v1"


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Enter:
    return lambda actor: sign_in(client_of("referral"), actor)


def a_parent() -> Actor:
    return Actor(uuid4(), ActorKind.PERSON)


def for_a_child(town: Town, *parents: Actor, child: UUID | None = None, name: str = "سامي ⚽") -> Yes:
    """A yes about a child; with `child`, who is 12 or older, the child said it too."""
    said = [str(one.id) for one in parents] + ([str(child)] if child else [])
    return town.yes(
        person_id=child or uuid4(), said_yes_by=said, package=a_package(name_to_call=name), way_back=["nothing"]
    )


def test_r5_the_parent_who_said_yes_sees_where_and_when_the_child_is_expected(town: Town, enter: Enter) -> None:
    mother, father, stranger = a_parent(), a_parent(), a_parent()
    referral_id = town.accepted(for_a_child(town, mother))
    shown = enter(mother).get("/referral/me").text
    for words in ("OCMW Antwerpen", "سامي ⚽", "Els", "Lange Gasthuisstraat 33"):
        assert words in shown
    for other in (father, stranger):
        assert "OCMW" not in enter(other).get("/referral/me").text, "the other home is never told (R5)"
        for read in (mine.one, calendar.meeting):
            with pytest.raises(NotThere):
                read(town.web, other, referral_id)
    assert calendar.meeting(town.web, mother, referral_id).place == "Lange Gasthuisstraat 33"


def test_r5_both_see_it_where_both_had_to_say_yes(town: Town) -> None:
    mother, father = a_parent(), a_parent()
    town.accepted(for_a_child(town, mother, father))
    assert [len(mine.mine(town.web, one)) for one in (mother, father)] == [1, 1]


def test_r5_the_parent_who_said_yes_may_end_it_and_call_an_hour_off(town: Town) -> None:
    mother, father = a_parent(), a_parent()
    referral_id = town.accepted(for_a_child(town, mother))
    for step in (commands.cancel_meeting, commands.end_by_family):
        with pytest.raises(NotThere):
            step(town.web, father, town.target(referral_id))
        step(town.web, mother, town.target(referral_id))
    [one] = mine.mine(town.web, mother)
    assert (one.status, one.for_child) == ("ended_by_family", "سامي ⚽")


def test_r5_what_one_parent_says_of_it_the_other_does_not_read(town: Town) -> None:
    mother, father = a_parent(), a_parent()
    referral_id = town.met(for_a_child(town, mother, father))
    with clock.fixed(clock.now() + timedelta(days=4)):
        commands.say_helped(town.web, mother, town.target(referral_id), Helped("helped", tell_school=False))
        assert mine.one(town.web, mother, referral_id).helped == "helped"
        assert mine.one(town.web, father, referral_id).helped is None


def test_r5_r12_a_child_that_said_yes_itself_is_asked_itself_whether_it_helped(town: Town) -> None:
    mother, child = a_parent(), a_parent()
    referral_id = town.accepted(for_a_child(town, mother, child=child.id))
    with clock.fixed(an_appointment().at + timedelta(hours=2)):
        assert not mine.one(town.web, mother, referral_id).may_say_helped
        assert mine.one(town.web, child, referral_id).may_say_helped
        said = Helped("helped", tell_school=False)
        with pytest.raises(NotAllowed):
            commands.say_helped(town.web, mother, town.target(referral_id), said)
        commands.say_helped(town.web, child, town.target(referral_id), said)
        assert mine.one(town.web, mother, referral_id).helped is None


def test_r5_nothing_shows_while_it_is_a_draft_and_no_name_once_the_yes_is_over(town: Town) -> None:
    mother = a_parent()
    yes = for_a_child(town, mother)
    referral_id = town.draft(yes)
    assert mine.mine(town.web, mother) == []
    town.fresh()
    commands.send_referral(town.web, town.mira, commands.Target(referral_id, 1), town.terms)
    assert mine.mine(town.web, mother)[0].for_child == "سامي ⚽"
    town.stop(yes)
    [one] = mine.mine(town.web, mother)
    assert (one.status, one.for_child, one.place) == ("recalled", "", None)


def test_r18_a_parents_look_at_their_childs_referral_is_no_look(town: Town, enter: Enter, owner_of: Any) -> None:
    mother = a_parent()
    town.accepted(for_a_child(town, mother))
    enter(mother).get("/referral/me")
    assert owner_of("referral").execute("SELECT count(*) FROM look").fetchone() == (0,)


def test_r5_the_same_yes_that_arrives_twice_is_one(town: Town) -> None:
    mother = a_parent()
    yes = for_a_child(town, mother)
    town.receive(yes.granted)
    town.accepted(yes)
    assert len(mine.mine(town.web, mother)) == 1


def test_r22_a_flag_on_the_child_hides_it_from_every_other_person(town: Town) -> None:
    mother = a_parent()
    yes = for_a_child(town, mother)
    referral_id = town.accepted(yes)
    data = {"person_id": str(yes.person_id), "family_id": str(yes.family_id), "kind": "child"}
    town.receive(an_event(type=FLAGGED, subject=str(yes.family_id), version=9, data=data))
    assert mine.mine(town.web, mother) == []
    with pytest.raises(NotThere):
        commands.end_by_family(town.web, mother, town.target(referral_id))
    assert len(mine.mine(town.web, town.person(yes))) == 1


def test_r22_a_flag_on_one_who_said_yes_hides_it_from_the_other_who_did_and_from_nobody_else(
    town: Town, enter: Enter
) -> None:
    """Where a child is helped with its mother's yes is where she comes; the child's own hour stays the child's."""
    mother, father, child = a_parent(), a_parent(), a_parent()
    yes = for_a_child(town, mother, father, child=child.id)
    referral_id = town.accepted(yes)
    assert len(mine.mine(town.web, father)) == 1
    data = {"person_id": str(mother.id), "family_id": str(yes.family_id), "kind": "caregiver"}
    town.receive(an_event(type=FLAGGED, subject=str(yes.family_id), version=9, data=data))
    shown = enter(father).get("/referral/me").text
    assert not [words for words in ("OCMW", "سامي", "Els", "Gasthuisstraat") if words in shown]
    for read in (mine.one, calendar.meeting):
        with pytest.raises(NotThere):
            read(town.web, father, referral_id)
    with pytest.raises(NotThere):
        commands.end_by_family(town.web, father, town.target(referral_id))
    for one in (mother, child):
        assert [seen.place for seen in mine.mine(town.web, one)] == ["Lange Gasthuisstraat 33"]
