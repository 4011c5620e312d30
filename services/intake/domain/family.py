"""A family's file: its persons, what goes well, what is asked; what changes and what it nudges to."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.package import LanguageSkill, Words
from shared.refusals import Refusal, Stale

UNKNOWN = "unknown"
HEARD_FROM = 12  # years: from then on the child is asked too (R5)
OLDEST_CHILD = 25  # years (R10)
MOST_PERSONS, MOST_LANGUAGES, MOST_WORDS = 20, 12, 10
LONGEST_NAME, LONGEST_TEXT = 80, 2000
PHONE = r"^(\+?[0-9][0-9 ()./-]{5,24})?$"


class NoCaregiver(Refusal):
    """A file has at least one caregiver, whose yes it can ask."""


class NotInThisFile(Refusal):
    """A person or a question that this file does not have."""


class TooManyPersons(Refusal):
    """More persons than one file holds."""


class NotAChild(Refusal):
    """Only what is said for a child can be objected to by another caregiver."""


class Kind(StrEnum):
    CAREGIVER = "caregiver"
    CHILD = "child"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _dialable(number: str) -> str:
    if not re.fullmatch(PHONE, number):
        raise PydanticCustomError("phone", "not a telephone number")
    return number


Phone = Annotated[
    str, StringConstraints(max_length=26), AfterValidator(_dialable), Field(json_schema_extra={"pattern": PHONE})
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Households = Annotated[frozenset[Annotated[int, Field(ge=1, le=2)]], Field(min_length=1)]


class OwnWords(Words, frozen=True, extra="forbid", str_strip_whitespace=True):
    """A person's own words, of a length that a page can show. Never corrected (R15)."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
    lang: Annotated[str, StringConstraints(min_length=2, max_length=35)] = "nl"


class Person(_Value):
    """Alias and phone are enough. What is not known has the code 'unknown' or stays empty, and is never 'no' (R13)."""

    id: UUID
    kind: Kind
    name_to_call: Name
    full_name: Annotated[str, StringConstraints(max_length=160)] = ""
    phone: Phone = ""
    channel: str = UNKNOWN
    when: tuple[str, ...] = ()
    languages: Annotated[tuple[LanguageSkill, ...], Field(max_length=MOST_LANGUAGES)] = ()
    arrangements: tuple[str, ...] = ()
    arranged_words: OwnWords | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    class_name: Annotated[str, StringConstraints(max_length=40)] = ""
    households: Households = frozenset({1})

    @property
    def speaks(self) -> tuple[str, ...]:
        return tuple(one.tag for one in self.languages if one.speaks)

    def is_heard(self, today: date) -> bool | None:
        """Whether the child is asked too (R5); None while the year of birth is not known."""
        return None if self.birth_year is None else today.year - self.birth_year >= HEARD_FROM


class PersonDraft(_Value):
    """A person as told: with an id it changes one that the file has, without it a new one comes."""

    id: UUID | None = None
    kind: Kind = Kind.CAREGIVER
    name_to_call: Name
    full_name: Annotated[str, StringConstraints(max_length=160)] = ""
    phone: Phone = ""
    channel: str = UNKNOWN
    when: tuple[str, ...] = ()
    languages: Annotated[tuple[LanguageSkill, ...], Field(max_length=MOST_LANGUAGES)] = ()
    arrangements: tuple[str, ...] = ()
    arranged_words: OwnWords | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    class_name: Annotated[str, StringConstraints(max_length=40)] = ""
    households: Households = frozenset({1})


class Ask(_Value):
    """What a person asks, in the person's words, and which part of life it is about."""

    id: UUID
    text: OwnWords
    life_domain: str
    person_id: UUID


class AskDraft(_Value):
    """`person` counts in the draft's list of persons; or an id names a person that the file already has."""

    id: UUID | None = None
    text: OwnWords
    life_domain: str = UNKNOWN
    person: Annotated[int, Field(ge=0, lt=MOST_PERSONS)] = 0
    person_id: UUID | None = None


class FileDraft(_Value):
    """What is told about a family after the talk; a list that is absent stays as it is."""

    persons: Annotated[tuple[PersonDraft, ...], Field(max_length=MOST_PERSONS)] = ()
    goes_well: Annotated[tuple[OwnWords, ...], Field(max_length=MOST_WORDS)] | None = None
    asks: Annotated[tuple[AskDraft, ...], Field(max_length=MOST_WORDS)] | None = None


class File(BaseModel):
    """What one organisation keeps about one family; `id` is the family's id for everyone."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    owner_organisation: UUID
    persons: tuple[Person, ...] = ()
    goes_well: tuple[OwnWords, ...] = ()
    asks: tuple[Ask, ...] = ()
    version: int = 0

    def changed(self, draft: FileDraft, version: int) -> "File":
        """The file after this draft. Raises Stale, NoCaregiver, NotInThisFile or TooManyPersons."""
        if version != self.version:
            raise Stale(str(self.id))
        told = [_person_of(one) for one in draft.persons]
        self._demand_known(one.id for one in draft.persons if one.id)
        news = {one.id: one for one in told}
        kept = [news.pop(one.id, one) for one in self.persons]
        persons = (*kept, *news.values())
        if len(persons) > MOST_PERSONS:
            raise TooManyPersons
        if not any(one.kind == Kind.CAREGIVER for one in persons):
            raise NoCaregiver
        changes: dict[str, object] = {"persons": persons, "version": self.version + 1}
        if draft.goes_well is not None:
            changes["goes_well"] = draft.goes_well
        after = self.model_copy(update=changes)
        if draft.asks is not None:
            asks = tuple(after.ask_of(one, told) for one in draft.asks)
            return after.model_copy(update={"asks": asks})
        return after

    def person(self, person_id: UUID) -> Person:
        found = next((one for one in self.persons if one.id == person_id), None)
        if found is None:
            raise NotInThisFile(str(person_id))
        return found

    def caregivers_of(self, child: Person) -> tuple[Person, ...]:
        """The caregivers who share a household with the child."""
        return tuple(one for one in self.persons if one.kind == Kind.CAREGIVER and one.households & child.households)

    def nudges(self) -> tuple[str, ...]:
        """What would be good to ask still; it never blocks (R9)."""
        return () if self.goes_well else ("goes_well",)

    def ask_of(self, draft: AskDraft, told: list[Person]) -> Ask:
        """The question with the person it is about. Raises NotInThisFile."""
        if draft.id is not None and draft.id not in {one.id for one in self.asks}:
            raise NotInThisFile(str(draft.id))
        listed = told or list(self.persons)
        if draft.person_id is None and draft.person >= len(listed):
            raise NotInThisFile(str(draft.person))
        whose = self.person(draft.person_id or listed[draft.person].id)
        return Ask(id=draft.id or uuid4(), text=draft.text, life_domain=draft.life_domain, person_id=whose.id)

    def _demand_known(self, ids: Iterable[UUID]) -> None:
        if unknown := set(ids) - {one.id for one in self.persons}:
            raise NotInThisFile(str(min(unknown)))


def _person_of(draft: PersonDraft) -> Person:
    return Person.model_validate(
        {name: getattr(draft, name) for name in PersonDraft.model_fields} | {"id": draft.id or uuid4()}
    )
