"""What happens to a registration when intake tells of its akkoord."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.activities.domain.registration import Status
from services.activities.views import calendar
from services.activities.views import registrations as views
from shared import akkoord
from shared.envelope import Envelope
from shared.security import ANYONE
from tests.builders.activities import Neighbourhood
from tests.builders.shared import akkoord_ended

ACKNOWLEDGED = akkoord.AkkoordAcknowledgedV1.TYPE
CANCELLED = "be.brug.activities.registration.cancelled.v1"


@pytest.fixture
def here(db_of: Any, settings_of: Any) -> Neighbourhood:
    return Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("activities")


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def test_a_stopped_akkoord_frees_the_seat_and_intake_hears_so(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence(seats=1)
    made = here.register(amal, occurrence)
    granted = here.granted(amal, made)
    here.ended(granted)
    assert views.registration(here.web, amal.person, made).status == Status.CANCELLED
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0
    [acknowledged] = told(owner, ACKNOWLEDGED)
    assert acknowledged.aggregate == granted.aggregate
    [cancelled] = told(owner, CANCELLED)
    assert (cancelled.aggregate, cancelled.causation_id is not None) == (made, True)


def test_the_same_end_twice_frees_one_seat(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    here.register(here.family(), occurrence)
    granted = here.granted(amal, here.register(amal, occurrence))
    event = here.ended(granted)
    here.receive(event)
    here.receive(akkoord_ended(granted, "expired"))
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 1
    assert len(told(owner, CANCELLED)) == 1


def test_an_end_that_overtakes_the_akkoord_still_cancels(here: Neighbourhood, owner: Any) -> None:
    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence)
    granted = here.granted(amal, uuid4())  # only to have an event to reorder
    about = granted.data | {"akkoord_id": str(uuid4()), "reference": str(made)}
    late = granted.model_copy(update={"id": uuid4(), "aggregate": UUID(about["akkoord_id"]), "data": about})
    here.receive(akkoord_ended(late))
    assert views.registration(here.web, amal.person, made).status == Status.REGISTERED
    here.receive(late)
    assert views.registration(here.web, amal.person, made).status == Status.CANCELLED


def test_what_the_person_cancelled_before_stays_as_it_was(here: Neighbourhood, owner: Any) -> None:
    from services.activities.commands.registrations import cancel_registration

    amal, occurrence = here.family(), here.occurrence()
    made = here.register(amal, occurrence)
    granted = here.granted(amal, made)
    cancel_registration(here.web, amal.person, made, 1)
    here.ended(granted)
    assert calendar.occurrence(here.web, ANYONE, occurrence).taken == 0
    assert len(told(owner, ACKNOWLEDGED)) == 1


def test_an_akkoord_for_something_else_is_left_to_others(here: Neighbourhood, owner: Any) -> None:
    amal = here.family()
    granted = here.granted(amal, here.register(amal, here.occurrence()))
    other = granted.model_copy(
        update={"aggregate": uuid4(), "data": granted.data | {"akkoord_id": str(uuid4()), "purpose": "referral"}}
    )
    here.receive(akkoord_ended(other))
    assert told(owner, ACKNOWLEDGED) == []
    assert told(owner, CANCELLED) == []
