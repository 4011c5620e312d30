"""What waits between a sign-in at a provider of ours and the client that fetches its tokens."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from shared import clock


class Subject(NamedTuple):
    """Who is signed in at the provider. A staff member has a name for the page's header, a person has none."""

    id: UUID
    locale: str = "nl"
    name: str = ""

    def get_user_id(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class IssuedCode:
    """What a code stands for; only the code's digest is kept, and `expires_at` is in Unix seconds."""

    digest: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    challenge: str
    subject: Subject
    signed_in_at: int
    expires_at: int

    code_challenge_method = "S256"

    @property
    def code_challenge(self) -> str:
        return self.challenge

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.signed_in_at

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Codes(Protocol):
    """Where codes wait for their client."""

    def save(self, code: IssuedCode) -> None: ...

    def take(self, digest: str) -> IssuedCode | None:
        """The code, once: it is gone afterwards, also where it turns out to be too old."""
        ...


class MemoryCodes:
    """Codes in this process; for a provider that runs as one, and may forget them when it ends."""

    def __init__(self) -> None:
        self._waiting: dict[str, IssuedCode] = {}

    def save(self, code: IssuedCode) -> None:
        now = clock.now().timestamp()
        for old in [one for one in list(self._waiting.values()) if one.expires_at < now]:
            self._waiting.pop(old.digest, None)
        self._waiting[code.digest] = code

    def take(self, digest: str) -> IssuedCode | None:
        return self._waiting.pop(digest, None)
