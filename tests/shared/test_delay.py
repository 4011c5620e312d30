"""When events wait for long, every page says so in a plain sentence, and goes on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from shared import clock, inbox, outbox
from shared.db import Database
from shared.security import ANYONE, worker_of
from shared.web.delay import Delay
from tests.builders.shared import KNOWN, an_arrival, an_event
from tests.shared.conftest import SERVICE

SENTENCE = "Brug loopt wat achter."
LIMIT = 30


@pytest.fixture
def delay(db_of: Callable[..., Database]) -> Delay:
    return Delay(db_of(SERVICE), LIMIT, asked_every=0)


def an_event_waits(db: Database, owner: "psycopg.Connection[Any]", seconds: int) -> None:
    with db.transaction(worker_of(SERVICE)) as conn:
        outbox.append(conn, "t", "k", an_event())
    owner.execute("UPDATE outbox SET appended_at = appended_at - make_interval(secs => %s)", (seconds,))


def hear_intake(db: Database, seconds_ago: int) -> None:
    as_of = clock.now() - timedelta(seconds=seconds_ago)
    told = {"partition": 0, "partitions": 1, "as_of": as_of.isoformat(), "consents_offset": -1}
    beat = an_event(type="be.brug.intake.heartbeat.v1", data=told)
    inbox.handle(db, an_arrival(beat, topic="intake.heartbeats", key="0"), KNOWN)


def test_what_waits_shortly_is_nobodys_worry(delay: Delay, db_of: Any, owner_of: Any) -> None:
    assert not delay.is_behind()
    an_event_waits(db_of(SERVICE, "worker"), owner_of(SERVICE), LIMIT - 10)
    assert not delay.is_behind()


def test_what_waits_long_is_told_until_it_is_sent(delay: Delay, db_of: Any, owner_of: Any) -> None:
    worker = db_of(SERVICE, "worker")
    an_event_waits(worker, owner_of(SERVICE), LIMIT + 10)
    assert delay.is_behind()
    with worker.dedicated() as relay:
        outbox.relay_once(relay, lambda _: {})
    assert not delay.is_behind()


def test_a_long_silence_of_intake_is_told_too(delay: Delay, db_of: Any) -> None:
    hear_intake(db_of(SERVICE, "worker"), LIMIT + 10)
    assert delay.is_behind()
    hear_intake(db_of(SERVICE, "worker"), 0)
    assert not delay.is_behind()


def test_a_database_that_does_not_answer_makes_no_page_fail_for_its_notice() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/none", service=SERVICE, max_size=1)
    assert not Delay(nowhere, LIMIT).is_behind()


@pytest.mark.parametrize(("language", "words"), [("nl", SENTENCE), ("ar", "بشيء من التأخير")])
def test_every_page_says_it_in_the_readers_language(
    app: Flask, delay: Delay, db_of: Any, owner_of: Any, language: str, words: str
) -> None:
    app.extensions["brug_delay"], browser = delay, app.test_client()
    here = f"/{SERVICE}/welcome?lang={language}"
    assert words not in browser.get(here).text
    an_event_waits(db_of(SERVICE, "worker"), owner_of(SERVICE), LIMIT + 10)
    shown = browser.get(here)
    assert shown.status_code == 200
    assert words in shown.text
    assert words in browser.get(f"/{SERVICE}/nowhere?lang={language}").text


def test_a_web_process_sees_that_something_waits_and_not_what(db_of: Any) -> None:
    with db_of(SERVICE).transaction(ANYONE) as conn:
        outbox.waiting_since(conn)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db_of(SERVICE).transaction(ANYONE) as conn:
        conn.execute("SELECT body FROM outbox")
