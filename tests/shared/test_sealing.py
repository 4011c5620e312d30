"""What is sealed opens for its audience, about its subject, while its key lives; and for nobody else."""

import json
from typing import Any
from uuid import uuid4

import pytest

from shared import inbox, sealing
from shared.db import Database
from shared.keyring import Unreadable, new_key_pair, public_half
from shared.package import Package
from shared.security import worker_of
from tests.builders.shared import KNOWN, a_key, a_package, key_created, key_destroyed

ACTIVITIES = worker_of("activities")
FOREIGN = new_key_pair()
Public = dict[str, dict[str, str]]
FAMILY, PERSON = uuid4(), uuid4()


@pytest.fixture
def db(db_of: Any) -> Database:
    found: Database = db_of("activities", "worker")
    return found


@pytest.fixture
def own_public(settings_of: Any) -> Public:
    private = settings_of("activities", "worker").sealing_private_key.get_secret_value()
    return {"activities": public_half(json.loads(private))}


def a_scope() -> sealing.Scope:
    return sealing.Scope(kind="file", id=FAMILY, audience=frozenset({"intake", "activities"}))


def test_what_is_sealed_about_a_person_opens_again(db: Database, own_public: Public) -> None:
    with db.transaction(ACTIVITIES) as conn:
        a_key(conn, a_scope(), FAMILY, own_public)
        sealed = sealing.seal(conn, a_scope(), PERSON, a_package(name_to_call="أمل 🌷"))
        assert "أمل" not in sealed.model_dump_json()
        assert sealing.open_sealed(conn, sealed, PERSON, Package).name_to_call == "أمل 🌷"


def test_the_same_words_never_look_the_same_sealed(db: Database, own_public: Public) -> None:
    with db.transaction(ACTIVITIES) as conn:
        a_key(conn, a_scope(), FAMILY, own_public)
        assert sealing.seal(conn, a_scope(), PERSON, a_package()) != sealing.seal(conn, a_scope(), PERSON, a_package())


def test_content_moved_to_another_person_does_not_open(db: Database, own_public: Public) -> None:
    with db.transaction(ACTIVITIES) as conn:
        a_key(conn, a_scope(), FAMILY, own_public)
        sealed = sealing.seal(conn, a_scope(), PERSON, a_package())
        with pytest.raises(Unreadable):
            sealing.open_sealed(conn, sealed, uuid4(), Package)


def test_a_key_that_was_not_wrapped_for_this_service_is_not_kept(db: Database) -> None:
    with db.transaction(ACTIVITIES) as conn:
        a_key(conn, a_scope(), FAMILY, {"referral": public_half(FOREIGN)})
        with pytest.raises(sealing.KeyNotYet):
            sealing.seal(conn, a_scope(), PERSON, a_package())


def test_content_that_comes_before_its_key_says_not_yet_and_opens_after(db: Database, own_public: Public) -> None:
    key_id = uuid4()
    created = key_created(key_id, a_scope(), FAMILY, own_public)
    with db.transaction(ACTIVITIES) as conn:
        inbox.receive(conn, created, KNOWN)
        sealed = sealing.seal(conn, a_scope(), PERSON, a_package())
        conn.execute("DELETE FROM seen.key")
        assert sealing.open_or_say(conn, sealed, PERSON, Package) is sealing.Unopened.NOT_YET
        inbox.receive(conn, created, KNOWN)
        assert isinstance(sealing.open_or_say(conn, sealed, PERSON, Package), Package)


def test_after_its_key_is_destroyed_content_says_erased_whatever_comes_late(db: Database, own_public: Public) -> None:
    key_id = uuid4()
    created = key_created(key_id, a_scope(), FAMILY, own_public)
    with db.transaction(ACTIVITIES) as conn:
        inbox.receive(conn, created, KNOWN)
        sealed = sealing.seal(conn, a_scope(), PERSON, a_package())
        inbox.receive(conn, key_destroyed(key_id, a_scope(), FAMILY), KNOWN)
        inbox.receive(conn, created, KNOWN)
        assert sealing.open_or_say(conn, sealed, PERSON, Package) is sealing.Unopened.ERASED
        with pytest.raises(sealing.KeyDestroyed):
            sealing.seal(conn, a_scope(), PERSON, a_package())
        row = conn.execute("SELECT wrapped FROM seen.key").fetchone()
        assert row == (None,)
