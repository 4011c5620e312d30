"""Words and numbers in free text that hint at what Brug never collects (R21)."""

import re
from collections.abc import Mapping

from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid

_NUMBER = re.compile(r"(?<!\d)(\d{2})[. ]?(\d{2})[. ]?(\d{2})[-. ]?(\d{3})[-. ]?(\d{2})(?!\d)")

_SAYS_NUMBER: str = _l("Dit lijkt een rijksregisternummer. Dat bewaren we nooit. Haal het weg.")
_SAYS_STATUS: str = _l("Dit gaat over nationaliteit, herkomst of papieren. Dat bewaren we nooit. Haal het weg.")
_SAYS_FAITH: str = _l("Dit gaat over geloof. Dat bewaren we nooit. Haal het weg.")

_STEMS: Mapping[str, str] = {
    r"rijksregister\w*|insz|niss|bisnummer\w*|numéro national|national number|الرقم الوطني": _SAYS_NUMBER,
    r"nationaliteit\w*|nationalité|nationality|الجنسية": _SAYS_STATUS,
    r"herkomst\w*|afkomst\w*|etnisch\w*|etniciteit|geboorteplaats|geboorteland|geboren te": _SAYS_STATUS,
    r"verblijf|verblijfs\w+|(?:oranje|witte) kaart|bijlage 26\w*|titre de séjour": _SAYS_STATUS,
    r"asiel\w*|vluchteling\w*|asylum|refugees?|réfugiée?s?|لاجئة?|إقامة": _SAYS_STATUS,
    r"sans[- ]papiers|zonder papieren|geen papieren|residence permit": _SAYS_STATUS,
    r"illegaal|illegale\w*|uitgeprocedeerd\w*|regularisatie\w*|staatloos|staatloze": _SAYS_STATUS,
    # 'Ik geloof dat ..' is no faith, and a 'katholieke school' is a school.
    r"(?:zijn|haar|hun|het|welk) geloof|gelovig|godsdienst\w*|religie\w*|religieus|religieuze": _SAYS_FAITH,
    r"moslima?|moslims|islam\w*|christen|christelijk|joods|hindoes?|مسلمة?|الدين": _SAYS_FAITH,
}
_WORDS = [(re.compile(rf"(?<!\w)(?:{stem})(?!\w)", re.IGNORECASE), says) for stem, says in _STEMS.items()]


def hints_at_never_collected(text: str) -> str | None:
    """The warning to show before saving, or nothing. A hint, not a proof: whoever understood it may go on."""
    if any(_is_national_number("".join(found)) for found in _NUMBER.findall(text)):
        return _SAYS_NUMBER
    for pattern, says in _WORDS:
        if pattern.search(text):
            return says
    return None


def refuse_hints(texts: Mapping[str, str], *, understood: bool) -> None:
    """The same for the API: raises `Invalid` by field, unless the caller says to have understood."""
    if understood:
        return
    found = {name: hint for name, text in texts.items() if (hint := hints_at_never_collected(text))}
    if found:
        raise Invalid(found, dict.fromkeys(found, "never_collected"))


def _is_national_number(digits: str) -> bool:
    """By its check digits; those born from 2000 on count with a 2 before (law of 1983, royal decree 3.4.1984)."""
    base, check = digits[:9], int(digits[9:])
    return check in (97 - int(base) % 97, 97 - int(f"2{base}") % 97)
