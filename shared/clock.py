"""Now and today, replaceable in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")

_fixed: list[datetime] = []


def now() -> datetime:
    """The present instant, in UTC."""
    return _fixed[-1] if _fixed else datetime.now(UTC)


def today() -> date:
    """The date that people here read on the wall; terms and validity are dates."""
    return now().astimezone(BRUSSELS).date()


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Inside this block it is `at`, in every thread of the process."""
    if at.tzinfo is None:
        raise ValueError("a moment has a zone")
    _fixed.append(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.pop()
