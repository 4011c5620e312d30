"""What a person may know and say about the own data: codes, looks, what is known, what is not right."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from services.intake.api.shapes.codes import Choice, Tag, ThingCode
from services.intake.api.shapes.files import ListQuery
from services.intake.domain.contact import Way
from services.intake.domain.correction import LONGEST_WORDS, Doubt, Reply, Status, Thing
from services.intake.domain.knowledge import Held, Known
from services.intake.views.corrections import CorrectionRow
from services.intake.views.known import ContactRow, KnownFile
from services.intake.views.looks import LookRow, NamedRow
from shared.api import Body


class LookQuery(ListQuery):
    """`organisation`: only those of one. `family`: also those at the children that the person cares for."""

    organisation: UUID | None = None
    family: bool = False


class CodeShown(BaseModel):
    """Shown once. `url` is what the paper's QR holds."""

    code: str
    url: str
    expires_at: datetime


class LookShown(BaseModel):
    """Organisation and function; a name goes through the data protection officer."""

    id: UUID
    organisation: str
    function: str
    what: str
    ground: str
    at: datetime
    person_id: UUID

    @classmethod
    def of(cls, row: LookRow) -> "LookShown":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class LookPage(BaseModel):
    items: list[LookShown]
    next: str | None


class NamedLookShown(LookShown):
    """For the data protection officer: with the name where it is known here. `staff_id` is what another
    organisation's officer finds the name by."""

    name: str
    staff_id: UUID | None

    @classmethod
    def of(cls, row: NamedRow) -> "NamedLookShown":  # type: ignore[override]
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class NamedLookPage(BaseModel):
    items: list[NamedLookShown]
    next: str | None


class HeldShown(BaseModel):
    """One thing. `value` is null or empty where it is not known yet, which is never no (R13)."""

    thing: str
    about: UUID
    item: UUID | None
    value: Any

    @classmethod
    def of(cls, held: Held) -> "HeldShown":
        return cls(thing=held.thing.code, about=held.thing.about, item=held.thing.item, value=held.value)


class KnownShown(BaseModel):
    """What is held about one person: the one who asks, or a child."""

    person_id: UUID
    kind: str
    things: list[HeldShown]

    @classmethod
    def of(cls, known: Known) -> "KnownShown":
        things = [HeldShown.of(one) for one in known.things]
        return cls(person_id=known.person.id, kind=known.person.kind, things=things)


class CorrectionShown(BaseModel):
    """`held`: what was held when it was asked. `answer`: what the school says to the person."""

    id: UUID
    family_id: UUID
    asked_by: UUID
    about: UUID
    thing: str
    item: UUID | None
    held: Any
    choice: str
    words: str
    lang: str
    asked_at: datetime
    due_on: date
    status: str
    answered_at: datetime | None
    answer: str
    version: int

    @classmethod
    def of(cls, row: CorrectionRow) -> "CorrectionShown":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class CorrectionPage(BaseModel):
    items: list[CorrectionShown]
    next: str | None = None


class ContactKnown(BaseModel):
    """In this month there was a contact as was asked, along this way; it is forgotten when the month is counted."""

    month: date
    way: Way

    @classmethod
    def of(cls, row: ContactRow) -> "ContactKnown":
        return cls(month=row.month, way=row.way)


class KnownFileShown(BaseModel):
    """All that the school holds about this person and the children that the person cares for."""

    family_id: UUID
    organisation: str
    opened_at: datetime
    follows: str
    persons: list[KnownShown]
    goes_well: list[HeldShown]
    objected_for: list[str]
    contacts: list[ContactKnown]
    corrections: list[CorrectionShown]

    @classmethod
    def of(cls, found: KnownFile) -> "KnownFileShown":
        return cls(
            family_id=found.family_id,
            organisation=found.organisation,
            opened_at=found.opened_at,
            follows=found.follows,
            persons=[KnownShown.of(one) for one in found.known],
            goes_well=[HeldShown.of(one) for one in found.family],
            objected_for=found.objected,
            contacts=[ContactKnown.of(one) for one in found.contacts],
            corrections=[CorrectionShown.of(one) for one in found.corrections],
        )


_Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]


class DoubtBody(Body):
    """'Dit klopt niet'. For `missing`, `about` is the person who asks."""

    thing: ThingCode
    about: UUID
    item: UUID | None = None
    choice: Choice
    words: _Words = ""
    lang: Tag = "nl"
    understood: bool = False

    def doubt(self) -> Doubt:
        return Doubt(Thing(self.thing, self.about, self.item), self.choice, self.words, self.lang)


class AnswerBody(Body):
    """`words` are needed where nothing was changed: the person reads why."""

    to: Literal["adjusted", "not_adjusted"]
    words: _Words = ""

    def reply(self, version: int) -> Reply:
        return Reply(Status(self.to), self.words, version)
