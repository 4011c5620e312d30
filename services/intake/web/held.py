"""One thing that a file holds, in words of the page's language: for persons, the school and the download."""

from collections.abc import Callable
from typing import Any, NamedTuple

from services.intake.web.page import languages_of
from shared import vocabulary
from shared.i18n import gettext as _
from shared.package import LanguageSkill


class Said(NamedTuple):
    """`text` is empty where it is not known; `lang` names the language of a person's own words, else it is empty."""

    text: str
    lang: str = ""
    more: str = ""
    number: bool = False


def said(code: str, value: Any) -> Said:
    """What is held about this thing, as `domain.knowledge` has it."""
    if value in (None, "", [], {}, "unknown"):
        return Said("")
    return _WAYS.get(code, _plain)(value)


def _plain(value: Any) -> Said:
    return Said(str(value))


def _number(value: Any) -> Said:
    return Said(str(value), number=True)


def _reach(value: Any) -> Said:
    if value["channel"] == "unknown" and not value["when"]:
        return Said("")
    when = [str(vocabulary.label("reach_times", one)) for one in value["when"]]
    return Said(", ".join([str(vocabulary.label("reach_channels", value["channel"])), *when]))


def _languages(value: Any) -> Said:
    return Said(languages_of([LanguageSkill.model_validate(one) for one in value]))


def _arrangements(value: Any) -> Said:
    agreed = ", ".join(str(vocabulary.label("arrangements", one)) for one in value["codes"])
    words = value["words"]
    if words and not agreed:
        return Said(words["text"], words["lang"])
    return Said(agreed, more=words["text"] if words else "")


def _words(value: Any) -> Said:
    domain = value.get("life_domain", vocabulary.UNKNOWN)
    about = str(vocabulary.label("life_domains", domain)) if domain != vocabulary.UNKNOWN else ""
    return Said(value["text"], value["lang"], more=about)


def contacted(way: str) -> str:
    """How the school kept in touch, as the parent asked."""
    if way == "come_by":
        told: str = _("we kwamen langs")
        return told
    return str(vocabulary.label("reach_channels", way))


_WAYS: dict[str, Callable[[Any], Said]] = {
    "phone": _number,
    "birth_year": _number,
    "reach": _reach,
    "languages": _languages,
    "arrangements": _arrangements,
    "goes_well": _words,
    "ask": _words,
}
