"""A person's yes as the API takes and gives it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.intake.api.shapes.codes import Interpreting, LifeDomain, Tag, WayBack
from services.intake.domain.consent import Level, Purpose, Wish
from services.intake.domain.family import MOST_PERSONS
from services.intake.views.consent import AkkoordRow
from shared.api import Body
from shared.package import Package


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
