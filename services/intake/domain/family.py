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
FIRST_HOME = frozenset({1})  # where everybody lives of whom nothing else is told
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


class NotAlone(Refusal):
    """Only what a child of 12 or more said itself can be the child's alone (R5); its age must be known (R13)."""


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


class Strength(OwnWords, frozen=True):
    """What goes well, and who told it; `alone`: it belongs to that child alone."""

    id: UUID
    told_by: UUID
    alone: bool = False


class StrengthDraft(OwnWords, frozen=True):
    """The same words as the file has them keep who told them; without a teller it is the first caregiver."""

    id: UUID | None = None
    told_by: UUID | None = None
    alone: bool | None = None  # absent: as it was


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
    households: Households = FIRST_HOME
    safety: bool = False  # R22; why is stored nowhere

    @property
    def speaks(self) -> tuple[str, ...]:
        return tuple(one.tag for one in self.languages if one.speaks)

    def is_heard(self, today: date) -> bool | None:
        """Whether the child is asked too (R5); None while the year of birth is not known."""
        return None if self.birth_year is None else today.year - self.birth_year >= HEARD_FROM

    def has_own_page(self, today: date) -> bool:
        """A caregiver has one; a child once it is heard, and never while its age is not known (R5, R13)."""
        return self.kind == Kind.CAREGIVER or self.is_heard(today) is True


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
    households: Households = FIRST_HOME


class Ask(_Value):
    """What is asked, in own words, about which part of life and whom, and who told it; `alone` as in `Strength`."""

    id: UUID
    text: OwnWords
    life_domain: str
    person_id: UUID
    told_by: UUID
    alone: bool = False


class AskDraft(_Value):
    """`person` counts in the draft's list of persons; or an id names a person that the file already has."""

    id: UUID | None = None
    text: OwnWords
    life_domain: str = UNKNOWN
    person: Annotated[int, Field(ge=0, lt=MOST_PERSONS)] = 0
    person_id: UUID | None = None
    told_by: UUID | None = None
    alone: bool | None = None  # absent: as it was


class FileDraft(_Value):
    """What is told about a family after the talk; a list that is absent stays as it is."""

    persons: Annotated[tuple[PersonDraft, ...], Field(max_length=MOST_PERSONS)] = ()
    goes_well: Annotated[tuple[StrengthDraft, ...], Field(max_length=MOST_WORDS)] | None = None
    asks: Annotated[tuple[AskDraft, ...], Field(max_length=MOST_WORDS)] | None = None


