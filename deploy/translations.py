"""Brings the catalogs of translations up to date with the sentences in templates and code."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from deploy.services import ROOT, SERVICES

LANGUAGES = ("ar",)
_METHODS = [
    ("**/templates/**.html", "jinja2"),
    ("vocabulary.yaml", "shared.vocabulary:extract"),
    ("**.py", "python"),
]
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
_OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}


def places() -> Iterator[Path]:
    """The folders that have catalogs of their own."""
    yield ROOT / "shared"
    for service in SERVICES:
        yield ROOT / "services" / service


def sentences(place: Path) -> Catalog:
    """Every sentence of this folder that a person may read in another language."""
    found = Catalog(fuzzy=False)
    for name, line, message, comments, context in extract_from_dir(
        place, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=("To translators:",)
    ):
        found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def catalog_of(place: Path, language: str) -> Path:
    return place / "translations" / language / "LC_MESSAGES" / "messages.po"


def update(place: Path, language: str) -> list[str]:
    """Add what is new to the catalog and drop what is gone; returns the sentences without a translation."""
    path = catalog_of(place, language)
    catalog = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as handle:
            catalog = read_po(handle, locale=language)
    catalog.update(sentences(place), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    return [str(message.id) for message in catalog if message.id and not message.string]


def main() -> int:
    """The exit code: 1 where a sentence waits for its translation."""
    missing = [
        f"{catalog_of(place, language).relative_to(ROOT)}: {sentence}"
        for place in places()
        for language in LANGUAGES
        for sentence in update(place, language)
    ]
    print("\n".join(missing) or "every sentence is translated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
