"""What referral does when a person's yes arrives, ends, comes twice, out of order or broken."""

from contextlib import suppress
from datetime import timedelta
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest

from services.referral import commands, events, timers
from services.referral.commands import Target
from services.referral.domain import NoLongerYours
from services.referral.views import referrals as views
from shared import akkoord, clock, inbox
from shared.akkoord import AkkoordMissing
from shared.envelope import Envelope
from shared.sealing import Unopened
from tests.builders.referral import KNOWN, WORKER, Town, parked
from tests.builders.shared import akkoord_ended, an_arrival, key_destroyed


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def owner(owner_of: Any) -> Any:
    return owner_of("referral")


def told(owner: Any, kind: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == kind]


def status(owner: Any) -> list[str]:
    return [row[0] for row in owner.execute("SELECT status FROM referral ORDER BY id").fetchall()]


@pytest.mark.parametrize("state", ["draft", "sent", "accepted"])
def test_a_stop_takes_back_a_referral_and_tells_the_person_that_it_is_closed(
    town: Town, owner: Any, state: str
) -> None:
    yes = town.yes()
    {"draft": town.draft, "sent": town.sent, "accepted": town.accepted}[state](yes)
    stop = town.stop(yes)
    assert status(owner) == ["recalled"]
    [recalled] = told(owner, events.ReferralRecalledV1.TYPE)
    assert recalled.causation_id == stop.id
    [closed] = told(owner, akkoord.AkkoordAcknowledgedV1.TYPE)
    assert closed.data["akkoord_id"] == str(yes.akkoord_id)


def test_a_stop_without_any_referral_is_acknowledged_too(town: Town, owner: Any) -> None:
    town.stop(town.yes())
    assert len(told(owner, akkoord.AkkoordAcknowledgedV1.TYPE)) == 1


def test_the_end_that_follows_a_no_changes_nothing_and_is_acknowledged(town: Town, owner: Any) -> None:
    yes = town.yes()
    town.declined(yes)
    town.stop(yes, "declined")
    assert status(owner) == ["declined"]
    assert told(owner, events.ReferralRecalledV1.TYPE) == []
    assert len(told(owner, akkoord.AkkoordAcknowledgedV1.TYPE)) == 1


def test_a_stop_that_comes_twice_is_told_once(town: Town, owner: Any) -> None:
    yes = town.yes()
    town.sent(yes)
    town.receive(town.stop(yes))
    assert len(told(owner, events.ReferralRecalledV1.TYPE)) == 1
    assert len(told(owner, akkoord.AkkoordAcknowledgedV1.TYPE)) == 1


def test_a_yes_that_comes_after_its_own_end_opens_nothing(town: Town) -> None:
    yes, granted = town.granted()
    town.receive(akkoord_ended(granted))
    town.receive(granted)
    with pytest.raises(AkkoordMissing):
        town.draft(yes)


def test_a_yes_that_comes_twice_is_one_yes(town: Town, owner: Any) -> None:
    yes = town.yes()
    town.receive(yes.granted)
    town.draft(yes)
    assert status(owner) == ["draft"]


def test_the_end_of_another_service_s_akkoord_is_not_ours_to_acknowledge(town: Town, owner: Any) -> None:
    town.stop(town.yes(purpose="registration"))
    assert told(owner, akkoord.AkkoordAcknowledgedV1.TYPE) == []


def test_a_broken_event_of_a_family_closes_what_that_family_shares_and_no_other_family_s(town: Town) -> None:
    broken, fine = town.yes(), town.yes()
    first, second = town.sent(broken), town.sent(fine)
    inbox.handle(
        town.worker,
        an_arrival(broken.granted.model_copy(update={"data": {}}), offset=7, key=str(broken.family_id)),
        KNOWN,
    )
    with pytest.raises(NoLongerYours):
        views.open_as_receiver(town.web, town.els, first, town.terms)
    assert views.open_as_receiver(town.web, town.els, second, town.terms)


def test_a_parked_event_keeps_a_new_referral_from_being_sent(town: Town) -> None:
    town.fresh()
    yes = town.yes()
    referral_id = town.draft(yes)
    parked(town, yes)
    with pytest.raises(AkkoordMissing):
        commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)


