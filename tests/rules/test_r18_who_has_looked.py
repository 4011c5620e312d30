"""R18: each person can read who has looked; where the look cannot be written, nothing opens."""

from typing import Any

import psycopg
import pytest

from services.intake import views
from services.intake.views.looks import Which
from shared.envelope import Envelope
from tests.builders.intake import Place, person


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def deliver(place: Place, owner: Any) -> None:
    """What intake tells on its trail comes back to it, as the broker brings it."""
    for (body,) in owner.execute("SELECT body FROM outbox WHERE topic = 'intake.trail' ORDER BY position").fetchall():
        place.receive(Envelope.model_validate_json(body))


def test_opening_a_file_shows_on_the_persons_own_page_without_a_name_of_staff(place: Place, owner_of: Any) -> None:
    file = place.family()
    views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    amal = person(file.persons[0].id)
    [look] = views.looks.looks(place.web, amal, Which(amal.id), None).items
    assert (look.organisation, look.function, look.what, look.ground) == (
        "Basisschool De Linde",
        "brugfiguur",
        "file",
        "own_file",
    )
    assert not hasattr(look, "actor_id")


def test_every_way_to_open_content_is_a_look(place: Place, owner_of: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    owner = owner_of("intake")

    def count() -> int:
        return int(owner.execute("SELECT count(*) FROM look").fetchone()[0])

    for opening in (
        lambda: views.files.file(place.web, place.mira, file.id),
        lambda: views.consent.of_person(place.web, place.mira, file.persons[0].id),
        lambda: views.consent.receipt(place.web, place.mira, akkoord_id),
    ):
        before = count()
        opening()
        assert count() > before


def test_looking_at_ones_own_page_is_not_recorded(place: Place, owner_of: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    amal = person(file.persons[0].id)
    views.home.home(place.web, amal)
    views.consent.of_person(place.web, amal, amal.id)
    views.consent.receipt(place.web, amal, akkoord_id)
    assert owner_of("intake").execute("SELECT count(*) FROM look").fetchone() == (0,)


def test_where_the_trail_cannot_be_written_nothing_opens(place: Place, owner_of: Any) -> None:
    file = place.family()
    owner = owner_of("intake")
    owner.execute("ALTER TABLE look ADD CONSTRAINT refuses_all CHECK (position < 0) NOT VALID")
    try:
        with pytest.raises(psycopg.errors.CheckViolation):
            views.files.file(place.web, place.mira, file.id)
    finally:
        owner.execute("ALTER TABLE look DROP CONSTRAINT refuses_all")


def test_the_look_is_committed_even_where_showing_fails_after_it(place: Place, owner_of: Any) -> None:
    file = place.family()
    owner = owner_of("intake")
    owner.execute("UPDATE person SET channel = 'call', languages = '{}'")
    with pytest.raises(ValueError, match="languages"):
        views.files.file(place.web, place.mira, file.id)
    assert owner.execute("SELECT count(*) FROM look").fetchone() == (2,)


def test_another_person_reads_nothing_of_it(place: Place, owner_of: Any) -> None:
    file = place.family()
    views.files.file(place.web, place.mira, file.id)
    deliver(place, owner_of("intake"))
    other = person(place.family().persons[0].id)
    assert views.looks.looks(place.web, other, Which(other.id), None).items == []
