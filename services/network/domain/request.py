"""A request: a person of a family asks for somebody who helps. Who does not ask, is never proposed to anyone."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.network.domain.words import (
    ChildYears,
    Language,
    Languages,
    Name,
    ShortText,
    Times,
    Words,
    first_name_of,
)
from shared.refusals import Refusal

NO_PREFERENCE = "no_preference"
MOST_NAMES = 5

FirstName = Annotated[Name, AfterValidator(first_name_of)]


class NotKnownYet(Refusal):
    """The person, or the key of the family's file, has not arrived here yet."""


class FileErased(Refusal):
    """The family's file was erased: nothing can be told about it any more."""


class AlreadyAsked(Refusal):
    """The person has a request, or somebody who helps."""


class RequestOver(Refusal):
    """The request was withdrawn, or somebody helps already."""


class RequestStatus(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


# (from, move, who, to)
REQUEST_MOVES: frozenset[tuple[RequestStatus, str, str, RequestStatus]] = frozenset(
    {
        (RequestStatus.OPEN, "withdraw", "person", RequestStatus.WITHDRAWN),
        (RequestStatus.OPEN, "ask_anew", "person", RequestStatus.CLOSED),
    }
)


class PrivateWishes(BaseModel):
    """Whom she would rather not have: used to leave out, and shown to nobody, herself included (R16).

    Nothing here is about origin: she names the languages that people of her community speak.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    not_my_community: bool = False
    community_languages: Annotated[tuple[Language, ...], Field(max_length=12, validate_default=True)] = ()
    not_these: Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES)] = ()

    @field_validator("community_languages")
    @classmethod
    def _says_which(cls, tags: tuple[str, ...], rest: ValidationInfo) -> tuple[str, ...]:
        if rest.data.get("not_my_community") and not tags:
            raise PydanticCustomError("which_languages", "which languages do they speak")
        return tags

    @property
    def left_out_languages(self) -> tuple[str, ...]:
        return self.community_languages if self.not_my_community else ()


class RequestWish(BaseModel):
    """What a person fills in. `languages` are a must (R16); `school` is the file's own where nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: FirstName
    languages: Languages
    same_school: bool = True
    town: ShortText | None = None
    neighbourhood: ShortText = ""
    times: Times = ()
    child_school_years: ChildYears = ()
    wish: Literal["woman", "man", "no_preference"] = "no_preference"
    about: Words | None = None
    private: PrivateWishes = PrivateWishes()

    @field_validator("private")
    @classmethod
    def _leaves_somebody(cls, private: PrivateWishes, rest: ValidationInfo) -> PrivateWishes:
        if set(rest.data.get("languages", ())) & set(private.left_out_languages):
            raise PydanticCustomError("nobody_left", "a language cannot be a must and left out")
        return private


@dataclass(frozen=True)
class Request:
    """What was asked, without the private wishes: those never leave the store."""

    id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    wish: RequestWish
    school: UUID | None
    town: str
    asked_at: datetime
    status: RequestStatus = RequestStatus.OPEN
    version: int = 1


@dataclass(frozen=True)
class Standing:
    """How far a request is; all that a move needs to know."""

    id: UUID
    person_id: UUID
    status: RequestStatus
    version: int

    def move(self, move: str, by: str) -> "Standing":
        for origin, name, who, target in REQUEST_MOVES:
            if (origin, name, who) == (self.status, move, by):
                return replace(self, status=target, version=self.version + 1)
        raise RequestOver(str(self.id))
