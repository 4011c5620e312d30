"""R1, R16 and R24: an organiser sees a name while the person's akkoord and the agreement of the two are there."""

from datetime import timedelta
from typing import Any

import pytest

from services.activities.views import organiser
from shared import clock
from shared.akkoord import AgreementMissing
from shared.envelope import Envelope
from shared.refusals import NotAllowed, NotFresh, NotThere
from shared.security import ANYONE
from tests.builders.activities import Family, Neighbourhood

FRESH = 60


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    made = Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()
    made.fresh()
    return made


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("activities")


def names(here: Neighbourhood, occurrence: Any) -> list[str | None]:
    return [one.name for one in organiser.guests(here.web, here.fatima, occurrence, FRESH)]


def looks(owner: Any) -> list[tuple[Any, ...]]:
    return list(owner.execute("SELECT person_id, organisation_id, function, what, ground FROM look").fetchall())


def test_r16_a_named_registration_is_an_akkoord_with_the_organiser(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence, children=1, interpreter="ar")
    assert names(here, occurrence) == [None]
    assert looks(owner) == []
    here.granted(amal, made)
    [guest] = organiser.guests(here.web, here.fatima, occurrence, FRESH)
    assert (guest.name, guest.languages, guest.children, guest.interpreter) == ("Amal 🌷", ("ar",), 1, "ar")
    assert looks(owner) == [(amal.person.id, here.kompas, "brugfiguur", "registration", "akkoord")]


def test_r01_without_agreement_no_name_is_given(here: Neighbourhood, owner: Any) -> None:
    occurrence = here.occurrence(here.bob)
    amal = here.family()
    with pytest.raises(AgreementMissing):
        here.register(amal, occurrence)
    assert owner.execute("SELECT count(*) FROM registration").fetchone() == (0,)
    here.register(amal, occurrence, yes=False)
    assert organiser.guests(here.web, here.bob, occurrence, FRESH) == []
    assert organiser.numbers(here.web, here.bob, occurrence).registered == 1


def test_r01_an_akkoord_opens_nothing_where_the_agreement_has_ended(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    here.granted(amal, here.register(amal, occurrence))
    assert names(here, occurrence) == ["Amal 🌷"]
    owner.execute("UPDATE seen.agreement SET valid_until = current_date")
    assert names(here, occurrence) == [None]


def test_r01_who_said_no_is_a_seat_and_never_a_name(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    here.register(amal, occurrence, yes=False)
    assert names(here, occurrence) == []
    assert organiser.numbers(here.web, here.fatima, occurrence).registered == 1
    assert looks(owner) == []


def _with_a_name(here: Neighbourhood) -> tuple[Family, Any, Envelope]:
    amal, occurrence = here.family(), here.occurrence()
    granted = here.granted(amal, here.register(amal, occurrence))
    assert names(here, occurrence) == ["Amal 🌷"]
    return amal, occurrence, granted


@pytest.mark.parametrize("why", ["stopped", "expired", "declined"])
def test_r24_after_the_end_the_organiser_sees_neither_name_nor_seat(here: Neighbourhood, why: str) -> None:
    _, occurrence, granted = _with_a_name(here)
    here.ended(granted, why)
    assert names(here, occurrence) == []
    assert organiser.numbers(here.web, here.fatima, occurrence).registered == 0


def test_r24_an_akkoord_that_ran_out_shows_no_name_before_anyone_says_so(here: Neighbourhood, owner: Any) -> None:
    _, occurrence, _ = _with_a_name(here)
    owner.execute("UPDATE seen.akkoord SET expires_on = %s", (clock.today() - timedelta(days=1),))
    assert names(here, occurrence) == [None]


def test_r24_a_parked_event_of_the_family_closes_the_name(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence, _ = _with_a_name(here)
    owner.execute(
        "INSERT INTO dead_letter (topic, record_key, partition, record_offset, body, error)"
        " VALUES ('intake.consents', %s, 0, 9, '{}', 'broken')",
        (str(amal.family_id),),
    )
    assert names(here, occurrence) == [None]


def test_r24_when_it_is_not_known_who_stopped_no_name_opens(here: Neighbourhood, owner: Any) -> None:
    _, occurrence, _ = _with_a_name(here)
    before = len(looks(owner))
    with clock.fixed(clock.now() + timedelta(minutes=5)), pytest.raises(NotFresh):
        organiser.guests(here.web, here.fatima, occurrence, FRESH)
    assert len(looks(owner)) == before


def test_r01_another_organisation_sees_neither_names_nor_numbers(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence, _ = _with_a_name(here)
    for other in (here.bob, here.mira, ANYONE, amal.person):
        with pytest.raises((NotThere, NotAllowed)):
            organiser.guests(here.web, other, occurrence, FRESH)
        with pytest.raises((NotThere, NotAllowed)):
            organiser.numbers(here.web, other, occurrence)
    assert len(looks(owner)) == 1


def test_r01_a_name_stands_sealed_in_what_this_service_keeps(here: Neighbourhood, owner: Any) -> None:
    _with_a_name(here)
    tables = owner.execute(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'seen')"
    ).fetchall()
    for (table,) in tables:
        for (row,) in owner.execute(f"SELECT t::text FROM {table} AS t").fetchall():
            assert "Amal" not in row
