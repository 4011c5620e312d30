"""A receiver without an account: a link by mail to one referral, a code to the same mailbox, and what both say."""

import hmac
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from services.referral.domain.referral import Referral
from shared.security import Actor, ActorKind, Membership

GUEST = "guest"
FUNCTION = "medewerker zonder account"  # what a trail shows (R18): nobody knows who it was
DIGITS = 8
MOST_GUESSES = 5
CODE_LASTS = timedelta(minutes=10)
LINK_LASTS = timedelta(days=90)
# How many codes may be asked for with one link, within which time.
MOST_CODES = ((3, timedelta(minutes=15)), (10, timedelta(days=1)))
MOST_MAILS = (3, timedelta(days=1))  # links for one referral
_LONGEST_TYPED = 40


@dataclass(frozen=True)
class Contact:
    """Where mail about referrals goes. `always`: also where somebody of the organisation has an account."""

    organisation_id: UUID
    email: str
    always: bool = False
    version: int = 1


@dataclass(frozen=True)
class Link:
    """Bound to one referral and one organisation; it works up to and including `expires_on`."""

    id: UUID
    referral_id: UUID
    owner_organisation: UUID
    organisation_id: UUID
    made_at: datetime
    expires_on: date
    ended_at: datetime | None = None

    @classmethod
    def to(cls, referral: Referral, now: datetime, today: date) -> "Link":
        longest = today + LINK_LASTS
        return cls(
            id=uuid4(),
            referral_id=referral.id,
            owner_organisation=referral.owner_organisation,
            organisation_id=referral.to_organisation,
            made_at=now,
            expires_on=min(referral.shared_until or longest, longest),
        )

    def works(self, today: date) -> bool:
        """Whether the link itself still does; the akkoord behind it is asked each time."""
        return self.ended_at is None and today <= self.expires_on

    def guest(self, *, works: bool) -> Actor:
        """Whoever came by it: of the organisation, for this referral alone; for nothing once the link is over."""
        place = Membership(self.organisation_id, GUEST, FUNCTION, "")
        return Actor(self.id, ActorKind.GUEST, (place,), only=self.referral_id if works else None)


@dataclass(frozen=True)
class Code:
    """Sent to the mailbox; stored as a seal. It counts once, for ten minutes and five guesses."""

    id: UUID
    link_id: UUID
    made_at: datetime
    expires_at: datetime

    @classmethod
    def for_link(cls, link: Link, now: datetime) -> "Code":
        return cls(uuid4(), link.id, now, now + CODE_LASTS)


class Seals(NamedTuple):
    """Links and codes follow from ids by a secret that web and worker share, so that neither stores what it mails."""

    secret: str

    def token(self, link_id: UUID) -> str:
        """What the link holds: 256 bits that nobody can guess without the secret."""
        return self._of("link", str(link_id)).hex()

    def code(self, code_id: UUID) -> str:
        return str(int.from_bytes(self._of("code", str(code_id))) % 10**DIGITS).zfill(DIGITS)

    def seal(self, what: str, told: str) -> str:
        """What is stored instead."""
        return self._of(f"seal {what}", told).hex()

    def _of(self, what: str, told: str) -> bytes:
        return hmac.digest(self.secret.encode(), f"guest {what}|{told}".encode(), "sha256")


def plain_code(typed: str) -> str:
    """The digits as typed, with blanks and signs between them; empty where it is no code."""
    digits = re.sub(r"[\s.\-]", "", typed[:_LONGEST_TYPED])
    return digits if re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) else ""


class Kind(StrEnum):
    LINK = "link"
    CODE = "code"
    NEWS = "news"  # the school answered, or the hour is off
    REMINDER = "reminder"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the mailbox does not take it
    LAPSED = "lapsed"  # nothing to say any more


@dataclass(frozen=True)
class Letter:
    """A mail that waits, or went. Its id follows from what it is for, so that nothing is said twice."""

    id: UUID
    kind: Kind
    link_id: UUID
    made_at: datetime
    next_try: datetime
    code_id: UUID | None = None
    state: State = State.WAITING
    tries: int = 0
    sent_at: datetime | None = None

    @classmethod
    def about(cls, link: Link, kind: Kind, now: datetime, what: str = "") -> "Letter":
        return cls(uuid5(link.id, f"{kind}:{what}"), kind, link.id, now, now)

    @classmethod
    def with_code(cls, code: Code) -> "Letter":
        return cls(uuid5(code.id, "letter"), Kind.CODE, code.link_id, code.made_at, code.made_at, code.id)

    def sent(self, now: datetime) -> "Letter":
        return replace(self, state=State.SENT, sent_at=now)

    def lapse(self) -> "Letter":
        return replace(self, state=State.LAPSED)

    def refuse(self) -> "Letter":
        return replace(self, state=State.REFUSED)

    def later(self, now: datetime) -> "Letter":
        """The mail server is away: a code waits seconds, all else up to ten minutes."""
        longest = 5 if self.kind == Kind.CODE else 600
        return replace(self, next_try=now + timedelta(seconds=min(5 * 2 ** min(self.tries, 8), longest)))


class Written(NamedTuple):
    subject: str
    text: str


_SUBJECTS = {
    Kind.LINK: "Er staat een vraag voor jullie klaar in Brug",
    Kind.CODE: "Jullie code voor Brug",
    Kind.NEWS: "Er is nieuws over een vraag aan jullie in Brug",
    Kind.REMINDER: "Een vraag in Brug wacht nog op jullie antwoord",
}
_FIRST = {
    Kind.LINK: "Er staat een vraag voor {place} klaar in Brug.",
    Kind.NEWS: "Er is nieuws over een vraag aan {place} in Brug.",
    Kind.REMINDER: "Een vraag aan {place} in Brug wacht nog op een antwoord.",
}
_LINK = """Dag,

{first} Open deze link:

{url}

Je hebt geen account nodig: je vraagt op die pagina een code, en die komt naar dit mailadres.
Met 'Ja' en een dag en uur ben je klaar. 'Nee' kan ook.

De link is voor één vraag en alleen voor jullie. Over wie het gaat, staat met opzet niet in deze mail.
Je kan op deze mail niet antwoorden.

Brug
"""
_CODE = """Dag,

De code is: {code}

Typ ze op de pagina waar je ze vroeg. Ze werkt één keer, tien minuten lang.
Vroeg je geen code? Dan hoef je niets te doen. Geef ze aan niemand door.

Brug
"""


def write(kind: Kind, place: str, url: str) -> Written:
    """To an organisation, with a link; nothing of a family, and no word about help, is in it."""
    return Written(_SUBJECTS[kind], _LINK.format(first=_FIRST[kind].format(place=place), url=url))


def write_code(code: str) -> Written:
    half = DIGITS // 2
    return Written(_SUBJECTS[Kind.CODE], _CODE.format(code=f"{code[:half]} {code[half:]}"))
