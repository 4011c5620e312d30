"""A PDF from a typst template and plain values, in Latin, Cyrillic and Arabic script.

The values never become markup: the template reads them as JSON. What it says, and in which language, is the service's.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

MEDIA_TYPE = "application/pdf"
_FONTS = Path(__file__).with_name("static") / "vendor" / "fonts"


def pdf(template: Path, told: Mapping[str, Any]) -> bytes:
    """The template finds `told` as `json(bytes(sys.inputs.told))`; only our own fonts are used, on every machine."""
    return typst.compile(
        template.read_bytes(),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False, default=str)},
    )
