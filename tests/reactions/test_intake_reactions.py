"""What intake does, and what a person's home shows, when other services tell something."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.intake import commands, events, store, views
from services.intake.domain.consent import SERVICE_OF, Purpose
from services.intake.views.home import _Appointment, _Match, _Registration, _Sent
from services.intake.worker import records_of, republish
from shared import clock, sealing
from shared.envelope import Envelope, Sealed
from shared.package import Package
from tests.builders.intake import Place, person, refer, register, sealed_in


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("intake")


def granted(owner: Any) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    every = [Envelope.model_validate_json(body) for (body,) in rows]
    return [one for one in every if one.type == events.AkkoordGrantedV1.TYPE]


def test_a_registration_makes_an_akkoord_for_the_organiser_with_name_and_languages_only(
    place: Place, owner: Any
) -> None:
    file = place.family()
    made = register(place, file)
    [event] = granted(owner)
    assert event.data["purpose"] == "registration"
    assert event.data["reference"] == made.data["registration_id"]
    assert event.data["receiver_organisation"] == str(place.katrol)
    assert event.causation_id == made.id
    amal = person(file.persons[0].id)
    with place.web.transaction(amal) as conn:
        package = sealing.open_sealed(conn, Sealed.model_validate(event.data["sealed"]), amal.id, Package)
    assert package.name_to_call == "Amal 🌷"
    assert [one.tag for one in package.languages] == ["ar", "fr"]
    assert package.reach is None
    assert package.question is None


def test_a_registration_that_arrives_twice_makes_one_akkoord(place: Place, owner: Any) -> None:
    made = register(place, place.family())
    place.receive(made)
    place.receive(made.model_copy(update={"id": uuid4()}))
    assert len(granted(owner)) == 1


def test_without_an_agreement_a_registration_makes_no_akkoord(place: Place, owner: Any) -> None:
    register(place, place.family(), organiser=place.stranger)
    assert granted(owner) == []


def test_the_own_schools_parent_cafe_needs_her_yes_and_no_agreement(place: Place, owner: Any) -> None:
    register(place, place.family(), organiser=place.school)
    [event] = granted(owner)
    assert event.data["receiver_organisation"] == str(place.school)


def test_a_match_makes_an_akkoord_with_how_to_reach(place: Place, owner: Any) -> None:
    file = place.family()
    amal, match = file.persons[0], uuid4()
    place.tell(
        "be.brug.network.match.made.v1",
        match,
        {
            "match_id": match,
            "person_id": amal.id,
            "family_id": file.id,
            "helper_organisation": place.ocmw,
            "said_at": "2026-09-01T10:00:00Z",
            "lang": "nl",
            "sealed": sealed_in(place, ("file", file.id, "network"), amal.id, _Match(first_name="Nadia", role="buddy")),
        },
        subject=str(file.id),
        owner_organisation=place.school,
    )
    [event] = granted(owner)
    with place.web.transaction(person(amal.id)) as conn:
        package = sealing.open_sealed(conn, Sealed.model_validate(event.data["sealed"]), amal.id, Package)
    assert package.reach is not None
    assert package.reach.phone == "0470 12 34 56"
    assert package.question is None
    assert views.home.home(place.web, person(amal.id)).meetings[0].first_name == "Nadia"


def test_a_cancelled_registration_ends_its_akkoord(place: Place, owner: Any) -> None:
    file = place.family()
    made = register(place, file)
    told = {name: made.data[name] for name in ("registration_id", "person_id", "family_id")}
    place.tell("be.brug.activities.registration.cancelled.v1", made.aggregate, told, version=2, subject=str(file.id))
    assert owner.execute("SELECT status FROM akkoord").fetchone() == ("stopped",)


def test_a_declined_referral_closes_the_akkoord_and_its_key(place: Place, owner: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    refer(place, file, akkoord_id, "declined")
    assert owner.execute("SELECT status FROM akkoord").fetchone() == ("declined",)
    assert owner.execute("SELECT wrapped FROM key WHERE scope_id = %s", (akkoord_id,)).fetchone() == (None,)


def test_a_decline_after_the_person_stopped_changes_nothing(place: Place, owner: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    refer(place, file, akkoord_id, "declined")
    assert owner.execute("SELECT status, version FROM akkoord").fetchone() == ("stopped", 2)


def test_the_home_shows_the_appointment_only_to_the_person_and_only_while_the_yes_stands(place: Place) -> None:
    file = place.family()
    amal = file.persons[0]
    akkoord_id = place.yes(file)
    referral = uuid4()
    scope = ("akkoord", akkoord_id, "referral")
    sent = sealed_in(place, scope, amal.id, _Sent(goes_along="Mira"))
    refer(place, file, akkoord_id, "sent", referral_id=referral, sealed=sent)
    [step] = views.home.home(place.web, person(amal.id)).referrals
    assert (step.step, step.goes_along, step.at) == ("sent", "Mira", None)
    at = clock.now() + timedelta(days=2)
    told = _Appointment(contact="Els", at=at, place="Lange Gasthuisstraat 33", goes_along="Mira")
    accepted = sealed_in(place, scope, amal.id, told)
    refer(place, file, akkoord_id, "accepted", referral_id=referral, sealed=accepted, version=3)
    refer(place, file, akkoord_id, "seen", referral_id=referral, version=2)
    [step] = views.home.home(place.web, person(amal.id)).referrals
    assert (step.receiver, step.contact, step.at) == ("OCMW Antwerpen", "Els", at)
    assert views.home.home(place.web, person(uuid4())).referrals == []
    commands.stop_akkoord(place.web, person(amal.id), akkoord_id)
    assert views.home.home(place.web, person(amal.id)).referrals == []


def test_the_home_shows_where_and_when_she_registered(place: Place) -> None:
    file = place.family()
    activity, occurrence = uuid4(), uuid4()
    starts = (clock.now() + timedelta(days=3)).replace(tzinfo=None, microsecond=0).isoformat()
    register(place, file, content=_Registration(activity_id=activity, occurrence_id=occurrence, children=1))
    amal = person(file.persons[0].id)
    assert views.home.home(place.web, amal).going == []
    place.tell(
        "be.brug.activities.activity.published.v1",
        activity,
        {
            "activity_id": activity,
            "organiser": place.katrol,
            "kind": "parent_cafe",
            "title": {"text": "Oudercafé", "lang": "nl"},
            "town": "Antwerpen",
            "venue": "Polyvalente zaal",
            "address": "Kerkstraat 1",
            "practical_help": {},
            "companions": 6,
            "occurrences": [
                {"occurrence_id": str(occurrence), "starts": starts, "ends": starts, "zone": "Europe/Brussels"}
            ],
        },
        source="activities",
    )
    [going] = views.home.home(place.web, amal).going
    assert (going.title, going.venue, going.children) == ("Oudercafé", "Polyvalente zaal", 1)


def test_gestopt_ticks_when_the_receiving_side_has_closed_its_access(place: Place) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    amal = person(file.persons[0].id)
    commands.stop_akkoord(place.web, amal, akkoord_id)
    assert views.home.home(place.web, amal).over[0].acknowledged_at is None
    told = {"akkoord_id": akkoord_id, "person_id": amal.id, "family_id": file.id}
    place.tell("be.brug.akkoord.acknowledged.v1", akkoord_id, told, source="network", version=2)
    assert views.home.home(place.web, amal).over[0].acknowledged_at is None
    place.tell("be.brug.akkoord.acknowledged.v1", akkoord_id, told, source="referral", version=2)
    assert views.home.home(place.web, amal).over[0].acknowledged_at is not None


def test_every_purpose_has_a_service_that_acknowledges(place: Place, owner: Any) -> None:
    assert set(SERVICE_OF) == set(Purpose)


def test_keys_go_to_the_broker_once_and_again_when_destroyed(place: Place) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    with place.worker.transaction(place.mira) as conn:
        waiting = store.keys.waiting(conn)
        assert len(waiting) == 4
        assert {
            Envelope.model_validate_json(str(record.body)).type for key in waiting for record in records_of(key)
        } == {events.KeyCreatedV1.TYPE}
        store.keys.mark_published(conn, waiting)
        assert store.keys.waiting(conn) == []
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    with place.worker.transaction(place.mira) as conn:
        [key] = store.keys.waiting(conn)
        destroyed, null = records_of(key)
        envelope = Envelope.model_validate_json(str(destroyed.body))
        assert (envelope.type, envelope.version) == (events.KeyDestroyedV1.TYPE, 2)
        assert "wrapped" not in envelope.data
        assert null.body is None
        assert destroyed.key == null.key == str(key.key_id)


def test_a_key_destroyed_while_the_relay_was_sending_it_still_waits(place: Place) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    with place.worker.transaction(place.mira) as conn:
        sent = store.keys.waiting(conn)
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    with place.worker.transaction(place.mira) as conn:
        store.keys.mark_published(conn, sent)
        assert [key.wrapped for key in store.keys.waiting(conn)] == [None]


def test_an_empty_broker_gets_every_key_again(place: Place) -> None:
    place.yes()
    with place.worker.transaction(place.mira) as conn:
        store.keys.mark_published(conn, store.keys.waiting(conn))
        conn.execute("UPDATE outbox SET published_at = now()")
        republish(conn)
        assert len(store.keys.waiting(conn)) == 4