class File(BaseModel):
    """What one organisation keeps about one family; `id` is the family's id for everyone."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    owner_organisation: UUID
    persons: tuple[Person, ...] = ()
    goes_well: tuple[Strength, ...] = ()
    asks: tuple[Ask, ...] = ()
    version: int = 0

    def changed(self, draft: FileDraft, version: int) -> "File":
        """The file after this draft. Raises Stale, NoCaregiver, NotInThisFile or TooManyPersons."""
        if version != self.version:
            raise Stale(str(self.id))
        self._demand_known(one.id for one in draft.persons if one.id)
        flagged = {one.id for one in self.persons if one.safety}
        told = [_person_of(one, safety=one.id in flagged) for one in draft.persons]
        news = {one.id: one for one in told}
        kept = [news.pop(one.id, one) for one in self.persons]
        persons = (*kept, *news.values())
        if len(persons) > MOST_PERSONS:
            raise TooManyPersons
        if not any(one.kind == Kind.CAREGIVER for one in persons):
            raise NoCaregiver
        after = self.model_copy(update={"persons": persons, "version": self.version + 1})
        if draft.goes_well is not None:
            strengths = tuple(after.strength_of(one) for one in draft.goes_well)
            after = after.model_copy(update={"goes_well": strengths})
        if draft.asks is not None:
            asks = tuple(after.ask_of(one, told) for one in draft.asks)
            after = after.model_copy(update={"asks": asks})
        return after

    def flagged(self, person_id: UUID, *, safety: bool) -> "File":
        """The same with or without a safety flag on one person (R22). Raises NotInThisFile."""
        whose = self.person(person_id)
        persons = tuple(
            one.model_copy(update={"safety": safety}) if one.id == whose.id else one for one in self.persons
        )
        return self.model_copy(update={"persons": persons, "version": self.version + 1})

    @property
    def flags(self) -> tuple[Person, ...]:
        """Whoever has a safety flag: for a mark on the pages of staff."""
        return tuple(one for one in self.persons if one.safety)

    def demand_alone_allowed(self, today: date) -> None:
        """Raises NotAlone where something is called a child's alone that is not."""
        alone = [one.told_by for one in self.goes_well if one.alone]
        alone += [one.told_by for one in self.asks if one.alone]
        children = [self.person(one) for one in alone]
        strange = any(one.alone and one.person_id != one.told_by for one in self.asks)
        if strange or not all(one.kind == Kind.CHILD and one.is_heard(today) for one in children):
            raise NotAlone

    def person(self, person_id: UUID) -> Person:
        found = next((one for one in self.persons if one.id == person_id), None)
        if found is None:
            raise NotInThisFile(str(person_id))
        return found

    @property
    def caregivers(self) -> tuple[Person, ...]:
        return tuple(one for one in self.persons if one.kind == Kind.CAREGIVER)

    def caregivers_of(self, child: Person) -> tuple[Person, ...]:
        """The caregivers who share a household with the child."""
        return tuple(one for one in self.caregivers if one.households & child.households)

    def nudges(self) -> tuple[str, ...]:
        """What would be good to ask still; it never blocks (R9)."""
        return () if self.goes_well else ("goes_well",)

    def strength_of(self, draft: StrengthDraft) -> Strength:
        """What goes well with who told it. Raises NotInThisFile."""
        same = (draft.text, draft.lang)
        known = next((one for one in self.goes_well if one.id == draft.id or (one.text, one.lang) == same), None)
        if draft.id is not None and (known is None or known.id != draft.id):
            raise NotInThisFile(str(draft.id))
        teller = self.person(draft.told_by or (known.told_by if known else self.caregivers[0].id))
        return Strength(
            id=known.id if known else uuid4(),
            text=draft.text,
            lang=draft.lang,
            told_by=teller.id,
            alone=_alone(draft.alone, known),
        )

    def ask_of(self, draft: AskDraft, told: list[Person]) -> Ask:
        """The question with the person it is about and who told it. Raises NotInThisFile."""
        known = next((one for one in self.asks if one.id == draft.id), None)
        if draft.id is not None and known is None:
            raise NotInThisFile(str(draft.id))
        listed = told or list(self.persons)
        if draft.person_id is None and draft.person >= len(listed):
            raise NotInThisFile(str(draft.person))
        whose = self.person(draft.person_id or listed[draft.person].id)
        teller = self.person(draft.told_by or (known.told_by if known else self._teller_about(whose)))
        return Ask(
            id=draft.id or uuid4(),
            text=draft.text,
            life_domain=draft.life_domain,
            person_id=whose.id,
            told_by=teller.id,
            alone=_alone(draft.alone, known),
        )

    def _teller_about(self, person: Person) -> UUID:
        """Who told it where nobody said who: the adult it is about, or the first who cares for the child."""
        if person.kind == Kind.CAREGIVER:
            return person.id
        return next(iter((*self.caregivers_of(person), *self.caregivers))).id

    def _demand_known(self, ids: Iterable[UUID]) -> None:
        if unknown := set(ids) - {one.id for one in self.persons}:
            raise NotInThisFile(str(min(unknown)))


def _alone(said: bool | None, known: Strength | Ask | None) -> bool:
    return bool(known and known.alone) if said is None else said


def _person_of(draft: PersonDraft, *, safety: bool) -> Person:
    told = {name: getattr(draft, name) for name in PersonDraft.model_fields}
    return Person.model_validate(told | {"id": draft.id or uuid4(), "safety": safety})
