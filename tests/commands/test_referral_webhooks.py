"""Webhooks: signed, to both sides of a referral, once per number; down and back, rotated, replayed, disabled."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from pydantic import ValidationError

from services.referral import commands, timers
from services.referral.commands import deliveries, webhooks
from services.referral.commands.deliveries import Courier
from services.referral.commands.webhooks import Change, Wish
from services.referral.domain.refusals import TooManyWebhooks, UnknownEventType, UnsafeAddress, WebhookRests
from services.referral.domain.webhooks import EndpointState, checked_address, wait_after
from shared import clock
from shared.outside import Outside
from shared.refusals import NotAllowed, NotThere, Stale
from tests.builders.referral import Town
from tests.builders.webhooks import (
    Receiver,
    a_coordinator,
    a_dpo,
    a_program,
    a_receiver,
    deliver,
    log_of,
    registered,
    time_passes,
)


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def theirs() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


def test_both_sides_hear_what_happens_signed_and_in_ids_alone(town: Town, theirs: Receiver) -> None:
    with a_receiver() as schools:
        registered(town, town.ocmw, theirs)
        registered(town, town.school, schools)
        referral_id = town.accepted()
        deliver(town)
        assert sorted(theirs.types) == sorted(schools.types) == ["referral.meeting_planned", "referral.sent"]
        assert (theirs.unsigned, schools.unsigned) == (0, 0)
        told = next(one for one in theirs.got if one["type"] == "referral.sent")
        assert told["data"] == {
            "referral_id": str(referral_id),
            "organisation_id": str(town.ocmw),
            "status": "sent",
            "version": 2,
        }
        assert not set(theirs.ids) & set(schools.ids), "each address has numbers of its own"


def test_only_what_was_chosen_goes_and_only_from_then_on(town: Town, theirs: Receiver) -> None:
    town.sent()
    registered(town, town.ocmw, theirs, ("referral.withdrawn",))
    referral_id = town.sent()
    commands.withdraw_referral(town.web, town.mira, town.target(referral_id))
    deliver(town)
    assert theirs.types == ["referral.withdrawn"]


def test_a_receiver_that_was_down_gets_everything_once_per_number_when_it_is_back(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    owner = owner_of("referral")
    endpoint = registered(town, town.ocmw, theirs)
    theirs.answer = 500
    for _ in range(20):
        town.sent()
    deliver(town)
    assert theirs.got == []
    assert 1 <= theirs.asked < 20, "an address that fails rests, and the others wait with it"
    theirs.answer = 200
    for _ in range(3):
        time_passes(owner, timedelta(minutes=6))
        deliver(town)
    assert len(theirs.ids) == 20
    assert set(theirs.ids.values()) == {1}
    assert {state for _, state, _ in log_of(owner, endpoint)} == {"delivered"}


def test_a_receiver_that_nobody_can_reach_is_tried_again(town: Town, owner_of: Any) -> None:
    with a_receiver() as gone:
        endpoint = registered(town, town.ocmw, gone)
    town.sent()
    deliver(town)
    assert log_of(owner_of("referral"), endpoint) == [("referral.sent", "waiting", 1)]
    with a_receiver(port=gone.port, secret=gone.secret) as back:
        time_passes(owner_of("referral"), timedelta(minutes=1))
        deliver(town)
        assert back.types == ["referral.sent"]


def test_tries_end_after_the_schedule_of_standard_webhooks(town: Town, theirs: Receiver, owner_of: Any) -> None:
    waits = [wait_after(tries) for tries in range(1, 11)]
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] is None
    assert sum((one for one in waits if one), timedelta()) > timedelta(days=3)
    owner = owner_of("referral")
    endpoint = registered(town, town.ocmw, theirs)
    town.sent()
    theirs.answer = 503
    for _ in range(12):
        deliver(town)
        time_passes(owner, timedelta(hours=2))
        owner.execute("UPDATE webhook_delivery SET next_try = now() - interval '1 second'")
    assert log_of(owner, endpoint) == [("referral.sent", "failed", 10)]


def test_an_address_that_fails_for_days_is_disabled_and_the_pages_say_so(
    town: Town, theirs: Receiver, owner_of: Any, client_of: Any, sign_in: Any
) -> None:
    owner = owner_of("referral")
    endpoint = registered(town, town.ocmw, theirs)
    theirs.answer = 500
    town.sent()
    deliver(town)
    time_passes(owner, timedelta(days=6))
    deliver(town)
    assert owner.execute("SELECT state FROM webhook_endpoint").fetchone() == ("disabled",)
    asked = theirs.asked
    town.sent()
    deliver(town)
    assert theirs.asked == asked, "nothing goes there any more"
    for who, path in ((town.els, "/referral/"), (a_dpo(town.ocmw), "/referral/webhooks/")):
        assert "staat stil" in sign_in(client_of("referral"), who).get(path).text
    assert "staat stil" not in sign_in(client_of("referral"), town.mira).get("/referral/").text
    with pytest.raises(WebhookRests):
        webhooks.ping_webhook(town.web, a_dpo(town.ocmw), endpoint)


def test_a_receiver_that_says_gone_is_disabled_at_once(town: Town, theirs: Receiver, owner_of: Any) -> None:
    registered(town, town.ocmw, theirs)
    theirs.answer = 410
    town.sent()
    deliver(town)
    assert owner_of("referral").execute("SELECT state FROM webhook_endpoint").fetchone() == ("disabled",)


def test_set_going_again_it_gets_what_happened_meanwhile_by_a_replay(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    dpo = a_dpo(town.ocmw)
    paused = webhooks.change_webhook(
        town.web, dpo, Change(endpoint, 1, theirs.url, ("referral.sent",), EndpointState.PAUSED, local=True)
    )
    began = clock.now()
    for _ in range(3):
        town.sent()
    deliver(town)
    assert theirs.asked == 0
    change = Change(endpoint, paused.version, theirs.url, ("referral.sent",), EndpointState.ACTIVE, local=True)
    webhooks.change_webhook(town.web, dpo, change)
    assert webhooks.replay_between(town.web, dpo, endpoint, began, clock.now()) == 3
    deliver(town)
    assert len(theirs.ids) == 3
    assert webhooks.replay_between(town.web, dpo, endpoint, began - timedelta(hours=1), began) == 0


def test_one_that_is_sent_again_keeps_its_number(town: Town, theirs: Receiver, owner_of: Any) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    town.sent()
    deliver(town)
    [number] = theirs.ids
    [row] = owner_of("referral").execute("SELECT id FROM webhook_delivery").fetchall()
    webhooks.replay_delivery(town.web, a_dpo(town.ocmw), endpoint, row[0])
    deliver(town)
    assert theirs.ids == {number: 2}
    with pytest.raises(NotThere):
        webhooks.replay_delivery(town.web, a_dpo(town.ocmw), endpoint, uuid4())


def test_the_same_change_told_twice_is_one_delivery(town: Town, theirs: Receiver) -> None:
    registered(town, town.ocmw, theirs)
    town.fresh()
    draft = town.draft()
    for _ in range(2):
        commands.send_referral(town.web, town.mira, commands.Target(draft, 1, "once"), town.terms)
    deliver(town)
    deliver(town)
    assert set(theirs.ids.values()) == {1}
    assert theirs.types == ["referral.sent"]


def test_a_test_message_names_the_organisation_and_nothing_else(town: Town, theirs: Receiver) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    webhooks.ping_webhook(town.web, a_dpo(town.ocmw), endpoint)
    deliver(town)
    assert [(one["type"], one["data"]) for one in theirs.got] == [("ping", {"organisation_id": str(town.ocmw)})]


def test_after_a_new_secret_the_old_one_still_fits_for_a_day(town: Town, theirs: Receiver, owner_of: Any) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    old, dpo = theirs.secret, a_dpo(town.ocmw)
    new = webhooks.rotate_secret(town.web, dpo, endpoint).secret
    assert new
    assert new != old
    for secret in (old, new):
        theirs.secret = secret
        webhooks.ping_webhook(town.web, dpo, endpoint)
        deliver(town)
    assert (len(theirs.got), theirs.unsigned) == (2, 0)
    time_passes(owner_of("referral"), timedelta(hours=25))
    theirs.secret = old
    webhooks.ping_webhook(town.web, dpo, endpoint)
    deliver(town)
    assert theirs.unsigned == 1


def test_a_secret_is_shown_once_and_cannot_be_read_back(town: Town, theirs: Receiver, owner_of: Any) -> None:
    registered(town, town.ocmw, theirs, key="k1")
    wish = Wish(town.ocmw, theirs.url, ("referral.sent",), local=True)
    dpo = a_dpo(town.ocmw)
    first = webhooks.register_webhook(town.web, dpo, wish, key="k2")
    assert webhooks.register_webhook(town.web, dpo, wish, key="k2") == (first.id, None)
    for (sealed,) in owner_of("referral").execute("SELECT sealed FROM webhook_secret").fetchall():
        assert "whsec" not in sealed
    with town.web.transaction(dpo) as conn, pytest.raises(InsufficientPrivilege):
        conn.execute("SELECT sealed FROM webhook_secret")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hooks",
        "ftp://example.org/hooks",
        "https://example.org:22/hooks",
        "https://user:secret@example.org/hooks",
        "https://example.org/hooks#part",
        "https:///hooks",
        "https://exa mple.org/",
        "https://[::1",
        "https://example.org:99999/",
        "https://🙂.example/",
        "https://example.org/" + "x" * 500,
        "",
        "http://localhost.example.org/",
    ],
)
def test_addresses_that_are_no_https_address_are_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        checked_address(url, local=True)


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://localhost/x", "https://10.1.2.3/x", "https://[::1]/"])
def test_an_address_inside_is_refused_at_registering(town: Town, url: str) -> None:
    with pytest.raises(UnsafeAddress):
        webhooks.register_webhook(town.web, a_dpo(town.ocmw), Wish(town.ocmw, url, ("referral.sent",)))


@pytest.mark.parametrize("public", ["https://brug.example.org", "https://localhost", "http://brug.example.org"])
def test_a_brug_that_others_reach_refuses_to_send_to_localhost(town: Town, public: str) -> None:
    told = town.settings.model_dump() | {"webhooks_to_localhost": True}
    assert type(town.settings)(**told | {"public_url": "http://127.0.0.1:8000"}).webhooks_to_localhost
    with pytest.raises(ValidationError, match="BRUG_WEBHOOKS_TO_LOCALHOST"):
        type(town.settings)(**told | {"public_url": public})


def test_localhost_needs_the_setting(town: Town, theirs: Receiver) -> None:
    with pytest.raises(UnsafeAddress):
        webhooks.register_webhook(town.web, a_dpo(town.ocmw), Wish(town.ocmw, theirs.url, ("referral.sent",)))


def test_an_address_that_leads_inside_by_the_time_of_delivery_gets_nothing(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    town.sent()
    deliver(town, outside=Outside(local=False))
    assert theirs.asked == 0
    row = owner_of("referral").execute("SELECT state, problem FROM webhook_delivery").fetchone()
    assert row == ("waiting", "inside")
    assert endpoint


def test_ten_addresses_are_enough_and_events_are_known_ones(town: Town, theirs: Receiver) -> None:
    dpo = a_dpo(town.ocmw)
    with pytest.raises(UnknownEventType):
        webhooks.register_webhook(town.web, dpo, Wish(town.ocmw, theirs.url, ("referral.danced",), local=True))
    with pytest.raises(UnknownEventType):
        webhooks.register_webhook(town.web, dpo, Wish(town.ocmw, theirs.url, (), local=True))
    for _ in range(10):
        registered(town, town.ocmw, theirs)
    with pytest.raises(TooManyWebhooks):
        registered(town, town.ocmw, theirs)


def test_who_may_not_manage_webhooks_and_who_is_of_another_organisation(town: Town, theirs: Receiver) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    wish = Wish(town.ocmw, theirs.url, ("referral.sent",), local=True)
    with pytest.raises(NotAllowed):
        webhooks.register_webhook(town.web, town.els, wish)
    for other in (a_dpo(town.katrol), a_program(town.school)):
        with pytest.raises(NotThere):
            webhooks.register_webhook(town.web, other, wish)
        with pytest.raises(NotThere):
            webhooks.ping_webhook(town.web, other, endpoint)
        with pytest.raises(NotThere):
            webhooks.remove_webhook(town.web, other, endpoint, 1)
    for own in (a_coordinator(town.ocmw), a_program(town.ocmw, "partner_worker")):
        webhooks.ping_webhook(town.web, own, endpoint)
    with pytest.raises(NotAllowed):
        webhooks.ping_webhook(town.web, a_program(town.ocmw, "helper"), endpoint)


def test_a_change_of_an_older_version_is_refused_and_a_removed_one_is_told_nothing(
    town: Town, theirs: Receiver, owner_of: Any
) -> None:
    endpoint = registered(town, town.ocmw, theirs)
    town.sent()
    dpo = a_dpo(town.ocmw)
    with pytest.raises(Stale):
        webhooks.remove_webhook(town.web, dpo, endpoint, 7)
    webhooks.remove_webhook(town.web, dpo, endpoint, 1)
    deliver(town)
    assert theirs.asked == 0
    assert owner_of("referral").execute("SELECT count(*) FROM webhook_secret").fetchone() == (0,)


def test_a_slow_receiver_holds_up_nobody_else(town: Town, theirs: Receiver) -> None:
    with a_receiver(slow=1.5) as slow:
        registered(town, town.ocmw, slow)
        registered(town, town.ocmw, theirs)
        for _ in range(10):
            town.sent()
        courier = Courier(Outside(local=True), 60)
        thread = threading.Thread(target=courier.go_round, args=(town.worker,))
        began = time.monotonic()
        thread.start()
        while len(theirs.got) < 10 and time.monotonic() - began < 10:
            time.sleep(0.02)
        assert len(slow.got) < 10
        thread.join()
        courier.close()
    assert len(theirs.ids) == 10


def test_thousands_that_are_due_all_arrive_once(
    town: Town, theirs: Receiver, owner_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are spread in four goes, many times what one address gets in one go, over several rounds."""
    monkeypatch.setattr(deliveries, "_ROUND", 1.0)
    endpoint = registered(town, town.ocmw, theirs)
    referral_id = town.sent()
    owner = owner_of("referral")
    owner.execute(
        "INSERT INTO webhook_event (id, type, referral_id, owner_organisation, to_organisation, status, told,"
        " for_owner, for_receiver, is_ending, school_version, receiver_version, occurred_at) SELECT gen_random_uuid(),"
        " 'referral.seen', %s, %s, %s, 'seen', 'seen', true, true, false, 3, 3, now() FROM generate_series(1, 2000)",
        (referral_id, town.school, town.ocmw),
    )
    while deliver(town) or len(theirs.ids) < 2_001:
        town.fresh()
    assert len(theirs.ids) == 2_001
    assert set(theirs.ids.values()) == {1}
    assert {one[1:] for one in log_of(owner, endpoint)} == {("delivered", 1)}


def test_what_is_older_than_a_month_is_forgotten(town: Town, theirs: Receiver, owner_of: Any) -> None:
    registered(town, town.ocmw, theirs)
    town.sent()
    deliver(town)
    with clock.fixed(clock.now() + timedelta(days=31)):
        timers.forget_old(town.worker)
    for table in ("webhook_event", "webhook_delivery"):
        assert owner_of("referral").execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_referral_that_is_erased_takes_its_webhooks_along(town: Town, theirs: Receiver, owner_of: Any) -> None:
    """R19."""
    registered(town, town.ocmw, theirs)
    referral_id = town.sent()
    deliver(town)
    owner = owner_of("referral")
    owner.execute("DELETE FROM task WHERE referral_id = %s", (referral_id,))
    owner.execute("DELETE FROM referral WHERE id = %s", (referral_id,))
    assert owner.execute("SELECT count(*) FROM webhook_delivery").fetchone() == (0,)
