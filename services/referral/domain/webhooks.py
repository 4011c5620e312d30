"""A webhook: an address of an organisation that is told, in ids and codes alone, what happens to its referrals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from services.referral.domain.moves import AFTER_THE_HOUR, ENDED_EARLY, Status
from services.referral.domain.referral import Referral
from services.referral.domain.refusals import UnknownEventType, UnsafeAddress

PING = "ping"
KEPT = timedelta(days=30)  # events and what became of them
OVERLAP = timedelta(hours=24)  # for which an old secret still signs beside its successor
GIVES_UP_AFTER = timedelta(days=5)

# Standard Webhooks' schedule: the wait before each try after the first.
WAITS: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
_SHORTEST_REST, _LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)

PORTS = (443, 8443)
_LOCAL = ("localhost", "127.0.0.1")
_LONGEST_ADDRESS = 500


class EventType(StrEnum):
    """What can happen to a referral, as receivers of webhooks name it."""

    SENT = "referral.sent"
    SEEN = "referral.seen"
    INFORMATION_ASKED = "referral.information_asked"
    INFORMATION_ANSWERED = "referral.information_answered"
    ACCEPTED = "referral.accepted"
    MEETING_PLANNED = "referral.meeting_planned"
    MEETING_CANCELLED = "referral.meeting_cancelled"
    MEETING_HELD = "referral.meeting_held"
    IN_PROGRESS = "referral.in_progress"
    ON_HOLD = "referral.on_hold"
    OUTCOME_REPORTED = "referral.outcome_reported"
    CLOSED = "referral.closed"
    DECLINED = "referral.declined"
    WITHDRAWN = "referral.withdrawn"
    ENDED_BY_FAMILY = "referral.ended_by_family"
    RECALLED = "referral.recalled"
    EXPIRED = "referral.expired"
    SENT_IN_ERROR = "referral.sent_in_error"


ENDINGS = frozenset({EventType.CLOSED, *(EventType(f"referral.{one}") for one in ENDED_EARLY)})
TYPES: tuple[str, ...] = tuple(EventType)


class EndpointState(StrEnum):
    """Of an endpoint. Disabled: by Brug itself, after days in which nothing arrived."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class Outcome(StrEnum):
    """What became of a delivery. Dropped: by the time it could go, nothing of that referral may be told any more."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Told(NamedTuple):
    """One event of a referral, and which of its two sides may hear of it."""

    type: EventType
    referral: Referral
    occurred_at: datetime

    @property
    def is_ending(self) -> bool:
        return self.type in ENDINGS

    @property
    def for_owner(self) -> bool:
        """The school hears what it is told of a referral, and nothing behind that (R4)."""
        is_behind = self.referral.status in AFTER_THE_HOUR and self.referral.told != self.referral.status
        return not is_behind

    @property
    def for_receiver(self) -> bool:
        """What was never sent never existed for its receiver."""
        return self.referral.sent_at is not None and self.referral.status != Status.DRAFT


class Answered(NamedTuple):
    """What came of one try: the receiver's status, or why there is none, as a code."""

    status: int | None = None
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver says that it wants nothing here any more."""
        return self.status == 410


@dataclass(frozen=True)
class Endpoint:
    """`types` are those that it hears of. It rests between tries for as long as it fails."""

    id: UUID
    organisation_id: UUID
    url: str
    types: tuple[str, ...]
    made_at: datetime
    state: EndpointState = EndpointState.ACTIVE
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    disabled_at: datetime | None = None
    version: int = 1

    def change(self, url: str, types: Sequence[str], state: EndpointState) -> "Endpoint":
        """Begins with a clean slate: what failed before was at the address as it was."""
        return replace(
            self,
            url=url,
            types=tuple(types),
            state=EndpointState.PAUSED if state == EndpointState.PAUSED else EndpointState.ACTIVE,
            failing_since=None,
            rests_until=None,
            disabled_at=None,
            version=self.version + 1,
        )

    def failed(self, answered: Answered, now: datetime) -> "Endpoint":
        """It rests for a quarter of the time that it has failed; after days of that, or where it says so, for good."""
        since = self.failing_since or now
        if answered.is_gone or now - since >= GIVES_UP_AFTER:
            gone = {"state": EndpointState.DISABLED, "disabled_at": now, "version": self.version + 1}
            return replace(self, failing_since=since, rests_until=None, **gone)  # type: ignore[arg-type]
        rest = min(max((now - since) / 4, _SHORTEST_REST), _LONGEST_REST)
        return replace(self, failing_since=since, rests_until=now + rest)

    def answered(self) -> "Endpoint":
        return replace(self, failing_since=None, rests_until=None)


def wait_after(tries: int) -> timedelta | None:
    """How long until the next try, after so many; None where there is none left."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


def checked_types(types: Sequence[str]) -> tuple[str, ...]:
    """In our order, each once. Raises `UnknownEventType` for none at all, or one that does not exist."""
    unknown = [one for one in types if one not in TYPES]
    if unknown or not types:
        raise UnknownEventType(", ".join(unknown))
    return tuple(one for one in TYPES if one in types)


def checked_address(url: str, *, local: bool) -> str:
    """As it is kept. Raises `UnsafeAddress` with a code; where its name leads is for whoever connects to check."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UnsafeAddress("address") from None
    if len(url) > _LONGEST_ADDRESS or not url.isascii() or any(one.isspace() for one in url) or not host:
        raise UnsafeAddress("address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UnsafeAddress("credentials")
    if local and parts.scheme == "http" and host in _LOCAL:
        return url
    if parts.scheme != "https":
        raise UnsafeAddress("https")
    if (443 if port is None else port) not in PORTS:
        raise UnsafeAddress("port")
    return url


def payload(type_: str, occurred_at: datetime, data: Mapping[str, object]) -> dict[str, object]:
    """What is sent, in Standard Webhooks' form: ids, a code and a number, never a name or a word of anyone (R1)."""
    return {"type": type_, "timestamp": occurred_at.isoformat(), "data": dict(data)}
