"""A mail server for trials and the demo: it keeps what it gets in a folder and sends nothing on.

`python -m deploy.mail_catcher [FOLDER [ADDRESS PORT]]`, or `read` instead, to print what came.
"""

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
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        number = len(list(self._folder.iterdir())) + 1
        # Whole before it has its name, so that nobody reads half a mail.
        draft = self._folder / f".{number:04}"
        draft.write_bytes(envelope.content)
        draft.rename(self._folder / f"{number:04}.eml")
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
    told = sys.argv[1:]
    if told == ["read"]:
        sys.stdout.write(words(FOLDER))
        return
    folder = Path(told[0]) if told else FOLDER
    address, port = (told[1], int(told[2])) if len(told) > 2 else ("0.0.0.0", PORT)  # noqa: S104 - a closed network
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server = Controller(Keeper(folder), hostname=address, port=port)
    server.start()
    ended.wait()
    server.stop()


if __name__ == "__main__":
    main()
