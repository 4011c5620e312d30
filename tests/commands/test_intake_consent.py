"""What happens when a person says yes, and when the person stops."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake import commands, events
from services.intake.commands.consent import prepare
from services.intake.domain import consent
from services.intake.domain.family import NotInThisFile
from services.intake.timers import expire_akkoorden
from shared import clock, sealing
from shared.akkoord import AgreementMissing
from shared.envelope import Envelope, Sealed
from shared.package import Package
from shared.refusals import NotAllowed, NotThere
from tests.builders.intake import ALL_CARDS, WORKER, Place, a_draft, person, staff


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("intake")


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def test_opening_a_file_tells_that_it_was_opened_and_who_is_in_it_but_no_name(place: Place, owner: Any) -> None:
    file = place.family()
    [opened] = told(owner, events.FileOpenedV1.TYPE)
    registered = told(owner, events.PersonRegisteredV1.TYPE)
    assert opened.subject == str(file.id)
    assert {one.data["kind"] for one in registered} == {"caregiver", "child"}
    assert all("Amal" not in one.model_dump_json() for one in [opened, *registered])


def test_opening_a_file_makes_a_key_for_each_service_and_only_for_it(place: Place, owner: Any) -> None:
    file = place.family()
    rows = owner.execute(
        "SELECT audience, wrapped FROM key WHERE scope_id = %s ORDER BY audience", (file.id,)
    ).fetchall()
    assert [row[0] for row in rows] == [["activities", "intake"], ["intake", "network"], ["intake", "referral"]]
    assert all(sorted(wrapped) == audience for audience, wrapped in rows)


def test_a_file_asked_for_twice_with_one_key_is_opened_once(place: Place, owner: Any) -> None:
    first = commands.open_file(place.web, place.mira, place.school, a_draft(), key="k")
    again = commands.open_file(place.web, place.mira, place.school, a_draft(), key="k")
    assert first == again
    assert owner.execute("SELECT count(*) FROM file").fetchone() == (1,)


def test_a_yes_leaves_sealed_with_a_key_of_its_own(place: Place, owner: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    [event] = told(owner, events.AkkoordGrantedV1.TYPE)
    assert event.aggregate == akkoord_id
    assert event.version == 1
    assert "Amal" not in event.model_dump_json()
    with place.web.transaction(place.mira) as conn:
        sealed = Sealed.model_validate(event.data["sealed"])
        package = sealing.open_sealed(conn, sealed, file.persons[0].id, Package)
        assert package == prepare(conn, place.wish(file)).package(place.wish(file))
    assert package.question is not None
    assert package.question.text.startswith("Het geld")
    [key] = owner.execute("SELECT audience FROM key WHERE scope_id = %s", (akkoord_id,)).fetchall()
    assert key[0] == ["intake", "referral"]


def test_a_yes_by_the_smallest_level_does_not_hold_the_question(place: Place, owner: Any) -> None:
    file = place.family()
    place.yes(file, level=consent.Level.REACH, ask_id=file.asks[0].id)
    [event] = told(owner, events.AkkoordGrantedV1.TYPE)
    with place.web.transaction(place.mira) as conn:
        package = sealing.open_sealed(conn, Sealed.model_validate(event.data["sealed"]), file.persons[0].id, Package)
    assert package.question is None
    assert package.life_domain is None


def test_the_other_school_cannot_ask_a_yes_nor_stop_one(place: Place) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    with pytest.raises(NotThere):
        commands.grant_akkoord(place.web, place.jo, place.wish(file))
    with pytest.raises(NotThere):
        commands.stop_akkoord(place.web, place.jo, akkoord_id)


def test_a_helper_of_the_school_may_not_ask_a_yes(place: Place) -> None:
    file = place.family()
    with pytest.raises(NotAllowed):
        commands.grant_akkoord(place.web, staff(place.school, "helper", "buddy"), place.wish(file))


def test_the_person_stops_and_the_key_is_gone(place: Place, owner: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    sealed = Sealed.model_validate(told(owner, events.AkkoordGrantedV1.TYPE)[0].data["sealed"])
    commands.stop_akkoord(place.web, person(file.persons[0].id), akkoord_id)
    [event] = told(owner, events.AkkoordEndedV1.TYPE)
    assert event.data["why"] == "stopped"
    assert event.version == 2
    assert event.data.keys() == {
        "akkoord_id",
        "person_id",
        "family_id",
        "receiver_organisation",
        "purpose",
        "why",
    }
    assert owner.execute("SELECT wrapped, version FROM key WHERE scope_id = %s", (akkoord_id,)).fetchone() == (None, 2)
    with place.web.transaction(place.mira) as conn, pytest.raises(sealing.KeyDestroyed):
        sealing.open_sealed(conn, sealed, file.persons[0].id, Package)


def test_the_school_stops_on_the_persons_word(place: Place, owner: Any) -> None:
    akkoord_id = place.yes()
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    assert owner.execute("SELECT status FROM akkoord").fetchone() == ("stopped",)


def test_another_person_cannot_stop_it(place: Place) -> None:
    akkoord_id = place.yes()
    with pytest.raises(NotThere):
        commands.stop_akkoord(place.web, person(uuid4()), akkoord_id)


def test_what_is_over_is_not_ended_again(place: Place) -> None:
    akkoord_id = place.yes()
    commands.stop_akkoord(place.web, place.mira, akkoord_id)
    with pytest.raises(consent.AlreadyEnded):
        commands.stop_akkoord(place.web, place.mira, akkoord_id)


def test_of_two_stops_at_once_one_counts(place: Place, owner: Any) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def stop(actor: Any) -> None:
        start.wait()
        try:
            commands.stop_akkoord(place.web, actor, akkoord_id)
            outcomes.append("stopped")
        except consent.AlreadyEnded:
            outcomes.append("was over")

    threads = [threading.Thread(target=stop, args=(one,)) for one in (place.mira, person(file.persons[0].id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stopped", "was over"]
    assert len(told(owner, events.AkkoordEndedV1.TYPE)) == 1


def test_a_stop_that_meets_a_yes_in_its_place_leaves_one_end_for_the_old_yes(place: Place, owner: Any) -> None:
    file = place.family()
    old = place.yes(file)
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def stop() -> None:
        start.wait()
        try:
            commands.stop_akkoord(place.web, person(file.persons[0].id), old)
            outcomes.append("stopped")
        except consent.AlreadyEnded:
            outcomes.append("was over")

    def replace() -> None:
        start.wait()
        try:
            commands.grant_akkoord(place.web, place.mira, place.wish(file, replaces=old))
            outcomes.append("replaced")
        except consent.AlreadyEnded:
            outcomes.append("nothing to replace")

    threads = [threading.Thread(target=stop), threading.Thread(target=replace)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) in ({"stopped", "nothing to replace"}, {"was over", "replaced"})
    assert len(told(owner, events.AkkoordEndedV1.TYPE)) == 1


def test_a_yes_that_was_refused_writes_nothing(place: Place, owner: Any) -> None:
    file = place.family()
    before = owner.execute("SELECT count(*) FROM outbox").fetchone()
    with pytest.raises(consent.NotSaidBack):
        place.yes(file, said_back=False)
    assert owner.execute("SELECT count(*) FROM akkoord").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM outbox").fetchone() == before


def test_a_yes_in_place_of_an_older_one_ends_that(place: Place, owner: Any) -> None:
    file = place.family()
    old = place.yes(file)
    new = place.yes(file, level=consent.Level.REACH, replaces=old)
    assert dict(owner.execute("SELECT id, status FROM akkoord").fetchall()) == {old: "replaced", new: "granted"}


def test_a_yes_ends_by_itself_after_its_last_day(place: Place, owner: Any) -> None:
    akkoord_id = place.yes()
    day = owner.execute("SELECT expires_on FROM akkoord").fetchone()[0]
    assert expire_akkoorden(place.worker) == 0
    with clock.fixed(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
        assert expire_akkoorden(place.worker) == 0
    with clock.fixed(datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=1)):
        assert expire_akkoorden(place.worker) == 1
    [event] = told(owner, events.AkkoordEndedV1.TYPE)
    assert (event.aggregate, event.data["why"]) == (akkoord_id, "expired")


def test_someone_who_has_no_part_in_it_cannot_say_yes(place: Place) -> None:
    file = place.family()
    with pytest.raises(NotInThisFile):
        place.yes(file, yes={file.persons[0].id: ALL_CARDS, uuid4(): ALL_CARDS})


def test_a_yes_is_only_for_an_organisation_with_an_agreement(place: Place, owner: Any) -> None:
    file = place.family()
    with pytest.raises(AgreementMissing):
        place.yes(file, receiver_organisation=place.stranger)
    with pytest.raises(consent.SameOrganisation):
        place.yes(file, receiver_organisation=place.school)
    assert owner.execute("SELECT count(*) FROM akkoord").fetchone() == (0,)


def test_what_was_shown_stays_on_record(place: Place, owner: Any) -> None:
    akkoord_id = place.yes()
    lang, digest, cards, package = owner.execute(
        "SELECT lang, texts_digest, cards, package FROM shown WHERE akkoord_id = %s", (akkoord_id,)
    ).fetchone()
    assert lang == "nl"
    assert len(digest) == 64
    assert [card["code"] for card in cards] == ["reach", "question", "until"]
    assert package["name_to_call"] == "Amal 🌷"


def test_signing_texts_is_for_the_data_protection_officer(place: Place) -> None:
    with pytest.raises(NotAllowed):
        commands.sign_texts(place.web, place.mira, "ar", "Iemand")
    assert commands.sign_texts(place.web, staff(place.school, "dpo", "DPO"), "ar", "Iemand")
    assert commands.sign_texts(place.worker, WORKER, "nl", "Iemand")


def test_keys_belong_to_no_other_school(place: Place) -> None:
    file = place.family()
    akkoord_id: UUID = place.yes(file)
    with place.web.transaction(place.jo) as conn:
        assert conn.execute("SELECT 1 FROM seen.key WHERE scope_id IN (%s, %s)", (file.id, akkoord_id)).fetchall() == []
    with place.web.transaction(person(file.persons[0].id)) as conn:
        found = conn.execute("SELECT 1 FROM seen.key WHERE scope_id IN (%s, %s)", (file.id, akkoord_id)).fetchall()
        assert len(found) == 4
