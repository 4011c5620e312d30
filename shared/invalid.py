"""What pydantic refuses, said in words that a person can use; made from place and type, never from the input."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid

_OTHERWISE = _l("Dit klopt niet.")
_WORDS: Mapping[str, str] = {
    "missing": _l("Vul dit in."),
    "extra_forbidden": _l("Dit veld kennen we niet."),
    "string_too_short": _l("Vul dit in."),
    "too_short": _l("Kies er minstens een."),
    "string_too_long": _l("Dit is te lang."),
    "too_long": _l("Dit zijn er te veel."),
    "enum": _l("Kies een van de mogelijkheden."),
    "literal_error": _l("Kies een van de mogelijkheden."),
    "unknown_code": _l("Kies een van de mogelijkheden."),
    "language": _l("Deze taal kennen we niet."),
    "phone": _l("Schrijf een telefoonnummer, zoals 0470 12 34 56."),
    "which_languages": _l("Zeg ook welke taal zij spreken."),
    "nobody_left": _l("In die taal wil je net praten. Kies een andere."),
    "text": _l("Hier staan tekens in die we niet kunnen bewaren."),
    "date_past": _l("Kies een dag die al voorbij is."),
    "date_future": _l("Kies een dag die nog komt."),
    "greater_than": _l("Dit getal is te klein."),
    "greater_than_equal": _l("Dit getal is te klein."),
    "less_than": _l("Dit getal is te groot."),
    "less_than_equal": _l("Dit getal is te groot."),
    "bool": _l("Zeg ja of nee."),
    "date": _l("Schrijf de dag zo: 2026-09-01."),
    "datetime": _l("Schrijf dag en uur zo: 2026-09-01T10:00:00Z."),
    "time": _l("Schrijf het uur zo: 10:00."),
    "int": _l("Schrijf een getal."),
    "float": _l("Schrijf een getal."),
    "decimal": _l("Schrijf een getal."),
    "uuid": _l("Dit kenmerk klopt niet."),
    "string": _l("Schrijf hier tekst."),
    "string_pattern_mismatch": _OTHERWISE,
}


def words_for(kind: str) -> str:
    """Words for a type of error: by its whole name, else by what it is about (`date_parsing`: a date)."""
    whole = _WORDS.get(kind)
    return whole if whole is not None else _WORDS.get(kind.split("_", maxsplit=1)[0], _OTHERWISE)


def refusal_of(error: ValidationError, renamed: Mapping[str, str] | None = None) -> Invalid:
    """The refusal to raise for what pydantic found; `renamed` gives form fields for model fields."""
    fields: dict[str, str] = {}
    codes: dict[str, str] = {}
    for found in error.errors(include_input=False, include_url=False, include_context=False):
        name = _path(found["loc"])
        name = (renamed or {}).get(name, name)
        if name not in fields:
            fields[name], codes[name] = words_for(found["type"]), found["type"]
    return Invalid(fields, codes)


def _path(place: Sequence[Any]) -> str:
    return ".".join(str(part) for part in place) or "body"
