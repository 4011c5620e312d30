"""What the API takes and gives, as pydantic models; codes are those of the vocabulary."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, JsonValue, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.intake.domain.consent import Level, Purpose, Wish
from services.intake.domain.family import (
    MOST_LANGUAGES,
    MOST_PERSONS,
    MOST_WORDS,
    AskDraft,
    File,
    FileDraft,
    OwnWords,
    PersonDraft,
)
from services.intake.views.consent import AkkoordRow
from services.intake.views.files import FileRow
from services.intake.views.looks import LookRow
from shared import vocabulary
from shared.api import Body
from shared.i18n import is_language
from shared.package import LanguageSkill, Package


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


class LanguageBody(LanguageSkill, frozen=True, extra="forbid"):
    tag: Tag
    reads: Answer = "unknown"


class WordsBody(OwnWords, frozen=True):
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
    goes_well: Annotated[tuple[WordsBody, ...], Field(max_length=MOST_WORDS)] | None = None
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


class AskShown(BaseModel):
    id: UUID
    text: dict[str, str]
    life_domain: str
    person_id: UUID


class FileShown(BaseModel):
    """`nudges`: what would be good to ask still; it never blocks (R9)."""

    id: UUID
    owner_organisation: UUID
    persons: list[PersonShown]
    goes_well: list[dict[str, str]]
    asks: list[AskShown]
    nudges: list[str]
    version: int

    @classmethod
    def of(cls, file: File) -> "FileShown":
        return cls.model_validate(file.model_dump(mode="json") | {"nudges": list(file.nudges())})


class FileListed(BaseModel):
    id: UUID
    owner_organisation: UUID
    names: list[str]
    children: int
    live_akkoorden: int
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
            changed_at=row.changed_at,
            version=row.version,
        )


class FilePage(BaseModel):
    items: list[FileListed]
    next: str | None


class ListQuery(Body):
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class YesBody(Body):
    """One person's answers: a yes for each card that was shown. What is not there is not a yes (R2)."""

    person_id: UUID
    cards: dict[Annotated[str, StringConstraints(max_length=40)], bool]


class AkkoordBody(Body):
    """What was asked of a person and what the person answered."""

    receiver_organisation: UUID
    level: Level = Level.REACH
    ask_id: UUID | None = None
    kinds: frozenset[LifeDomain] = frozenset()
    plan_parts: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...], Field(max_length=20)
    ] = ()
    way_back: Annotated[tuple[WayBack, ...], Field(min_length=1, max_length=3)] = ("first_meeting",)
    expires_on: date | None = None
    explained_in: Tag
    interpreting: Interpreting = "none"
    interpreter_is_adult: bool = False
    informal_understood: bool = False
    said_back: bool = False
    weighty: bool = False
    replaces: UUID | None = None
    yes: Annotated[tuple[YesBody, ...], Field(max_length=MOST_PERSONS)]

    @field_validator("way_back")
    @classmethod
    def _nothing_is_alone(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "nothing" in given and len(given) > 1:
            raise PydanticCustomError("unknown_code", "nothing goes back, or something does")
        return given

    def wish(self, person_id: UUID, key: str | None) -> Wish:
        told = self.model_dump(exclude={"yes"})
        said = {
            one.person_id: frozenset(card for card, is_yes in one.cards.items() if is_yes)
            for one in self.yes
            if any(one.cards.values())
        }
        return Wish(person_id=person_id, purpose=Purpose.REFERRAL, yes=said, key=key, **told)


class AkkoordShown(BaseModel):
    """An akkoord without its content; `acknowledged_at`: the receiving side has closed its access."""

    id: UUID
    person_id: UUID
    family_id: UUID
    receiver_organisation: UUID
    receiver: str
    purpose: str
    level: str
    kinds: list[str]
    way_back: list[str]
    expires_on: date
    reference: UUID | None
    explained_in: str
    interpreting: str
    status: str
    granted_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: AkkoordRow) -> "AkkoordShown":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class AkkoordGranted(AkkoordShown):
    """With exactly what the receiver sees (R3)."""

    package: Package


class AkkoordPage(BaseModel):
    items: list[AkkoordShown]
    next: str | None = None


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

    @classmethod
    def of(cls, row: LookRow) -> "LookShown":
        return cls(**row._asdict())


class LookPage(BaseModel):
    items: list[LookShown]
    next: str | None
