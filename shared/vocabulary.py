"""The closed lists of the field, read once from vocabulary.yaml: codes in code, Dutch words for people."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from shared.i18n import lazy_gettext

UNKNOWN = "unknown"
OTHER = "other"
SOURCE = Path(__file__).with_name("vocabulary.yaml")

_NO_CODES = frozenset({"contact_channels", "intervention_types", "intake_questions", "words"})
_SAID_ALWAYS = {UNKNOWN: "weten we nog niet", OTHER: "iets anders"}


def _words(entry: Any) -> str:
    return str(entry["nl"] if isinstance(entry, Mapping) else entry)


def _read(source: str) -> dict[str, dict[str, str]]:
    lists = yaml.safe_load(source)
    return {
        name: {str(code): _words(entry) for code, entry in entries.items()}
        for name, entries in lists.items()
        if name not in _NO_CODES and isinstance(entries, Mapping)
    }


_EVERYTHING: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
LISTS: Mapping[str, Mapping[str, str]] = _read(SOURCE.read_text(encoding="utf-8"))


def phrases(name: str) -> Any:
    """A list that has sentences instead of codes, such as `intake_questions`, as the source wrote it."""
    return _EVERYTHING[name]


def codes(name: str) -> tuple[str, ...]:
    """The codes of a list, in the order of its source."""
    return tuple(LISTS[name])


def read(name: str, code: str) -> str:
    """The code itself when we know it; `other` when a newer or foreign list has it and ours has not."""
    return code if code in LISTS[name] or code == UNKNOWN else OTHER


def label(name: str, code: str) -> str:
    """The words for a code, translated when they are shown."""
    known = read(name, code)
    words = LISTS[name].get(known) or _SAID_ALWAYS[known]
    return str_later(words)


def choices(name: str, *, unknown: bool = False) -> list[tuple[str, str]]:
    """Codes with their words, for a form; with `unknown` last where that is an answer (R13)."""
    listed = [(code, label(name, code)) for code in codes(name)]
    return [*listed, (UNKNOWN, label(name, UNKNOWN))] if unknown and UNKNOWN not in codes(name) else listed


def str_later(words: str) -> str:
    later: str = lazy_gettext(words)
    return later


def extract(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extractor for vocabulary.yaml: every label is a sentence to translate."""
    del keywords, comment_tags, options
    lines = fileobj.read().decode("utf-8")
    labels = {words for entries in _read(lines).values() for words in entries.values()}
    for words in sorted(labels | set(_SAID_ALWAYS.values())):
        yield 1, "gettext", words, []
