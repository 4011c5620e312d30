"""What referral does because of others' events; once each."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.referral.commands import endings
from services.referral.domain import Kind, Task, task_id
from services.referral.store import tasks
from shared import akkoord, clock
from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers


class _CorrectionAsked(BaseModel):
    correction_id: UUID
    person_id: UUID
    family_id: UUID
    due_on: date


class _CorrectionAnswered(BaseModel):
    correction_id: UUID


class _HandedOver(BaseModel):
    family_id: UUID


class _Ended(BaseModel):
    akkoord_id: UUID
    purpose: str


def on_akkoord_ended(conn: Connection, envelope: Envelope) -> None:
    """Take back all that rested on it, then tell intake that it is closed here, also where there was nothing.

    The projection marked the akkoord before this. A send that held it has committed by now, and a new
    statement sees what it sent.
    """
    told = _Ended.model_validate(envelope.data)
    endings.recall_of_akkoord(conn, told.akkoord_id)
    ended = akkoord.find(conn, told.akkoord_id)
    if ended is not None and told.purpose == "referral":
        akkoord.acknowledge(conn, ended)


def on_correction_asked(conn: Connection, envelope: Envelope) -> None:
    """'Dit klopt niet': a task for the school, due on the day that intake names."""
    told = _CorrectionAsked.model_validate(envelope.data)
    task = Task(
        id=task_id(Kind.CORRECT, told.correction_id),
        kind=Kind.CORRECT,
        organisation_id=envelope.owner_organisation,
        owner_organisation=envelope.owner_organisation,
        family_id=told.family_id,
        person_id=told.person_id,
        due_on=told.due_on,
        opened_at=clock.now(),
        reference=told.correction_id,
    )
    tasks.open_task(conn, task)


def on_correction_answered(conn: Connection, envelope: Envelope) -> None:
    told = _CorrectionAnswered.model_validate(envelope.data)
    tasks.lapse(conn, task_id(Kind.CORRECT, told.correction_id))


def on_file_handed_over(conn: Connection, envelope: Envelope) -> None:
    """What waited for the one waits for the other; the projection knows by now who that is."""
    tasks.follow_the_family(conn, _HandedOver.model_validate(envelope.data).family_id)


REACTIONS: Handlers = {
    "be.brug.intake.file.handed_over.v1": on_file_handed_over,
    "be.brug.intake.correction.asked.v1": on_correction_asked,
    "be.brug.intake.correction.answered.v1": on_correction_answered,
    "be.brug.intake.akkoord.ended.v1": on_akkoord_ended,
}