def test_what_was_sealed_with_a_key_that_has_not_come_opens_once_it_comes(town: Town, owner: Any) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    kept = owner.execute("SELECT wrapped FROM seen.key WHERE key_id = %s", (yes.key_id,)).fetchone()
    owner.execute("DELETE FROM seen.key WHERE key_id = %s", (yes.key_id,))
    assert views.open_as_receiver(town.web, town.els, referral_id, town.terms).package == Unopened.NOT_YET
    owner.execute(
        "INSERT INTO seen.key (key_id, scope_kind, scope_id, family_id, audience, wrapped, version)"
        " VALUES (%s, 'akkoord', %s, %s, %s, %s, 1)",
        (yes.key_id, yes.akkoord_id, yes.family_id, sorted(yes.scope.audience), kept[0]),
    )
    package = views.open_as_receiver(town.web, town.els, referral_id, town.terms).package
    assert not isinstance(package, Unopened)
    assert package.name_to_call == "Amal 🌷"


def test_a_destroyed_key_opens_nothing_even_before_the_end_arrives(town: Town) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    town.receive(key_destroyed(yes.key_id, yes.scope, yes.family_id))
    assert views.open_as_receiver(town.web, town.els, referral_id, town.terms).package == Unopened.ERASED
    assert views.open_as_owner(town.web, town.mira, referral_id).package == Unopened.ERASED


def test_a_yes_past_its_last_day_closes_by_itself(town: Town, owner: Any) -> None:
    yes = town.yes(expires_on=clock.today())
    referral_id = town.sent(yes)
    assert timers.recall_expired(town.worker) == 0
    with clock.fixed(clock.now() + timedelta(days=1, hours=2)):
        town.fresh()
        with pytest.raises(NoLongerYours):
            views.open_as_receiver(town.web, town.els, referral_id, town.terms)
        assert timers.recall_expired(town.worker) == 1
        assert timers.recall_expired(town.worker) == 0
    assert status(owner) == ["recalled"]
    town.stop(yes, "expired")
    assert len(told(owner, events.ReferralRecalledV1.TYPE)) == 1


def test_a_stop_that_comes_while_a_referral_is_being_sent_takes_it_back(town: Town, owner: Any) -> None:
    """The send holds the yes; the stop waits for it, then finds what was sent."""
    town.fresh()
    yes = town.yes()
    referral_id = town.draft(yes)
    sending, stopped = Flag(), Flag()

    def stop() -> None:
        sending.wait(5)
        town.stop(yes)
        stopped.set()

    other = Thread(target=stop)
    other.start()
    with town.web.transaction(town.mira) as conn:
        akkoord.lock_live(conn, yes.akkoord_id)
        sending.set()
        assert not stopped.wait(0.5), "the stop waits for the send"
        row = "UPDATE referral SET status = 'sent', version = 2 WHERE id = %s"
        conn.execute(row, (referral_id,))
    other.join(10)
    assert status(owner) == ["recalled"]
    assert len(told(owner, events.ReferralRecalledV1.TYPE)) == 1


def test_a_referral_that_is_sent_while_a_stop_is_being_handled_is_refused(town: Town, owner: Any) -> None:
    """The stop holds the yes; the send waits for it, then finds no yes."""
    town.fresh()
    yes = town.yes()
    referral_id = town.draft(yes)
    refused: list[Exception] = []

    def send() -> None:
        try:
            commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)
        except AkkoordMissing as error:
            refused.append(error)

    other = Thread(target=send)
    with town.worker.transaction(WORKER) as conn:
        inbox.receive(conn, akkoord_ended(yes.granted), KNOWN)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "the send waits for the stop"
    other.join(10)
    assert len(refused) == 1
    assert status(owner) == ["recalled"]
    assert told(owner, events.ReferralSentV1.TYPE) == []


def test_a_real_send_and_a_stop_at_the_same_moment_never_leave_a_referral_without_a_yes(town: Town, owner: Any) -> None:
    town.fresh()
    for _ in range(6):
        yes = town.yes()
        referral_id = town.draft(yes)

        def send(referral_id: Any = referral_id) -> None:
            with suppress(AkkoordMissing):
                commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)

        both = [Thread(target=send), Thread(target=town.stop, args=(yes,))]
        for one in both:
            one.start()
        for one in both:
            one.join(10)
    assert set(status(owner)) == {"recalled"}
