"""A PDF from a typst template and plain values, in Latin, Cyrillic and Arabic script, with the fonts of the assets.

The values never become markup: the template reads them as JSON. What it says, and in which language, is the service's.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

MEDIA_TYPE = "application/pdf"
FONTS = Path(__file__).parent / "static" / "vendor" / "fonts" / "print"


def pdf(template: Path, told: Mapping[str, Any]) -> bytes:
    """The template finds `told` as `json(bytes(sys.inputs.told))`, and reads nothing outside its own folder.

    Only our own fonts are used, so that paper looks the same on every machine.
    """
    made = typst.compile(
        template,
        None,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False, default=str)},
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template.name} made no single PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    """Read once for each process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
