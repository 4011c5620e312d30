"""One plain mail to a mail server, and whether that took it; who writes to whom is for others to know."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import NamedTuple

from shared import clock

# The standard library, and not apprise, which we take for messages to people: apprise says only whether all went
# well, so a mailbox that does not exist looks like a server that is away; and it makes its own Message-ID, where one
# that stays the same lets a mail server drop what comes twice.
_PATIENCE = 20.0  # seconds


class Away(Exception):
    """The server does not answer, or does not want it now: it may later."""


class Refused(Exception):
    """The server does not take this mail: trying again changes nothing."""


class Mail(NamedTuple):
    """`id` stays the same however often it is sent."""

    id: str
    to: str
    subject: str
    text: str


class Server(NamedTuple):
    """Where mail is handed over; without a user nobody signs in there."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: bool = False  # from the first byte
    starttls: bool = False

    def send(self, mail: Mail) -> None:
        """Returns once the server has it. Raises `Away` or `Refused`."""
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise Away(type(error).__name__) from None
        try:
            smtp.send_message(_written(mail, self.sender), parseaddr(self.sender)[1], [mail.to])
        except smtplib.SMTPRecipientsRefused as refused:
            raise _by_code(next(iter(refused.recipients.values()))[0]) from None
        except smtplib.SMTPDataError as refused:
            raise _by_code(refused.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("letters that the server does not know") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Away(type(error).__name__) from None
        finally:
            # What the server has, it has, whatever it says at the door.
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP
        if self.tls:
            smtp = smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)
        if self.starttls:
            smtp.starttls(context=context)
        if self.user:
            smtp.login(self.user, self.password)
        return smtp


def _written(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to us
    message.set_content(mail.text)
    return message


def _by_code(code: int) -> Exception:
    """RFC 5321: what begins with 5 is for good."""
    return Refused(str(code)) if code >= 500 else Away(str(code))
