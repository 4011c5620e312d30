"""Codes of the vocabulary and languages, as fields of what the API takes."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic_core import PydanticCustomError

from shared import vocabulary
from shared.i18n import is_language


def _known(name: str, *more: str) -> AfterValidator:
    """Only codes of this list; `unknown` and the like where they are an answer."""
    allowed = (*vocabulary.codes(name), *more)

    def known(code: str) -> str:
        if code not in allowed:
            raise PydanticCustomError("unknown_code", "not in the list")
        return code

    return AfterValidator(known)


def _listed(name: str, *more: str) -> Any:
    codes: list[JsonValue] = list(dict.fromkeys((*vocabulary.codes(name), *more)))
    return Field(json_schema_extra={"enum": codes})


def _language(tag: str) -> str:
    if not is_language(tag):
        raise PydanticCustomError("language", "not a known language")
    return tag


Channel = Annotated[str, _known("reach_channels", "unknown"), _listed("reach_channels", "unknown")]
When = Annotated[str, _known("reach_times"), _listed("reach_times")]
Arrangement = Annotated[str, _known("arrangements"), _listed("arrangements")]
LifeDomain = Annotated[str, _known("life_domains", "unknown", "other"), _listed("life_domains", "unknown", "other")]
Answer = Annotated[str, _known("answers", "unknown"), _listed("answers", "unknown")]
WayBack = Annotated[str, _known("way_back"), _listed("way_back")]
Interpreting = Annotated[str, _known("interpreting", "none"), _listed("interpreting", "none")]
Tag = Annotated[str, StringConstraints(min_length=2, max_length=35), AfterValidator(_language)]
ThingCode = Annotated[str, _known("file_things"), _listed("file_things")]
Choice = Annotated[str, _known("correction_choices"), _listed("correction_choices")]
