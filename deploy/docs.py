"""Writes the pages in docs/ that follow from the code: `make docs`; a test finds what is stale."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy import settings_doc, states

FOLDER = Path(__file__).parent.parent / "docs"
PAGES: Mapping[str, Callable[[], str]] = {"settings.md": settings_doc.page, "states.md": states.page}


def stale() -> list[str]:
    """Pages that do not say what the code says."""
    written = {name: _read(FOLDER / name) for name in PAGES}
    return sorted(name for name, page in PAGES.items() if written[name] != page())


def write() -> None:
    """Bring every page up to date."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    write()
