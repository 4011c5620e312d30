"""Letters leave by the worker: the mail server may be down, two workers may run, one may die; each goes once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral import commands, timers
from services.referral.commands import Target, guests
from services.referral.domain.guests import Contact
from services.referral.store import guests as store
from services.referral.timers import Post
from shared import clock
from shared.mail import Mail, Server
from tests.builders.referral import WORKER, Town
from tests.keycloak.mailbox import Mailbox

ADDRESS = "onthaal@wijk.example"


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def desk(town: Town) -> UUID:
    made = town.partner("Buurtwerk De Brem", "community")
    with town.worker.transaction(WORKER) as conn:
        store.put_contact(conn, Contact(made, ADDRESS))
    return made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Closed until a test opens it."""
    made = Mailbox()
    yield made
    made.close()


def post(town: Town, mailbox: Mailbox) -> Post:
    return Post(Server("127.0.0.1", mailbox.port, "brug@brug.example"), town.settings.desk, "http://localhost")


def send(town: Town, desk: UUID) -> UUID:
    town.fresh()
    referral_id = town.draft(town.yes(desk))
    commands.send_referral(town.web, town.mira, Target(referral_id, 1), town.terms)
    return referral_id


def test_while_the_mail_server_is_down_letters_wait_and_leave_when_it_is_back(
    town: Town, desk: UUID, mailbox: Mailbox, owner_of: Any
) -> None:
    send(town, desk)
    send(town, desk)
    timers.send_letters(town.worker, post(town, mailbox))
    assert owner_of("referral").execute("SELECT DISTINCT state FROM letter").fetchall() == [("waiting",)]
    mailbox.open()
    with clock.fixed(clock.now() + timedelta(minutes=10)):
        town.fresh()
        timers.send_letters(town.worker, post(town, mailbox))
        timers.send_letters(town.worker, post(town, mailbox))
    assert mailbox.count(ADDRESS) == 2
    assert owner_of("referral").execute("SELECT DISTINCT state FROM letter").fetchall() == [("sent",)]


def test_sending_twice_mails_once(town: Town, desk: UUID, mailbox: Mailbox) -> None:
    mailbox.open()
    town.fresh()
    target = Target(town.draft(town.yes(desk)), 1, "once")
    for _ in range(2):
        commands.send_referral(town.web, town.mira, target, town.terms)
    timers.send_letters(town.worker, post(town, mailbox))
    assert mailbox.count(ADDRESS) == 1


def test_two_workers_at_the_same_time_mail_once(town: Town, desk: UUID, mailbox: Mailbox) -> None:
    mailbox.open()
    for _ in range(3):
        send(town, desk)
    both = [threading.Thread(target=timers.send_letters, args=(town.worker, post(town, mailbox))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert mailbox.count(ADDRESS) == 3


def test_a_worker_that_died_leaves_its_letter_to_the_next_with_the_same_link(
    town: Town, desk: UUID, mailbox: Mailbox
) -> None:
    """What it may have handed over before it died comes again under the same Message-ID, with the same words."""
    mailbox.open()
    send(town, desk)
    made = post(town, mailbox)
    [claimed] = guests.claim_letters(town.worker, WORKER, 5)
    ready = guests.make_ready(town.worker, WORKER, claimed, made.desk, made.url_of)
    assert ready
    made.server.send(Mail(str(claimed.id), ready.to, *ready.written))
    timers.send_letters(town.worker, made)
    assert mailbox.count(ADDRESS) == 1, "it is still in the dead one's hands"
    with clock.fixed(clock.now() + timedelta(minutes=3)):
        timers.send_letters(town.worker, made)
    first, again = mailbox.await_mail(ADDRESS, 1), mailbox.await_mail(ADDRESS, 2)
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()


def test_a_mailbox_that_does_not_exist_is_not_tried_again_and_the_others_go_on(
    town: Town, desk: UUID, mailbox: Mailbox, owner_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.open()
    other = town.partner("Buurtwerk De Els", "community")
    with town.worker.transaction(WORKER) as conn:
        store.put_contact(conn, Contact(other, "weg@wijk.example"))
    real = mailbox.handle_DATA

    async def refuse(server: object, session: object, envelope: Any) -> str:
        return "550 nobody" if "weg@wijk.example" in envelope.rcpt_tos else await real(server, session, envelope)

    monkeypatch.setattr(mailbox, "handle_DATA", refuse)
    send(town, other)
    send(town, desk)
    for _ in range(2):
        timers.send_letters(town.worker, post(town, mailbox))
    assert mailbox.count(ADDRESS) == 1
    states = owner_of("referral").execute("SELECT state, tries FROM letter ORDER BY state").fetchall()
    assert states == [("refused", 1), ("sent", 1)]


def test_a_code_that_is_too_old_to_be_used_is_not_mailed(town: Town, desk: UUID, mailbox: Mailbox) -> None:
    mailbox.open()
    send(town, desk)
    made = post(town, mailbox)
    [claimed] = guests.claim_letters(town.worker, WORKER, 5)
    ready = guests.make_ready(town.worker, WORKER, claimed, made.desk, made.url_of)
    assert ready
    token = ready.written.text.split("/guest/")[1].split()[0]
    guests.keep(town.worker, WORKER, claimed.sent(clock.now()))
    guests.ask_code(town.web, token, made.desk)
    with clock.fixed(clock.now() + timedelta(minutes=11)):
        timers.send_letters(town.worker, made)
    assert mailbox.count(ADDRESS) == 0


def test_no_log_line_says_an_address_or_a_link(
    town: Town, desk: UUID, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    send(town, desk)
    timers.send_letters(town.worker, post(town, mailbox))
    told = "".join(capsys.readouterr())
    assert "mail_server_away" in told
    assert ADDRESS not in told
    assert "/guest/" not in told


def test_old_letters_and_codes_are_forgotten(town: Town, desk: UUID, mailbox: Mailbox, owner_of: Any) -> None:
    send(town, desk)
    with clock.fixed(clock.now() + timedelta(days=31)):
        timers.forget_old(town.worker)
    assert owner_of("referral").execute("SELECT count(*) FROM letter").fetchone() == (0,)
