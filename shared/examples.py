"""Examples of what an API takes and gives, composed from its shapes and a service's words; one place per service."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from shared.api import Body

# What these fields hold in every service; a service's own words go before.
COMMON: dict[str, Any] = {
    "lang": "nl",
    "next": None,
    "after": None,
    "town": "Antwerpen",
    "languages": ["ar", "nl"],
    "Package.languages": [{"tag": "ar", "speaks": True, "reads": "no"}],
    "phone": "0470 00 00 00",
    "name_to_call": "Mama van Y.",
    "function": "brugfiguur",
    "arrangements": ["call_rather"],
    "way_back": ["first_meeting"],
    "LanguageSkill.tag": "ar",
    "LanguageSkill.reads": "no",
    "Words.text": "Het geld is op het einde van de maand op.",
    "Reach.channel": "call",
    "Reach.when": ["evening"],
    "Package.plan_parts": [],
    "Package.interpreter": "professional_phone",
}
_LISTS = (list, tuple, set, frozenset)
_ENDINGS = ("Shown", "Listed", "Granted", "Body")
_ABSENT = object()


class NoExample(Exception):
    """No word says what this field holds: write one in the service's api/examples.py."""


def example_id(name: str) -> str:
    """The id that every example has for the same thing: `activity_id` and an activity's own `id` are one."""
    return str(uuid5(NAMESPACE_URL, f"urn:brug:example:{name}"))


class Examples:
    """`words` gives a field's value by `Shape.field`, else by `field`; ids, times and codes need none."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = COMMON | dict(words)

    def of(self, shape: type[BaseModel]) -> Any:
        """One example as JSON; it has been accepted by the shape itself. Raises NoExample, ValidationError."""
        made = self._model(shape, ())
        accepted = shape.model_validate(made)
        return made if issubclass(shape, Body) else accepted.model_dump(mode="json", by_alias=True)

    def of_parameter(self, shape: type[BaseModel] | None, name: str, schema: Mapping[str, Any]) -> Any:
        """An example for a parameter of the query's shape, or else of the path; None where there is none to give."""
        key = f"{shape.__name__}.{name}" if shape else name
        if key in self._words:
            return self._words[key]
        if schema.get("format") == "uuid":
            return example_id(name.removesuffix("_id"))
        return schema.get("default")

    def _model(self, shape: type[BaseModel], inside: tuple[type, ...]) -> dict[str, Any]:
        hints = get_type_hints(shape, include_extras=True)
        told: dict[str, Any] = {}
        for name, field in shape.model_fields.items():
            value = self._field(shape, name, field, hints[name], (*inside, shape))
            if value is not _ABSENT:
                told[field.alias or name] = value
        return told

    def _field(self, shape: type[BaseModel], name: str, field: FieldInfo, hint: Any, inside: tuple[type, ...]) -> Any:
        for key in (f"{shape.__name__}.{name}", name):
            if key in self._words:
                return self._words[key]
        if issubclass(shape, Body) and not field.is_required():
            return _ABSENT
        if listed := _codes(field):
            return listed[0] if get_origin(_bare(hint)) not in _LISTS else [listed[0]]
        if name == "id":
            return example_id(_thing(shape))
        return self._value(hint, f"{shape.__name__}.{name}", inside)

    def _value(self, hint: Any, where: str, inside: tuple[type, ...]) -> Any:
        kind, name = _bare(hint), where.rpartition(".")[2]
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._optional(arguments, where, inside)
        if origin in _LISTS:
            return [] if arguments[0] in inside else [self._value(arguments[0], where, inside)]
        if origin is Literal:
            return arguments[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self._model(kind, inside)
        found = _plain(kind, name)
        if found is _ABSENT:
            raise NoExample(where)
        return found

    def _optional(self, arguments: tuple[Any, ...], where: str, inside: tuple[type, ...]) -> Any:
        """A shape that may be absent is shown; a single value is not, unless a word says so."""
        models = [one for one in map(_bare, arguments) if isinstance(one, type) and issubclass(one, BaseModel)]
        if models and models[0] not in inside:
            return self._model(models[0], inside)
        if NoneType in arguments:
            return None
        return self._value(arguments[0], where, inside)


def _plain(kind: Any, name: str) -> Any:
    """What a field of a plain type holds where no word is needed."""
    if not isinstance(kind, type):
        return _ABSENT
    if issubclass(kind, Enum):
        return next(iter(kind)).value
    plain: tuple[tuple[type, JsonValue], ...] = (
        (bool, False),
        (int, 1),
        (UUID, example_id(name.removesuffix("_id"))),
        (datetime, "2026-09-03T10:00:00Z"),
        (date, "2026-09-03"),
        (time, "10:00"),
    )
    return next((value for one, value in plain if issubclass(kind, one)), _ABSENT)


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _codes(field: FieldInfo) -> list[JsonValue]:
    extra = field.json_schema_extra
    listed = extra.get("enum") if isinstance(extra, dict) else None
    return listed if isinstance(listed, list) else []


def _thing(shape: type[BaseModel]) -> str:
    """`activity` for ActivityShown and ActivityListed."""
    name = next((shape.__name__.removesuffix(end) for end in _ENDINGS if shape.__name__.endswith(end)), shape.__name__)
    return "".join(_snake(name)).removeprefix("_")


def _snake(name: str) -> Iterator[str]:
    for letter in name:
        yield f"_{letter.lower()}" if letter.isupper() else letter
