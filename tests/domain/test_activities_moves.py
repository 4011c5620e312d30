"""What may happen to an activity and to a registration, cell by cell."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.activities.domain import activity, registration
from services.activities.domain.words import Text

ID = UUID(int=1)
NINE = datetime(2026, 9, 3, 9)  # noqa: DTZ001 - local time


def an_activity(status: activity.Status) -> activity.Activity:
    times = activity.Times(NINE, NINE + timedelta(hours=2))
    title = Text(text="Oudercafé", lang="nl")
    return activity.Activity(ID, ID, "parent_cafe", title, ID, "Gent", times, date(2026, 10, 1), status=status)


@pytest.mark.parametrize(
    ("status", "who"), list(product(activity.Status, ("organiser", "school_staff", "person", "worker")))
)
def test_an_activity_is_cancelled_once_by_its_organisers(status: activity.Status, who: str) -> None:
    allowed = (status, "cancel", who, activity.Status.CANCELLED) in activity.MOVES
    assert allowed == (status == activity.Status.PUBLISHED and who in ("organiser", "school_staff"))
    if allowed:
        assert an_activity(status).cancel(who).version == 2
    else:
        with pytest.raises(activity.ActivityOver):
            an_activity(status).cancel(who)


def test_a_cancelled_activity_gets_no_new_days() -> None:
    with pytest.raises(activity.ActivityOver):
        an_activity(activity.Status.CANCELLED).extend(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("status", "who"), list(product(registration.Status, ("person", "anyone", "worker", "organiser", "school_staff")))
)
def test_a_registration_ends_by_its_person_or_with_its_akkoord_never_by_the_organiser(
    status: registration.Status, who: str
) -> None:
    one = registration.Registration(
        ID, ID, ID, ID, registration.Way.ANONYMOUS, datetime(2026, 9, 1, tzinfo=UTC), "nl", status=status
    )
    if status == registration.Status.REGISTERED and who in ("person", "anyone", "worker"):
        assert one.cancel(who).status == registration.Status.CANCELLED
    else:
        with pytest.raises(registration.AlreadyOver):
            one.cancel(who)


@pytest.mark.parametrize(("seats", "taken", "after"), [(None, 500, 501), (3, 0, 1), (3, 2, 3)])
def test_a_seat_is_taken_while_there_is_one(seats: int | None, taken: int, after: int) -> None:
    assert registration.take_a_seat(seats, taken) == after


def test_the_last_seat_is_the_last() -> None:
    with pytest.raises(registration.Full):
        registration.take_a_seat(3, 3)


def test_the_same_time_of_the_same_activity_has_the_same_id() -> None:
    assert activity.occurrence_of(ID, NINE, NINE).id == activity.occurrence_of(ID, NINE, NINE).id
