"""A mail server for trials: it keeps what it gets in a folder and sends nothing on. `python -m deploy.mail_catcher`."""

import signal
import sys
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

FOLDER = Path("/tmp/mail")  # noqa: S108 - a container's own, gone with it
PORT = 1025


class Keeper:
    """Writes every mail to a file of its own, numbered as they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        number = len(list(self._folder.iterdir())) + 1
        (self._folder / f"{number:04}.eml").write_bytes(envelope.content)
        return "250 kept"


def words(folder: Path) -> str:
    """All that came, as a person reads it: to whom, about what, and the text."""
    return "\n".join(_told(path.read_bytes()) for path in sorted(folder.glob("*.eml"))) or "no mail\n"


def _told(content: bytes) -> str:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what this policy makes
    body = mail.get_body(("plain", "html"))
    return f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{body.get_content() if body else ''}\n{'-' * 72}\n"


def main() -> None:
    """Keep mail until told to stop; with `read`, print what came."""
    if sys.argv[1:] == ["read"]:
        sys.stdout.write(words(FOLDER))
        return
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server = Controller(Keeper(FOLDER), hostname="0.0.0.0", port=PORT)  # noqa: S104 - inside a closed network
    server.start()
    ended.wait()
    server.stop()


if __name__ == "__main__":
    main()
