"""A PDF from a typst template and plain values, in Latin, Cyrillic and Arabic script.

The values never become markup: the template reads them as JSON. What it says, and in which language, is the service's.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

MEDIA_TYPE = "application/pdf"
_FONTS = Path(__file__).with_name("static") / "vendor" / "fonts"


def pdf(template: Path, told: Mapping[str, Any]) -> bytes:
    """The template finds `told` as `json(bytes(sys.inputs.told))`; only our own fonts are used, on every machine."""
    values = {"told": json.dumps(told, ensure_ascii=False, default=str)}
    made = typst.compile(str(template), root=str(template.parent), font_paths=_fonts(), sys_inputs=values)
    assert isinstance(made, bytes)  # noqa: S101 - one document, and no file to write it to
    return made


@cache
def _fonts() -> typst.Fonts:
    """Read once for each process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
