"""A mail server that is away, that refuses, that comes back: nothing is lost, and nothing is sent twice."""

import socket
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from shared import mail
from shared.mail import Mail, Server
from tests.keycloak.mailbox import Mailbox


class Refuser:
    """Takes no mail, for the reason that it is given."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_RCPT(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return self.answer


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    made.open()
    yield made
    made.close()


def a_mail(**changes: str) -> Mail:
    told = {"id": str(uuid4()), "to": "els@ocmw.example", "subject": "Vraag", "text": "Dag 🌷 مرحبا\n"} | changes
    return Mail(**told)


def test_a_mail_arrives_with_the_words_as_they_were(mailbox: Mailbox) -> None:
    one = a_mail()
    Server("127.0.0.1", mailbox.port, "Brug <brug@brug.example>").send(one)
    came = mailbox.await_mail("els@ocmw.example")
    assert came["Message-ID"] == f"<{one.id}@brug.example>"
    assert came["Subject"] == "Vraag"
    assert came.get_content().replace("\r\n", "\n") == one.text


def test_a_server_that_is_down_is_away(mailbox: Mailbox) -> None:
    with pytest.raises(mail.Away):
        Server("127.0.0.1", free_port(), "brug@brug.example").send(a_mail())


def test_a_server_without_the_encryption_that_we_want_is_away_and_gets_nothing(mailbox: Mailbox) -> None:
    for more in ({"starttls": True}, {"tls": True}, {"user": "brug", "password": "x"}):
        with pytest.raises(mail.Away):
            Server("127.0.0.1", mailbox.port, "brug@brug.example", **more).send(a_mail())
    assert mailbox.count("els@ocmw.example") == 0


@pytest.mark.parametrize(
    ("answer", "kind"), [("550 nobody here", mail.Refused), ("451 later", mail.Away), ("452 full", mail.Away)]
)
def test_what_the_server_says_decides_whether_it_is_tried_again(answer: str, kind: type[Exception]) -> None:
    server = Controller(Refuser(answer), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        with pytest.raises(kind):
            Server("127.0.0.1", server.port, "brug@brug.example").send(a_mail())
    finally:
        server.stop()
