"""Events this service publishes; other services rely on them. Key: the family."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from shared.envelope import Event, Sealed, Topic
from shared.facts import Fact, an_example

MATCHES = "network.matches"
FACTS = "network.facts"
FOR_THE_PERSON = frozenset({"intake", "network"})

_MATCH = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a4001"
_PERSON = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1002"
_FAMILY = "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1001"
_ORGANISATION = "5f0c6f0e-6c1c-5f43-9d5f-0d1d6f4a4005"
_WHOM = {"match_id": _MATCH, "person_id": _PERSON, "family_id": _FAMILY}
_SEALED = {"key_id": "01920000-0000-7000-8000-0d1d6f4a4004", "box": "bm9uY2UgYW5kIGNpcGhlcnRleHQ="}


class HelperContent(BaseModel, frozen=True):
    """Who helps, as far as the person may know before both said yes; `role` is of the list `helper_roles`."""

    first_name: str
    role: str


class ProposalContent(HelperContent, frozen=True):
    """`reasons` are codes with a value where there is one: 'same_school', 'speaks:ar', 'free:evening'."""

    reasons: list[str] = []


class MatchProposedV1(Event):
    """Somebody who may help is proposed; the person and the helper are asked, each apart."""

    TYPE: ClassVar[str] = "be.brug.network.match.proposed.v1"
    TOPIC: ClassVar[str] = MATCHES
    AUDIENCE: ClassVar[frozenset[str]] = FOR_THE_PERSON
    CONTENT: ClassVar[type[BaseModel] | None] = ProposalContent
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WHOM, "sealed": _SEALED}

    match_id: UUID
    person_id: UUID
    family_id: UUID
    sealed: Sealed


class MatchMadeV1(Event):
    """Both said yes. The person's yes, in `lang`, is an akkoord for the helper's organisation (R16)."""

    TYPE: ClassVar[str] = "be.brug.network.match.made.v1"
    TOPIC: ClassVar[str] = MATCHES
    AUDIENCE: ClassVar[frozenset[str]] = FOR_THE_PERSON
    CONTENT: ClassVar[type[BaseModel] | None] = HelperContent
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_WHOM,
        "helper_organisation": _ORGANISATION,
        "said_at": "2026-09-01T10:00:00Z",
        "lang": "ar",
        "sealed": _SEALED,
    }

    match_id: UUID
    person_id: UUID
    family_id: UUID
    helper_organisation: UUID
    said_at: datetime
    lang: str
    sealed: Sealed


class MatchDeclinedV1(Event):
    """A proposal that does not go on; who said no, and why, is nobody's business."""

    TYPE: ClassVar[str] = "be.brug.network.match.declined.v1"
    TOPIC: ClassVar[str] = MATCHES
    AUDIENCE: ClassVar[frozenset[str]] = FOR_THE_PERSON
    EXAMPLE: ClassVar[dict[str, Any]] = _WHOM

    match_id: UUID
    person_id: UUID
    family_id: UUID


class MatchEndedV1(Event):
    """A match that is over: both sides' numbers are closed."""

    TYPE: ClassVar[str] = "be.brug.network.match.ended.v1"
    TOPIC: ClassVar[str] = MATCHES
    AUDIENCE: ClassVar[frozenset[str]] = FOR_THE_PERSON
    EXAMPLE: ClassVar[dict[str, Any]] = _WHOM

    match_id: UUID
    person_id: UUID
    family_id: UUID


class LanguageCounted(BaseModel, frozen=True):
    """Helpers who speak it when the month closes, and who asked in that month for somebody who does."""

    lang: str
    helpers: int
    requests: int


class HelpersCountedV1(Fact):
    """Helpers and requests of an organisation by language; who speaks two is in both (R20)."""

    TYPE: ClassVar[str] = "be.brug.network.helpers.counted.v1"
    TOPIC: ClassVar[str] = FACTS
    EXAMPLE: ClassVar[dict[str, Any]] = an_example(languages=[{"lang": "ar", "helpers": 6, "requests": 9}])

    languages: list[LanguageCounted]


EVENTS: tuple[type[Event], ...] = (
    MatchProposedV1,
    MatchMadeV1,
    MatchDeclinedV1,
    MatchEndedV1,
    HelpersCountedV1,
)
TOPICS: tuple[Topic, ...] = (
    Topic(MATCHES),
    Topic(FACTS),
    Topic("network.trail"),
    Topic("network.acknowledgements"),
)
