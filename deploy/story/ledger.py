"""Prints what happens and what people see, times it, and keeps count of what is not as the story says."""

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from deploy.story.browser import Unexpected

Found = TypeVar("Found")
PATIENCE = 30.0  # seconds until something that should have arrived counts as lost
GONE = (403, 404, 410)


class Door:
    """A request with its credential that works now; it must not, once it was closed."""

    def __init__(self, what: str, knock: Callable[[], httpx.Response]) -> None:
        self.what, self._knock = what, knock
        answer = knock()
        if not answer.is_success:
            raise Unexpected(f"{what} should work before it is closed: {answer.status_code} {answer.text[:200]}")

    def is_closed(self) -> bool:
        return self._knock().status_code in GONE


class Ledger:
    """What was checked, and what was wrong."""

    def __init__(self) -> None:
        self.checked = 0
        self.wrong: list[str] = []

    def step(self, number: int, words: str) -> None:
        print(f"\n{number}. {words}", flush=True)

    def tell(self, who: str, sees: str) -> None:
        print(f"   {who}: {sees}", flush=True)

    def must(self, holds: object, what: str) -> None:
        """One thing that the story says."""
        self.checked += 1
        if not holds:
            self.wrong.append(what)
        print(f"   {'ok' if holds else 'NOT AS THE STORY SAYS'}: {what}", flush=True)

    def arrives(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Wait until `look` finds something; tells how long the way from commit to effect took."""
        begun = time.monotonic()
        while not (found := look()):
            if time.monotonic() - begun > PATIENCE:
                raise Unexpected(f"{what}: not within {PATIENCE:.0f} s")
            time.sleep(0.02)
        self.checked += 1
        print(f"   ok: {what} ({(time.monotonic() - begun) * 1000:.0f} ms)", flush=True)
        return found

    def closes(self, door: Door, within: float = PATIENCE) -> None:
        """The same request with the same credential is refused now; tells how long that took."""
        begun = time.monotonic()
        while not door.is_closed():
            if time.monotonic() - begun > within:
                return self.must(holds=False, what=f"closed within {within:.0f} s: {door.what}")
            time.sleep(0.02)
        return self.must(holds=True, what=f"closed: {door.what} ({(time.monotonic() - begun) * 1000:.0f} ms)")

    def report(self) -> int:
        """The exit code: 0 where all was as the story says."""
        print(f"\n{self.checked} checks, {len(self.wrong)} not as the story says", flush=True)
        for one in self.wrong:
            print(f"  - {one}", flush=True)
        return 1 if self.wrong else 0


def answered(answer: httpx.Response, *statuses: int) -> httpx.Response:
    """The answer, if it is one of these (any success without them). Raises Unexpected."""
    if answer.status_code in statuses or (not statuses and answer.is_success):
        return answer
    raise Unexpected(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:400]}")
