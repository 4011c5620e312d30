"""An organiser's pages: numbers, names of who said yes, interpreters, a new activity, a new hall."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.activities.commands import activities as commands
from services.activities.domain.activity import Clash, Clashes
from services.activities.forms import ActivityForm, BookForm, CancelForm, HallForm
from services.activities.views import calendar, organiser
from services.activities.web.page import organisations_of, own_names, show
from shared.forms import expected_version
from shared.paging import after
from shared.refusals import Invalid, NotFresh
from shared.web import current_actor, house, requires

pages = Blueprint("organising", __name__)

_FIELDS = {"starts": "day", "rrule": "repeat", "title.text": "title"}


@pages.get("/mine")
@requires("numbers.list")
def mine() -> str:
    """What is planned, with numbers; no names here."""
    place = after(request.args.get("after"), datetime.fromisoformat, UUID)
    page = organiser.mine(house().db, current_actor(), (place[0], place[1]) if place else None, limit=40)
    return show("mine.html", page=page, wide=True)


@pages.get("/mine/<uuid:occurrence_id>")
@requires("numbers.see")
def occurrence(occurrence_id: UUID) -> str:
    return _occurrence(occurrence_id, BookForm(formdata=None))


@pages.post("/mine/<uuid:occurrence_id>/interpreters")
@requires("interpreter.book")
def book(occurrence_id: UUID) -> ResponseReturnValue:
    form = BookForm()
    if request.form.get("undo"):
        commands.unbook_interpreter(house().db, current_actor(), occurrence_id, request.form.get("language", ""))
    elif form.validate_on_submit():
        booking = commands.Booking(occurrence_id, form.language.data, form.interpreting.data)
        commands.book_interpreter(house().db, current_actor(), booking)
    else:
        return _occurrence(occurrence_id, form), 422
    return redirect(url_for("organising.occurrence", occurrence_id=occurrence_id) + "#tolken", 303)


@pages.route("/activities/new", methods=["GET", "POST"])
@requires("activity.write")
def new() -> ResponseReturnValue:
    """Clashes show before anything is saved; 'toch opslaan' saves in spite of them (R17)."""
    actor, db = current_actor(), house().db
    names = {one: name for one, name in own_names(actor).items() if one in organisations_of(actor)}
    halls = {one.id: f"{one.name}, {one.town}" for one in calendar.halls(db, actor)}
    form = ActivityForm(names, halls)
    clashes: list[Clash] = []
    if form.validate_on_submit():
        try:
            made = commands.publish_activity(db, actor, form.wish, anyway=bool(request.form.get("anyway")), key=_key())
            return redirect(url_for("week.activity", activity_id=made), 303)
        except Invalid as refused:
            form.take(refused, _FIELDS)
        except Clashes as refused:
            clashes = refused.found
    status = 200 if request.method == "GET" else 409 if clashes else 422
    return show("new.html", form=form, clashes=clashes, halls=halls, key=_key() or str(uuid4())), status


@pages.post("/activities/<uuid:activity_id>/cancel")
@requires("activity.cancel")
def cancel(activity_id: UUID) -> ResponseReturnValue:
    commands.cancel_activity(house().db, current_actor(), activity_id, expected_version(CancelForm()))
    return redirect(url_for("week.activity", activity_id=activity_id), 303)


@pages.post("/mine/<uuid:occurrence_id>/cancel")
@requires("activity.cancel")
def cancel_one(occurrence_id: UUID) -> ResponseReturnValue:
    commands.cancel_occurrence(house().db, current_actor(), occurrence_id, expected_version(CancelForm()))
    return redirect(url_for("organising.occurrence", occurrence_id=occurrence_id), 303)


@pages.route("/halls/new", methods=["GET", "POST"])
@requires("hall.add")
def new_hall() -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    names = {one: name for one, name in own_names(actor).items() if one in organisations_of(actor)}
    form = HallForm(names, data={"town": calendar.own_town(db, actor)})
    if form.validate_on_submit():
        made = commands.add_hall(db, actor, form.wish)
        return redirect(url_for("organising.new", hall_id=made), 303)
    return show("new_hall.html", form=form), 200 if request.method == "GET" else 422


def _occurrence(occurrence_id: UUID, form: BookForm) -> str:
    """Numbers always; names where it is certain that nobody has stopped, each of them a look."""
    actor, db = current_actor(), house().db
    numbers = organiser.numbers(db, actor, occurrence_id)
    try:
        guests, fresh = organiser.guests(db, actor, occurrence_id, house().settings.freshness_seconds), True
    except NotFresh:
        guests, fresh = [], False
    return show("occurrence.html", numbers=numbers, guests=guests, fresh=fresh, form=form)


def _key() -> str | None:
    return request.form.get("idempotency_key", "")[:100] or None
