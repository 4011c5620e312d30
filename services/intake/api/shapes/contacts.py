"""A contact that fits, and a school's goal, as the API takes and gives them."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.domain.contact import MOST_FAMILIES, Contact, Way
from shared.api import Body


class ContactBody(Body):
    """What took place with one caregiver, as far as it has to fit what was asked."""

    person_id: UUID
    way: Way
    interpreter: bool = False
    at_agreed_hour: bool = False

    def contact(self) -> Contact:
        return Contact.model_validate(self.model_dump())


class ContactShown(BaseModel):
    """Whether this family had a contact that fits in the present month; nothing else of it is kept."""

    this_month: bool


class GoalQuery(Body):
    """Without `organisation`: your only school."""

    organisation: UUID | None = None


class GoalBody(Body):
    families: int = Field(ge=1, le=MOST_FAMILIES)


class GoalShown(BaseModel):
    """`families` a month, None where the school set no goal; `so_far` those of the present month."""

    organisation: UUID
    families: int | None
    so_far: int
    version: int
