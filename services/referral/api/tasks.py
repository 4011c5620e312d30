"""/tasks: what waits for a staff member and the team."""

from datetime import date
from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral import commands
from services.referral.api.shapes.tasks import FinishTask, PutOffTask, TaskPage, TaskQuery, TaskShown
from services.referral.api.spec import SPEC, answers
from services.referral.views import tasks as views
from services.referral.views import teams
from services.referral.views.lists import Teams
from shared.api import expected_version, idempotency_key, versioned
from shared.paging import after
from shared.web import current_actor, house, requires

api = Blueprint("api_tasks", __name__)


@api.get("/tasks")
@requires("task.list")
@SPEC.validate(resp=answers(TaskPage), tags=["tasks"])
def list_tasks(query: TaskQuery) -> TaskPage:
    """Soonest first; nothing of a family, so no look."""
    place = after(query.after, date.fromisoformat, UUID)
    own = teams.mine(house().db, current_actor()) if query.my_team else ()
    beside = Teams(own) if own else None
    which = views.Which((place[0], place[1]) if place else None, query.waiting, query.limit, beside)
    page = views.tasks(house().db, current_actor(), which)
    return TaskPage(items=[TaskShown.of(one) for one in page.items], next=page.next)


@api.get("/tasks/<uuid:task_id>")
@requires("task.do")
@SPEC.validate(resp=answers(TaskShown), tags=["tasks"])
def show(task_id: UUID) -> FlaskResponse:
    """One task, with its version."""
    return _shown(task_id)


@api.post("/tasks/<uuid:task_id>/done")
@requires("task.do")
@SPEC.validate(resp=answers(TaskShown, changes=True, keyed=True), tags=["tasks"])
def done(task_id: UUID, json: FinishTask) -> FlaskResponse:
    """Somebody did it; only for tasks that end by hand, the others end by the step itself."""
    commands.finish_task(house().db, current_actor(), _target(task_id), json.result)
    return _shown(task_id)


@api.post("/tasks/<uuid:task_id>/later")
@requires("task.do")
@SPEC.validate(resp=answers(TaskShown, changes=True, keyed=True), tags=["tasks"])
def later(task_id: UUID, json: PutOffTask) -> FlaskResponse:
    """Out of sight until that day; its term stays what it was."""
    commands.put_off_task(house().db, current_actor(), _target(task_id), json.to)
    return _shown(task_id)


def _target(task_id: UUID) -> commands.TaskTarget:
    return commands.TaskTarget(task_id, expected_version(), idempotency_key())


def _shown(task_id: UUID) -> FlaskResponse:
    task = views.task(house().db, current_actor(), task_id)
    return versioned(TaskShown.of(task), task.version)
