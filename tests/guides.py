"""Pages of docs/ as somebody follows them: their fenced blocks, by the words that mark them."""

import re
from pathlib import Path

_BLOCK = re.compile(r"^```([\w ]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, *marks: str) -> list[tuple[str, str]]:
    """Mark and text of every block that is marked with one of these, in the order of the page."""
    return [(mark, text) for mark, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if mark in marks]
