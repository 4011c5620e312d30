"""An event that cannot be handled waits for a person; nothing is lost, and others go on."""

from typing import Any

import pytest

from shared import akkoord, dead_letters, inbox, sealing
from shared.db import Connection, Database
from shared.envelope import Envelope, Sealed
from shared.security import worker_of
from tests.builders.shared import KNOWN, akkoord_ended, akkoord_granted, an_arrival, an_event

TYPE = "be.brug.test.v1"
TOPICS = frozenset({"intake.consents"})
SOMETHING_SEALED = Sealed.model_validate({"key_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7b01", "box": "AAAA"})


@pytest.fixture
def db(db_of: Any) -> Database:
    found: Database = db_of("activities", "worker")
    return found


class Fragile:
    """A reaction that fails while `broken`."""

    def __init__(self) -> None:
        self.broken = True
        self.tries = 0
        self.done: list[Envelope] = []

    def react(self, _: Connection, envelope: Envelope) -> None:
        self.tries += 1
        if self.broken:
            raise ValueError("a secret that no log may hold")
        self.done.append(envelope)

    def known(self) -> inbox.Known:
        return inbox.Known({}, {TYPE: self.react})


def letters(db: Database) -> list[dead_letters.DeadLetter]:
    with db.transaction(worker_of("activities")) as conn:
        return dead_letters.listed(conn)


def decide(db: Database, letter: int, decision: str) -> None:
    with db.transaction(worker_of("activities")) as conn:
        assert dead_letters.decide(conn, letter, decision)


def test_after_five_attempts_an_event_is_parked_and_its_followers_behind_it(db: Database) -> None:
    fragile = Fragile()
    for offset in range(3):
        inbox.handle(db, an_arrival(an_event(), offset=offset), fragile.known())
    inbox.handle(db, an_arrival(an_event(type="be.brug.other.v1"), offset=3, key="other"), fragile.known())
    assert fragile.tries == inbox.MOST_ATTEMPTS
    assert [letter.record_offset for letter in letters(db)] == [0, 1, 2]
    assert letters(db)[0].error == "ValueError"


def test_a_retry_lets_the_followers_go_on_in_order(db: Database) -> None:
    fragile = Fragile()
    events = [an_event(), an_event(), an_event()]
    for offset, event in enumerate(events):
        inbox.handle(db, an_arrival(event, offset=offset), fragile.known())
    fragile.broken = False
    assert dead_letters.carry_out(db, fragile.known(), TOPICS) == 0
    decide(db, letters(db)[0].id, "retry")
    assert dead_letters.carry_out(db, fragile.known(), TOPICS) == 3
    assert [event.id for event in fragile.done] == [event.id for event in events]
    assert letters(db) == []


def test_a_retry_that_fails_again_stays_parked(db: Database) -> None:
    fragile = Fragile()
    inbox.handle(db, an_arrival(an_event()), fragile.known())
    decide(db, letters(db)[0].id, "retry")
    dead_letters.carry_out(db, fragile.known(), TOPICS)
    assert [letter.decision for letter in letters(db)] == [None]


def test_a_dropped_event_is_gone_and_the_next_is_handled(db: Database) -> None:
    fragile = Fragile()
    first, second = an_event(), an_event()
    inbox.handle(db, an_arrival(first, offset=0), fragile.known())
    inbox.handle(db, an_arrival(second, offset=1), fragile.known())
    fragile.broken = False
    decide(db, letters(db)[0].id, "drop")
    dead_letters.carry_out(db, fragile.known(), TOPICS)
    assert [event.id for event in fragile.done] == [second.id]


def test_words_that_are_no_event_at_all_are_parked_with_every_byte_a_database_takes(db: Database) -> None:
    inbox.handle(db, inbox.Arrived("intake.consents", 0, 9, "k", '{"half": "an ev\0ent 🌷'), KNOWN)
    assert [letter.error.split(":")[0] for letter in letters(db)] == ["ValidationError"]


def test_r1_a_family_with_a_parked_akkoord_event_has_no_akkoord_here(db: Database) -> None:
    granted = akkoord_granted(SOMETHING_SEALED)
    inbox.handle(db, an_arrival(granted, key=granted.subject), KNOWN)
    with db.transaction(worker_of("activities")) as conn:
        assert akkoord.lock_live(conn, granted.aggregate)
    ended = akkoord_ended(granted).model_copy(update={"data": {"akkoord_id": "broken"}})
    inbox.handle(db, an_arrival(ended, offset=1, key=granted.subject), KNOWN)
    with db.transaction(worker_of("activities")) as conn, pytest.raises(akkoord.AkkoordMissing):
        akkoord.lock_live(conn, granted.aggregate)


def test_r1_an_akkoord_whose_key_has_a_parked_event_is_no_akkoord(db: Database) -> None:
    granted = akkoord_granted(SOMETHING_SEALED)
    inbox.handle(db, an_arrival(granted, key=granted.subject), KNOWN)
    broken = an_event(type="be.brug.intake.key.destroyed.v1", data={"key_id": 1})
    inbox.handle(db, an_arrival(broken, topic="intake.keys", key=str(SOMETHING_SEALED.key_id)), KNOWN)
    with db.transaction(worker_of("activities")) as conn, pytest.raises(akkoord.AkkoordMissing):
        akkoord.lock_live(conn, granted.aggregate)


def test_an_ended_akkoord_that_overtakes_its_grant_is_never_revived(db: Database) -> None:
    granted = akkoord_granted(SOMETHING_SEALED)
    for offset, event in enumerate((akkoord_ended(granted), granted, granted)):
        inbox.handle(db, an_arrival(event, offset=offset, key=granted.subject), KNOWN)
    with db.transaction(worker_of("activities")) as conn:
        found = akkoord.find(conn, granted.aggregate)
        assert found
        assert found.status == "stopped"
        with pytest.raises(akkoord.AkkoordMissing):
            akkoord.lock_live(conn, granted.aggregate)


def test_the_scope_of_a_key_is_told_apart_by_who_may_open(db: Database) -> None:
    granted = akkoord_granted(SOMETHING_SEALED)
    scope = sealing.Scope(kind="akkoord", id=granted.aggregate, audience=frozenset({"intake", "referral"}))
    with db.transaction(worker_of("activities")) as conn, pytest.raises(sealing.KeyNotYet):
        sealing.seal(conn, scope, granted.aggregate, scope)
