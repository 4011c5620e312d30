"""Filling an empty broker from the services' history."""

from collections.abc import Callable
from typing import Any

import psycopg

from deploy.environment import Environment
from deploy.local import data
from shared import inbox
from shared.db import Database


def test_what_was_parked_under_offsets_of_the_lost_broker_comes_again(
    environment: Environment,
    db_of: Callable[..., Database],
    owner_of: Callable[[str], "psycopg.Connection[Any]"],
) -> None:
    unreadable = inbox.Arrived("intake.families", 0, 5, "a family", "{}")
    inbox.handle(db_of("referral", "worker"), unreadable, inbox.Known({}, {}))
    owner = owner_of("referral")
    assert owner.execute("SELECT count(*) FROM dead_letter").fetchone() == (1,)

    data.republish(environment, "referral")

    for table in ("dead_letter", "attempt", "seen.handled", "relayed"):
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_whole_history_waits_again_for_the_relay(
    environment: Environment,
    db_of: Callable[..., Database],
    owner_of: Callable[[str], "psycopg.Connection[Any]"],
) -> None:
    owner = owner_of("network")
    owner.execute(
        "INSERT INTO outbox (event_id, topic, key, body, published_at)"
        " SELECT gen_random_uuid(), 'network.matches', 'k', '{}', now() FROM generate_series(1, 3)"
    )
    assert data.republish(environment, "network") == 3
    assert owner.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL").fetchone() == (3,)
