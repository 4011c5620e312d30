"""A family's file as the API takes and gives it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.intake.api.shapes.codes import Answer, Arrangement, Channel, LifeDomain, Tag, When
from services.intake.domain.family import (
    MOST_LANGUAGES,
    MOST_PERSONS,
    MOST_WORDS,
    AskDraft,
    FileDraft,
    OwnWords,
    PersonDraft,
    StrengthDraft,
)
from services.intake.domain.finding import LONGEST_ASKED
from services.intake.domain.handing import LONGEST_NOTE
from services.intake.views.files import FileRow, FileSeen
from shared.api import Body
from shared.package import LanguageSkill


class LanguageBody(LanguageSkill, frozen=True, extra="forbid"):
    tag: Tag
    reads: Answer = "unknown"


class WordsBody(OwnWords, frozen=True):
    lang: Tag = "nl"


class StrengthBody(StrengthDraft, frozen=True):
    """`told_by`: who told it; without it, whoever the file says, else the first caregiver."""

    lang: Tag = "nl"


class PersonBody(PersonDraft):
    """A person; `name_to_call` is enough."""

    channel: Channel = "unknown"
    when: tuple[When, ...] = ()
    languages: Annotated[tuple[LanguageBody, ...], Field(max_length=MOST_LANGUAGES)] = ()
    arrangements: tuple[Arrangement, ...] = ()
    arranged_words: WordsBody | None = None


class AskBody(AskDraft):
    """`person` counts in `persons` of this request; `person_id` names one whom the file has."""

    text: WordsBody
    life_domain: LifeDomain = "unknown"


class FileBody(Body):
    """A family, as told after the talk. `understood`: saved although a text hints at what is never collected (R21)."""

    persons: Annotated[tuple[PersonBody, ...], Field(max_length=MOST_PERSONS)] = ()
    goes_well: Annotated[tuple[StrengthBody, ...], Field(max_length=MOST_WORDS)] | None = None
    asks: Annotated[tuple[AskBody, ...], Field(max_length=MOST_WORDS)] | None = None
    understood: bool = False

    def draft(self) -> FileDraft:
        return FileDraft(persons=self.persons, goes_well=self.goes_well, asks=self.asks)

    def texts(self) -> dict[str, str]:
        """Every free text by its place, to be looked at before saving (R21)."""
        found = {f"goes_well.{n}.text": one.text for n, one in enumerate(self.goes_well or ())}
        found |= {f"asks.{n}.text.text": one.text.text for n, one in enumerate(self.asks or ())}
        for n, one in enumerate(self.persons):
            found[f"persons.{n}.full_name"] = one.full_name
            found[f"persons.{n}.name_to_call"] = one.name_to_call
            if one.arranged_words:
                found[f"persons.{n}.arranged_words.text"] = one.arranged_words.text
        return found


class NewFileBody(FileBody):
    """`organisation` may be left out by who works at one school."""

    organisation: UUID | None = None


class SafetyBody(Body):
    """Whether nothing may show to anyone else of the family where or when this person is to be found."""

    safety: bool


class PersonShown(BaseModel):
    id: UUID
    kind: str
    name_to_call: str
    full_name: str
    phone: str
    channel: str
    when: list[str]
    languages: list[LanguageSkill]
    arrangements: list[str]
    arranged_words: dict[str, str] | None
    birth_year: int | None
    class_name: str
    households: list[int]
    safety: bool


class AskShown(BaseModel):
    id: UUID
    text: dict[str, str]
    life_domain: str
    person_id: UUID
    told_by: UUID
    alone: bool


class StrengthShown(BaseModel):
    """`alone`: it belongs to the child who told it, and to no other person of the family."""

    id: UUID
    text: str
    lang: str
    told_by: UUID
    alone: bool


class FileShown(BaseModel):
    """`nudges`: what would be good to ask still; it never blocks (R9). `responsible`: who of the staff follows it."""

    id: UUID
    owner_organisation: UUID
    persons: list[PersonShown]
    goes_well: list[StrengthShown]
    asks: list[AskShown]
    nudges: list[str]
    responsible: UUID | None
    version: int

    @classmethod
    def of(cls, seen: FileSeen) -> "FileShown":
        file, follows = seen.file, seen.handed.follows
        more = {"nudges": list(file.nudges()), "responsible": follows.staff_id if follows else None}
        return cls.model_validate(file.model_dump(mode="json") | more)


class FileListed(BaseModel):
    """`found`: what those of its persons are called by whom a search found it."""

    id: UUID
    owner_organisation: UUID
    names: list[str]
    children: int
    live_akkoorden: int
    responsible: UUID | None
    found: list[str]
    changed_at: datetime
    version: int

    @classmethod
    def of(cls, row: FileRow) -> "FileListed":
        return cls(
            id=row.id,
            owner_organisation=row.owner_organisation,
            names=row.names,
            children=row.children,
            live_akkoorden=row.live,
            responsible=row.responsible,
            found=row.found,
            changed_at=row.changed_at,
            version=row.version,
        )


class FilePage(BaseModel):
    items: list[FileListed]
    next: str | None


class ListQuery(Body):
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class FileQuery(ListQuery):
    """`q`: a name in any spelling or script, or a phone number; the best come first, all on one page.

    `mine`: only families that you follow.
    """

    q: str | None = Field(None, max_length=LONGEST_ASKED)
    mine: bool = False


class AlikePage(BaseModel):
    """Families of the school that a new one looks like, the most alike first."""

    items: list[FileListed]


class HandOverBody(Body):
    """`to`: a colleague who works with families at this school; `note` is for that colleague."""

    to: UUID
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    understood: bool = False
