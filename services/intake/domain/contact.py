"""A contact that fits: one that took place as the parent asked. What did not fit or come about is not here.

It says something about the school, never about a family (R12): nothing is kept but that there was one in this month.
"""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.intake.domain.family import File, Kind, NotInThisFile, Person
from shared.refusals import Refusal

Way = Literal["call", "sms", "whatsapp", "in_person", "come_by"]
WAYS: tuple[Way, ...] = ("call", "sms", "whatsapp", "in_person", "come_by")
MOST_FAMILIES = 5000
_WRITTEN = frozenset({"sms", "whatsapp"})
_AT_AN_HOUR = frozenset({"call", "come_by"})  # what can come at a wrong moment


class NothingArranged(Refusal):
    """Nobody asked this parent yet how to keep in touch: whether a contact fits is not known (R13)."""


class NotThisWay(Refusal):
    """The parent asked for another way."""


class InterpreterAsked(Refusal):
    """The parent asked for an interpreter."""


class HourAgreed(Refusal):
    """The parent asked for certain hours."""


class Contact(BaseModel):
    """What took place with one caregiver: how, whether with an interpreter, and at an hour that was agreed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: UUID
    way: Way
    interpreter: bool = False
    at_agreed_hour: bool = False

    def check(self, file: File) -> None:
        """Raises what it does not respect of what this caregiver asked."""
        person = next((one for one in file.persons if one.id == self.person_id and one.kind == Kind.CAREGIVER), None)
        if person is None:
            raise NotInThisFile(str(self.person_id))
        asked = ways_asked(person)
        if not asked:
            raise NothingArranged
        if self.way not in asked:
            raise NotThisWay(self.way)
        if "interpreter" in person.arrangements and self.way not in _WRITTEN and not self.interpreter:
            raise InterpreterAsked
        if _has_hours(person) and self.way in _AT_AN_HOUR and not self.at_agreed_hour:
            raise HourAgreed


def ways_asked(person: Person) -> tuple[Way, ...]:
    """The ways that this caregiver asked for; none where nothing was said. 'Bel liever' goes before writing."""
    asked = {person.channel} | {one for one in ("in_person", "come_by") if one in person.arrangements}
    if "call_rather" in person.arrangements:
        asked = (asked - _WRITTEN) | {"call"}
    return tuple(way for way in WAYS if way in asked)


def _has_hours(person: Person) -> bool:
    return bool(person.when) or "after_hour" in person.arrangements
