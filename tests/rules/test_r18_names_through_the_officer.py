"""R18: names of who looked go through the data protection officer, whose own look is on record too."""

from typing import Any
from uuid import uuid4

import pytest

from services.intake import commands, views
from services.intake.views.looks import Which
from shared import vocabulary
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor
from tests.builders.intake import Place, person, staff
from tests.conftest import remember_memberships
from tests.rules.test_r18_who_has_looked import deliver

# What each service writes on its trail: what was opened, and on which ground.
WRITTEN = [
    ("intake", "file", "own_file"),
    ("intake", "akkoord", "own_file"),
    ("intake", "looks", "oversight"),
    ("referral", "referral", "own_file"),
    ("referral", "referral", "akkoord"),
    ("referral", "plan", "own_file"),
    ("referral", "plan", "akkoord"),
    ("activities", "registration", "akkoord"),
    ("network", "match", "asked"),
    ("network", "package", "akkoord"),
]


@pytest.fixture
def place(db_of: Any, owner_of: Any) -> Place:
    place = Place(db_of("intake"), db_of("intake", "worker")).settle()
    remember_memberships(owner_of("intake"), place.mira)
    with place.web.transaction(place.mira) as conn:
        commands.know_colleague(conn, "Mira Peeters")
    return place


@pytest.fixture
def dpo(place: Place) -> Actor:
    return staff(place.school, "dpo", "functionaris gegevensbescherming")


def look_of(place: Place, service: str, what: str, ground: str, file: Any, **changes: Any) -> None:
    """Another service tells on its trail that somebody of the OCMW opened something."""
    look = uuid4()
    place.tell(
        "be.brug.look.taken.v1",
        look,
        {
            "look_id": look,
            "person_id": file.persons[0].id,
            "family_id": file.id,
            "organisation_id": place.ocmw,
            "function": "maatschappelijk werker",
            "what": what,
            "ground": ground,
            "at": "2026-09-01T10:00:00Z",
        },
        subject=str(file.id),
        source=service,
        owner_organisation=place.school,
        actor_id=place.els.id,
        **changes,
    )


@pytest.mark.parametrize(("service", "what", "ground"), WRITTEN)
def test_looks_of_all_four_services_show_on_the_persons_page_with_their_ground(
    place: Place, service: str, what: str, ground: str
) -> None:
    file = place.family()
    look_of(place, service, what, ground, file)
    amal = person(file.persons[0].id)
    [row] = views.looks.looks(place.web, amal, Which(amal.id, family=True), None).items
    assert (row.organisation, row.function, row.what, row.ground) == (
        "OCMW Antwerpen",
        "maatschappelijk werker",
        what,
        ground,
    )
    assert what in vocabulary.codes("looks")
    assert ground in vocabulary.codes("grounds")


def test_the_officer_reads_the_name_of_a_colleague_and_a_number_for_another(
    place: Place, dpo: Actor, owner_of: Any
) -> None:
    file = place.family()
    views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    look_of(place, "referral", "referral", "akkoord", file)
    rows = views.looks.named(place.web, dpo, file.persons[0].id, None).items
    assert {(row.what, row.name, row.staff_id) for row in rows} == {
        ("file", "Mira Peeters", place.mira.id),
        ("referral", "", place.els.id),
    }
    of_family = views.looks.named(place.web, dpo, file.id, None).items
    assert {row.about for row in of_family if row.what == "file"} == {"Amal 🌷", "Yusuf"}


def test_what_the_officer_opens_is_a_look_that_the_person_reads_without_a_name(
    place: Place, dpo: Actor, owner_of: Any
) -> None:
    file = place.family()
    views.looks.named(place.web, dpo, file.id, None)
    deliver(place, owner_of("intake"))
    amal = person(file.persons[0].id)
    rows = views.looks.looks(place.web, amal, Which(amal.id, family=True), None).items
    assert {(row.function, row.what, row.ground) for row in rows} == {
        ("functionaris gegevensbescherming", "looks", "oversight")
    }
    assert len(rows) == 2  # of her, and of the child, who has no page of its own
    assert not hasattr(rows[0], "name")


def test_where_the_look_cannot_be_written_no_name_opens(place: Place, dpo: Actor, owner_of: Any) -> None:
    file = place.family()
    owner = owner_of("intake")
    owner.execute("ALTER TABLE look ADD CONSTRAINT refuses_all CHECK (position < 0) NOT VALID")
    try:
        with pytest.raises(Exception, match="refuses_all"):
            views.looks.named(place.web, dpo, file.id, None)
    finally:
        owner.execute("ALTER TABLE look DROP CONSTRAINT refuses_all")


def test_nobody_else_reads_a_name(place: Place) -> None:
    file = place.family()
    amal = file.persons[0].id
    for other, refusal in (
        (place.mira, NotAllowed),
        (person(amal), NotThere),
        (staff(place.other_school, "dpo", "functionaris"), NotThere),
        (place.els, NotThere),
    ):
        for about in (amal, file.id):
            with pytest.raises(refusal):
                views.looks.named(place.web, other, about, None)


def test_a_number_of_nobody_is_none(place: Place, dpo: Actor) -> None:
    with pytest.raises(NotThere):
        views.looks.named(place.web, dpo, uuid4(), None)
