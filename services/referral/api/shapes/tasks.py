"""What the API takes and gives about tasks: ids, kinds and dates, no name of a family."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral.api.shapes.codes import TaskResult
from services.referral.api.shapes.directory import ListQuery
from services.referral.domain import BY_HAND, Kind, TaskState
from services.referral.views.tasks import Listed
from shared.api import Body


class TaskQuery(ListQuery):
    """`waiting`: those that were put off to a later day. `my_team`: of referrals with your teams, if you are in one."""

    waiting: bool = False
    my_team: bool = False


class TaskShown(BaseModel):
    """`by_hand`: it ends by `done`; any other task ends by the step itself. Only a school gets `person_id`."""

    id: UUID
    kind: Kind
    state: TaskState
    by_hand: bool
    due_on: date
    shown_from: date | None
    opened_at: datetime
    result: str | None
    organisation_id: UUID
    other_name: str | None
    referral_id: UUID | None
    reference: UUID | None
    person_id: UUID | None
    version: int

    @classmethod
    def of(cls, one: Listed) -> Self:
        known = {name: value for name, value in vars(one).items() if name in cls.model_fields}
        return cls(by_hand=one.kind in BY_HAND, **known)


class TaskPage(BaseModel):
    items: list[TaskShown]
    next: str | None


class FinishTask(Body):
    """How it went, as a code of `task_results`."""

    result: TaskResult


class PutOffTask(Body):
    """Until which day; within two months."""

    to: date = Field()
