"""Whose yes is needed for whose data: the decision table in whose_yes.yaml, and how it is read (R5)."""

from pathlib import Path
from typing import Literal, NamedTuple
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict

from services.intake.domain.family import File, Kind, NoCaregiver, Person
from shared.refusals import Refusal

Answer = Literal["yes", "no", "any"]
Needed = Literal["person", "one_caregiver", "every_caregiver", "child"]


class BirthYearUnknown(Refusal):
    """Whether the child is asked too depends on a year of birth that is not known yet (R13: unknown is never no)."""


class Situation(NamedTuple):
    """What the answer depends on."""

    data_of: str
    weighty: bool
    objection: bool
    heard: bool


class Row(BaseModel):
    """One line of the table; `explanation` is for staff and parents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    situation: str
    data_of: Literal["own", "child"]
    weighty: Answer
    objection: Answer
    heard: Answer
    needed: tuple[Needed, ...]
    explanation: str
    to_be_read_by_a_lawyer: bool

    def fits(self, found: Situation) -> bool:
        asked = ((self.weighty, found.weighty), (self.objection, found.objection), (self.heard, found.heard))
        return self.data_of == found.data_of and all(
            answer == "any" or (answer == "yes") == is_so for answer, is_so in asked
        )


TABLE: tuple[Row, ...] = tuple(
    Row.model_validate(row) for row in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
)


def row_for(found: Situation) -> Row:
    """The row that decides. The table covers every situation; a test walks them all."""
    return next(row for row in TABLE if row.fits(found))


def situation_of(person: Person, *, weighty: bool, objection: bool, heard: bool | None) -> Situation:
    """Raises BirthYearUnknown for a child whose age nobody knows."""
    if person.kind == Kind.CAREGIVER:
        return Situation("own", weighty, objection, heard=False)
    if heard is None:
        raise BirthYearUnknown(str(person.id))
    return Situation("child", weighty, objection, heard)


def askable(row: Row, file: File, person: Person) -> tuple[Person, ...]:
    """Who can be asked under this row, in the file's order."""
    caregivers = file.caregivers_of(person) if person.kind == Kind.CHILD else ()
    wanted: list[Person] = []
    if {"one_caregiver", "every_caregiver"} & set(row.needed):
        wanted += caregivers
    if {"person", "child"} & set(row.needed):
        wanted.append(person)
    return tuple(wanted)


def missing(row: Row, file: File, person: Person, said_yes: frozenset[UUID]) -> tuple[Person, ...]:
    """Whose yes is still needed; empty where all have said it. Raises NoCaregiver for a child that has none."""
    caregivers = file.caregivers_of(person) if person.kind == Kind.CHILD else ()
    if not caregivers and person.kind == Kind.CHILD:
        raise NoCaregiver(str(person.id))
    lacking: list[Person] = []
    if "every_caregiver" in row.needed:
        lacking += [one for one in caregivers if one.id not in said_yes]
    if "one_caregiver" in row.needed and not said_yes & {one.id for one in caregivers}:
        lacking += caregivers
    if {"person", "child"} & set(row.needed) and person.id not in said_yes:
        lacking.append(person)
    return tuple(lacking)
