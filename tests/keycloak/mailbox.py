"""A mail server that keeps what it gets, for the tests to read."""

import re
import socket
import time
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

_PATIENCE = 30.0  # seconds


class Mailbox:
    """Every mail that Keycloak sends, whoever it is for."""

    def __init__(self, port: int = 0) -> None:
        self._came: list[tuple[str, EmailMessage]] = []
        self.port = port
        with socket.socket() as free:
            free.bind(("127.0.0.1", port))
            self.port = int(free.getsockname()[1])
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    def open(self) -> None:
        self._server.start()

    def close(self) -> None:
        with suppress(AssertionError):  # it was never open
            self._server.stop()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self._came += [(one, mail) for one in envelope.rcpt_tos]
        return "250 kept"

    def count(self, address: str) -> int:
        return sum(1 for to, _ in self._came if to == address)

    def await_mail(self, address: str, number: int = 1, seconds: float = _PATIENCE) -> EmailMessage:
        """The mail of this number to this address, when it has come."""
        limit = time.monotonic() + seconds
        while self.count(address) < number:
            assert time.monotonic() < limit, f"no mail to {address}; came: {[to for to, _ in self._came]}"
            time.sleep(0.1)
        return [mail for to, mail in self._came if to == address][number - 1]


def link_in(mail: EmailMessage) -> str:
    """The first address that the mail's words hold."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"https?://\S+", part.get_content())
    assert found, part.get_content()
    return found[0]
