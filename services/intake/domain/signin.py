"""Sign-in codes for persons: ten digits or a token, used once, for some days, not to be guessed."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.refusals import Refusal

DIGITS = 10
QUIET_DAYS = 1
MOST_WRONG = 5
WRONG_WITHIN = timedelta(minutes=10)
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class CodeWrong(Refusal):
    """No such code, or it was used, or it is too old: all three look alike."""


class CodeGuessed(CodeWrong):
    """Digits that never were a code: these count as tries. The person only hears that the code is wrong."""


class TooYoungForCode(Refusal):
    """A child has a page of its own from 12 on (R5)."""


class TooManyTries(Refusal):
    """Too many wrong codes came from the same place in a short time."""


@dataclass(frozen=True)
class Paper:
    """What stands on the paper, once: it is stored nowhere."""

    code: str
    token: str
    expires_at: datetime
    person_id: UUID
    quiet: bool = False  # of a person with a safety flag

    @property
    def grouped(self) -> str:
        """As it is read out: 123 456 78 90."""
        return " ".join((self.code[:3], self.code[3:6], self.code[6:8], self.code[8:]))


class Desk(NamedTuple):
    """What codes need of the settings."""

    secret: str
    days: int

    @property
    def quiet_days(self) -> int:
        """A paper that lies about opens a person's own page: with a safety flag (R22) it does so for a day at most."""
        return min(self.days, QUIET_DAYS)


def new_paper(person_id: UUID, now: datetime, days: int, *, quiet: bool = False) -> Paper:
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return Paper(code, secrets.token_urlsafe(32), now + timedelta(days=days), person_id, quiet)


def plain_code(typed: str) -> str:
    """The digits as typed, in any of the digits that people here use; raises CodeWrong for anything else."""
    digits = re.sub(r"[\s.\-]", "", typed.translate(_ARABIC_DIGITS))
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise CodeWrong("not a code")
    return digits


def seal_of(secret: str, what: str, value: str) -> str:
    """What is stored instead of the code: without the secret nobody gets from ten digits to it or back."""
    return hmac.digest(secret.encode(), f"{what}|{value}".encode(), "sha256").hex()
