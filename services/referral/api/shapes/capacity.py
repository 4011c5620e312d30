"""What the API takes and gives about room; there is no field for whom it is (R8)."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral.api.shapes.directory import Reason
from services.referral.domain import State
from services.referral.views.capacity import Question
from shared.api import Body


class AskRoom(Body):
    """Ask these organisations for room, for a reason. There is no field for whom: it is not needed (R8).

    `from_organisation` is needed only by who works for more than one school.
    """

    organisations: list[UUID] = Field(min_length=1, max_length=20)
    reason: Reason
    from_organisation: UUID | None = None


class QuestionShown(BaseModel):
    """While nobody answered, `state` is `unknown` (R13)."""

    id: UUID
    asking_id: UUID
    from_organisation: UUID
    from_name: str
    to_organisation: UUID
    to_name: str
    reason: str
    asked_at: datetime
    answered_at: datetime | None
    state: State
    expected_on: date | None
    stated_on: date | None

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(**vars(question))


class AskingShown(BaseModel):
    """What was asked together."""

    id: UUID
    questions: list[QuestionShown]


class QuestionPage(BaseModel):
    items: list[QuestionShown]
    next: str | None


class AnswerRoom(Body):
    """`expected_on`: from when there is room, where you know."""

    state: State
    expected_on: date | None = None
