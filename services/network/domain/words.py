"""What people choose from and type about themselves: codes, names, numbers; alike for helpers and who asks for one."""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

# Weekday parts; their words are in the list `reach_times`.
TIMES = ("morning", "afternoon", "evening", "weekend")
CHILD_YEARS = ("kindergarten", "years_1_3", "years_4_6")
MOST_LANGUAGES = 12

_NOT_A_NAME_ALONE = frozenset(
    ["abd", "abdel", "abdul", "abou", "abu", "al", "bint", "el", "ibn", "om", "oum", "um", "umm", "عبد", "أبو", "أم"]
)
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_BETWEEN_DIGITS = re.compile(r"[\s./()-]")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Gender(StrEnum):
    """What a helper chose to say; nobody has to."""

    WOMAN = "woman"
    MAN = "man"
    UNKNOWN = "unknown"


def one_of(codes: tuple[str, ...]) -> AfterValidator:
    def check(code: str) -> str:
        if code not in codes:
            raise PydanticCustomError("unknown_code", "not in this list")
        return code

    return AfterValidator(check)


def _phone(number: str) -> str:
    """The number as it is dialled; raises for what no telephone can dial."""
    plain = _BETWEEN_DIGITS.sub("", number)
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    if not _PHONE.fullmatch(plain):
        raise PydanticCustomError("phone", "not a telephone number")
    return plain


def _tag(tag: str) -> str:
    if not _TAG.fullmatch(tag):
        raise PydanticCustomError("language", "no language tag (BCP 47)")
    return tag


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _visible(text: str) -> str:
    """Without characters that only change how what stands beside them is shown; joiners belong to some scripts."""
    kept = "".join(char for char in text if char in "\u200c\u200d\n" or unicodedata.category(char) not in ("Cc", "Cf"))
    if not kept.strip():
        raise PydanticCustomError("missing", "nothing to read")
    return kept.strip()


ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_visible)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_phone)]
Language = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_tag)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=MOST_LANGUAGES), AfterValidator(_once)]
Times = Annotated[tuple[Annotated[str, one_of(TIMES)], ...], AfterValidator(_once)]
ChildYears = Annotated[tuple[Annotated[str, one_of(CHILD_YEARS)], ...], AfterValidator(_once)]


class Words(BaseModel):
    """Somebody's own words, never corrected (R15), and the language they are in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600), AfterValidator(_visible)]
    lang: Language = "nl"


def first_name_of(name: str) -> str:
    """What others may see of a typed name. 'Umm Ahmed' and 'Abd al-Rahman' are one first name; 'Amal Haddad' is not."""
    words = name.split()
    kept = words[:1]
    for word in words[1:]:
        if kept[-1].casefold() not in _NOT_A_NAME_ALONE:
            break
        kept.append(word)
    return " ".join(kept)


def same_words(text: str) -> str:
    """Two texts that people would call the same have the same form: without case, accents and spaces around."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
