"""A helper: somebody who offered to help parents, with what they chose to tell of themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.network.domain.words import ChildYears, Gender, Languages, Name, Phone, ShortText, Times, Words
from shared.refusals import Refusal


class NotAHelper(Refusal):
    """The account has no membership as helper at this organisation."""


class AlreadySignedUp(Refusal):
    """This account has a card at this organisation."""


class HelperCard(BaseModel):
    """What a helper fills in. `role` is of the list `helper_roles`; `capacity`: how many families at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_name: Name
    role: str
    languages: Languages
    school: UUID | None = None
    town: ShortText = ""
    neighbourhood: ShortText = ""
    times: Times = ()
    child_school_years: ChildYears = ()
    gender: Gender = Gender.UNKNOWN
    capacity: Annotated[int, Field(ge=1, le=20)] = 1
    phone: Phone
    about: Words | None = None
    active: bool = True


@dataclass(frozen=True)
class Helper:
    """A card with who holds it. `owner_organisation` is the organisation that the helper works under (R16)."""

    id: UUID
    staff_id: UUID
    owner_organisation: UUID
    card: HelperCard
    signed_up_at: datetime
    version: int = 1
