"""'Wat is er voor mij?': what waits for a staff member and the team; done, or later."""

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.domain import BY_HAND
from services.referral.forms.tasks import RESULTS, DoneForm, LaterForm
from services.referral.views import tasks as views
from services.referral.views import teams
from services.referral.views.lists import Teams
from services.referral.web.page import show
from shared import vocabulary
from shared.forms import expected_version
from shared.paging import after
from shared.web import current_actor, house, requires

pages = Blueprint("tasks", __name__)


@pages.get("/tasks")
@requires("task.list")
def index() -> str:
    """Nothing of a family stands here: no look. What was put off is one tap away."""
    waiting = request.args.get("later") == "1"
    place = after(request.args.get("after"), date.fromisoformat, UUID)
    db, actor = house().db, current_actor()
    own, only = teams.mine(db, actor), request.args.get("team") == "mine"
    inside, others = (Teams(own), Teams(own, inside=False)) if own else (None, None)
    which = views.Which((place[0], place[1]) if place else None, waiting=waiting, teams=inside if only else others)
    first = views.Which(waiting=waiting, teams=inside)
    return show(
        "tasks.html",
        page=views.tasks(db, actor, which),
        first=views.tasks(db, actor, first) if own and not only and place is None else None,
        waiting=waiting,
        later=LaterForm(formdata=None),
        in_team=bool(own),
        only_team=bool(own) and only,
    )


@pages.get("/tasks/<uuid:task_id>")
@requires("task.do")
def see(task_id: UUID) -> str:
    """One task: how it went, or later."""
    return _page(task_id)


@pages.post("/tasks/<uuid:task_id>/done")
@requires("task.do")
def done(task_id: UUID) -> ResponseReturnValue:
    form = DoneForm()
    if not form.validate_on_submit():
        return _page(task_id, done=form), 422
    commands.finish_task(house().db, current_actor(), _target(task_id, form), form.result.data)
    return redirect(url_for("tasks.index", done="task_done"), 303)


@pages.post("/tasks/<uuid:task_id>/later")
@requires("task.do")
def later(task_id: UUID) -> ResponseReturnValue:
    form = LaterForm()
    if not form.validate_on_submit():
        return _page(task_id, later=form), 422
    commands.put_off_task(house().db, current_actor(), _target(task_id, form), form.to)
    return redirect(url_for("tasks.index", done="task_later"), 303)


def _page(task_id: UUID, **filled: DoneForm | LaterForm) -> str:
    task = views.task(house().db, current_actor(), task_id)
    forms = {"done": DoneForm(formdata=None), "later": LaterForm(formdata=None)} | filled
    codes = RESULTS.get(task.kind, ())
    forms["done"].result.choices = [(code, vocabulary.label("task_results", code)) for code in codes]
    return show("task.html", task=task, by_hand=task.kind in BY_HAND, finish=forms["done"], later=forms["later"])


def _target(task_id: UUID, form: DoneForm | LaterForm) -> commands.TaskTarget:
    return commands.TaskTarget(task_id, expected_version(form))
