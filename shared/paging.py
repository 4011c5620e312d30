"""Lists in pages: a cursor says after which row the next page starts."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid

T = TypeVar("T")

MOST = 100


class Page(BaseModel, Generic[T]):
    """Some items, and the cursor for the ones after them; none when these are the last."""

    items: list[T]
    next: str | None = None


def cursor_of(*values: object) -> str:
    """A cursor that holds the sort key of the last row shown. Ids and times only: it travels in addresses."""
    plain = json.dumps([str(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def after(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """What `cursor_of` put in, each value read by its kind (`UUID`, `datetime.fromisoformat`, `str`).

    Raises `Invalid` for anything that `cursor_of` did not make.
    """
    if not cursor:
        return None
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(plain)
        if not isinstance(values, list) or len(values) != len(kinds) or b"\\u0000" in plain:
            raise ValueError
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise Invalid({"after": _l("Begin opnieuw bij de eerste bladzijde.")}) from error


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[object]]) -> Page[T]:
    """A page out of rows that were asked with `LIMIT limit + 1`: the one too many says that there is more."""
    shown = list(rows[:limit])
    return Page[T](items=shown, next=cursor_of(*key(shown[-1])) if len(rows) > limit else None)
