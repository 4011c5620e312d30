"""Turns a typst template and what it tells into a PDF, with the fonts that the assets brought; it fetches nothing."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "static" / "vendor" / "fonts" / "print"


def pdf(template: Path, told: Mapping[str, Any]) -> bytes:
    """`told` reaches the template as `sys.inputs.told`, as JSON: text of people is data there, never markup.

    The template reads nothing outside its own folder.
    """
    made = typst.compile(
        template,
        None,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template.name} made no single PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
