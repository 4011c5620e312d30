"""All that a person may take along: what the school knows, every yes that was said, and who has seen it.

Exactly what the three pages show to that person, by the same views: nothing of another household, nothing that is a
child's alone, nothing that a safety flag hides (R5, R18, R22).
"""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from services.intake.domain.contact import Way
from services.intake.domain.knowledge import Held
from services.intake.views.consent import AkkoordRow, said_by
from services.intake.views.known import KnownFile, known
from services.intake.views.looks import LookRow, Which, looks
from shared import clock
from shared.db import Database
from shared.security import Actor

_AT_ONCE = 500


class ThingTold(BaseModel):
    """`value` is null or empty where it is not known yet, which is never no (R13)."""

    thing: str
    value: Any
    alone: bool

    @classmethod
    def of(cls, held: Held) -> "ThingTold":
        return cls(thing=held.thing.code, value=held.value, alone=held.alone)


class PersonTold(BaseModel):
    """What is held about the one who asks, or about a child."""

    person_id: UUID
    name_to_call: str
    things: list[ThingTold]


class DoubtTold(BaseModel):
    """What was asked to be put right, and what the school said to it."""

    thing: str
    about: str
    choice: str
    words: str
    lang: str
    asked_at: datetime
    due_on: date
    status: str
    answered_at: datetime | None
    answer: str


class ContactTold(BaseModel):
    """In this month there was a contact as was asked, along this way; it is forgotten when the month is counted."""

    month: date
    way: Way


class YesTold(BaseModel):
    """A yes that was said; what for is empty where a safety flag of another person hides it."""

    about: str
    receiver: str
    purpose: str
    level: str
    kinds: list[str]
    plan_parts: list[str]
    way_back: list[str]
    explained_by: str
    explained_in: str
    interpreting: str
    granted_at: datetime
    expires_on: date
    status: str
    ended_at: datetime | None
    acknowledged_at: datetime | None


class LookTold(BaseModel):
    """Who opened something: organisation and function (R18)."""

    about: str
    organisation: str
    function: str
    what: str
    ground: str
    at: datetime


class Everything(BaseModel):
    """Codes are those of the vocabulary, times are UTC."""

    made_at: datetime
    person_id: UUID
    school: str
    since: datetime
    followed_by: str
    persons: list[PersonTold]
    goes_well: list[ThingTold]
    objected_for: list[str]
    contacts: list[ContactTold]
    corrections: list[DoubtTold]
    akkoorden: list[YesTold]
    looks: list[LookTold]


class Taken(NamedTuple):
    """The rows that it is made of, for paper in the language of the page."""

    known: KnownFile
    akkoorden: list[AkkoordRow]
    looks: list[LookRow]


def taken(db: Database, actor: Actor, person_id: UUID) -> Taken:
    """Of the person who asks. Not a look: it is one's own. Raises NotThere."""
    found = known(db, actor, person_id)
    with db.transaction(actor) as conn:
        akkoorden = said_by(conn, person_id)
    return Taken(found, akkoorden, _all_looks(db, actor, person_id))


def everything(db: Database, actor: Actor, person_id: UUID) -> Everything:
    """The same for machines. Raises NotThere."""
    found = taken(db, actor, person_id)
    file = found.known
    return Everything(
        made_at=clock.now(),
        person_id=person_id,
        school=file.organisation,
        since=file.opened_at,
        followed_by=file.follows,
        persons=[
            PersonTold(
                person_id=one.person.id,
                name_to_call=one.person.name_to_call,
                things=[ThingTold.of(held) for held in one.things],
            )
            for one in file.known
        ],
        goes_well=[ThingTold.of(held) for held in file.family],
        objected_for=file.objected,
        contacts=[_told(ContactTold, one) for one in file.contacts],
        corrections=[_told(DoubtTold, one, about=one.name) for one in file.corrections],
        akkoorden=[_told(YesTold, one, about=one.name, explained_by=one.explained_function) for one in found.akkoorden],
        looks=[_told(LookTold, one) for one in found.looks],
    )


def _told(shape: Any, row: Any, **named: str) -> Any:
    return shape(**{name: named[name] if name in named else getattr(row, name) for name in shape.model_fields})


def _all_looks(db: Database, actor: Actor, person_id: UUID) -> list[LookRow]:
    which, found, cursor = Which(person_id, family=True), list[LookRow](), None
    while True:
        page = looks(db, actor, which, cursor, _AT_ONCE)
        found += page.items
        if not page.next:
            return found
        cursor = page.next
