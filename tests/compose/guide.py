"""docs/install.md as somebody follows it: its blocks of commands, by the word that marks them."""

import re

from deploy.services import ROOT

PAGE = ROOT / "docs" / "install.md"
_BLOCK = re.compile(r"^```sh (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(word: str) -> list[str]:
    """The commands of every block marked with this word, in the order of the page."""
    return [commands for marked, commands in _BLOCK.findall(PAGE.read_text(encoding="utf-8")) if marked == word]


def most_memory() -> dict[str, int]:
    """By the first word of each row, what the guide says that a container takes, in MB."""
    found = re.findall(r"^\| (\w+)[^|]*\| [^|]*MB \| (\d+) MB \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(size) for name, size in found}
