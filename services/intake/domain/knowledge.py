"""'Wat weet de school over ons?': every single thing that a file holds for one reader, so that each can be doubted."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from services.intake.domain.correction import NotKnownThing, Thing
from services.intake.domain.family import UNKNOWN, File, Kind, Person

MISSING = "missing"  # something that the school should know and does not


class Held(NamedTuple):
    """One thing; `value` is plain JSON, and None or empty where it is not known (R13).

    `alone`: it is the child's alone, who reads it, and nobody else of the family does (R5).
    """

    thing: Thing
    value: Any
    alone: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.value) and self.value != UNKNOWN


class Known(NamedTuple):
    """What a file holds about one person, for that person or a caregiver."""

    person: Person
    things: tuple[Held, ...]


def known_to(file: File, reader: UUID) -> tuple[Known, ...]:
    """The reader first, then the children cared for. `file` is what the reader's own rights let through."""
    listed = sorted(file.persons, key=lambda one: one.id != reader)
    return tuple(Known(one, tuple(_about(file, one, reader))) for one in listed)


def family_parts(file: File) -> tuple[Held, ...]:
    """What goes well, which is about the family as a whole."""
    return tuple(
        Held(Thing("goes_well", one.told_by, one.id), {"text": one.text, "lang": one.lang}, one.alone)
        for one in file.goes_well
    )


def find(file: File, reader: UUID, thing: Thing) -> Held:
    """The thing as the reader sees it. Raises NotKnownThing."""
    if thing == Thing(MISSING, reader):
        return Held(thing, None)
    listed = [held for known in known_to(file, reader) for held in known.things]
    found = next((one for one in (*listed, *family_parts(file)) if one.thing == thing), None)
    if found is None:
        raise NotKnownThing(thing.name)
    return found


def _about(file: File, person: Person, reader: UUID) -> Iterator[Held]:
    for code, value in _values_of(person, is_own=person.id == reader):
        yield Held(Thing(code, person.id), value)
    for ask in file.asks:
        if ask.person_id == person.id:
            told = {"text": ask.text.text, "lang": ask.text.lang, "life_domain": ask.life_domain}
            yield Held(Thing("ask", person.id, ask.id), told, ask.alone)


def _values_of(person: Person, *, is_own: bool) -> Iterator[tuple[str, Any]]:
    """Of somebody with a safety flag, others read only what they call them and their year of birth (R22)."""
    yield "name_to_call", person.name_to_call
    if person.kind == Kind.CHILD:
        yield "birth_year", person.birth_year
    if person.safety and not is_own:
        return
    yield "full_name", person.full_name
    if person.kind == Kind.CHILD:
        yield "class_name", person.class_name
    if person.kind == Kind.CAREGIVER or (is_own and _has_reach(person)):
        yield "phone", person.phone
        yield "reach", {"channel": person.channel, "when": list(person.when)}
        yield "languages", [one.model_dump() for one in person.languages]
        words = person.arranged_words.model_dump() if person.arranged_words else None
        agreed = {"codes": list(person.arrangements), "words": words}
        yield "arrangements", agreed if person.arrangements or words else None


def _has_reach(person: Person) -> bool:
    return bool(person.phone or person.languages or person.arrangements or person.channel != UNKNOWN)
