"""Finding organisations, and asking several at once whether they have room; no word about whom (R8)."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.forms.directory import AskRoomForm, SearchForm
from services.referral.views import capacity, directory
from services.referral.web.page import fragment, show
from shared.paging import after
from shared.permissions import may_at_all
from shared.refusals import Invalid, NotThere
from shared.web import current_actor, house, polled, requires

pages = Blueprint("organisations", __name__)


@pages.get("/organisations")
@requires("organisation.search")
def search() -> str:
    return _search_page(AskRoomForm(formdata=None))


@pages.post("/organisations/ask")
@requires("capacity.ask")
def ask() -> ResponseReturnValue:
    """One question to each organisation that was ticked."""
    form = AskRoomForm()
    if not form.validate_on_submit():
        return _search_page(form), 422
    actor = current_actor()
    school = min(actor.organisations_as("school_staff"))
    asking = commands.new_asking(school, tuple(form.organisations.data), form.reason.data)
    try:
        asking_id = commands.ask_room(house().db, actor, asking, key=form.idempotency_key.data or None)
    except Invalid as refused:
        form.take(refused)
        return _search_page(form), 422
    return redirect(url_for("organisations.asking", asking_id=asking_id), 303)


@pages.get("/askings/<uuid:asking_id>")
@requires("capacity.list")
def asking(asking_id: UUID) -> str:
    """Who was asked together, and what they said so far."""
    return show("asking.html", asking_id=asking_id, questions=_questions(asking_id))


@pages.get("/askings/<uuid:asking_id>/answers")
@requires("capacity.list")
def answers(asking_id: UUID) -> Response:
    return polled(fragment("asking_list.html", questions=_questions(asking_id)))


def _questions(asking_id: UUID) -> list[capacity.Question]:
    questions = capacity.of_asking(house().db, current_actor(), asking_id)
    if not questions:
        raise NotThere(str(asking_id))
    return questions


def _search_page(asking: AskRoomForm) -> str:
    actor, db = current_actor(), house().db
    form = SearchForm(directory.towns(db, actor), formdata=request.args)
    place = after(request.args.get("after"), str, UUID)
    wanted = directory.Search(
        words=(form.q.data or "")[:100],
        kind=form.kind.data or "",
        town=form.town.data or "",
        language=form.language.data or "",
        schools=False,
        after=(place[0], place[1]) if place else None,
    )
    page = directory.organisations(db, actor, wanted)
    return show(
        "organisations.html",
        form=form,
        asking=asking,
        key=asking.idempotency_key.data or uuid4(),
        page=page,
        may_ask=may_at_all(house().table, actor, "capacity.ask"),
        asked=capacity.questions(db, actor, limit=8).items if may_at_all(house().table, actor, "capacity.ask") else [],
    )
