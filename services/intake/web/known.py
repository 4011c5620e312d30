"""'Wat weet de school over ons?', 'Dit klopt niet', and the school's answer to it."""

from uuid import UUID, uuid4

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.correction import NotKnownThing
from services.intake.domain.knowledge import Held
from services.intake.forms.known import ReplyForm, WithdrawForm, WrongForm
from services.intake.forms.words import named
from services.intake.web.held import contacted, said
from services.intake.web.page import month, show, show_person
from shared.permissions import demand
from shared.refusals import Invalid, Malformed, NotThere
from shared.security import ActorKind
from shared.web import current_actor, house, requires

pages = Blueprint("known", __name__)


@pages.get("/me/known")
@requires("known.see")
def see() -> str:
    """Looking at one's own data is not recorded."""
    actor = current_actor()
    found = views.known.known(house().db, actor, actor.id)
    return show_person(
        "known.html",
        found=found,
        said=said,
        contacted=contacted,
        month=month,
        asked=request.args.get("done") == "asked",
    )


@pages.get("/me/known/<thing>/wrong")
@requires("correction.ask")
def doubt(thing: str) -> str:
    return _doubt(thing, WrongForm(formdata=None, data={"key": uuid4().hex}))


@pages.post("/me/known/<thing>/wrong")
@requires("correction.ask")
def ask(thing: str) -> ResponseReturnValue:
    held, _ = _held(thing)
    form = WrongForm().about(held.thing)
    if not form.validate_on_submit():
        return _doubt(thing, form), 422
    days = house().settings.correction_days
    key = form.key.data or None
    commands.ask_correction(house().db, current_actor(), form.doubt(held.thing), days, key=key)
    return redirect(url_for("known.see", done="asked", _anchor="asked"), 303)


@pages.post("/me/corrections/<uuid:correction_id>/withdraw")
@requires("correction.ask")
def withdraw(correction_id: UUID) -> ResponseReturnValue:
    if not WithdrawForm().validate_on_submit():
        raise Malformed("form")
    commands.withdraw_correction(house().db, current_actor(), correction_id)
    return redirect(url_for("known.see", _anchor="asked"), 303)


@pages.get("/corrections")
@requires("correction.answer")
def waiting() -> str:
    """What waits for an answer of the school; the things themselves stand in the file."""
    page = views.corrections.waiting(house().db, current_actor(), request.args.get("after"))
    return show("corrections.html", page=page)


@pages.get("/corrections/<uuid:correction_id>")
@requires("correction.answer")
def question(correction_id: UUID) -> str:
    """One of them, whole; opening it is a look."""
    return _question(_opened(correction_id), ReplyForm(formdata=None))


@pages.post("/corrections/<uuid:correction_id>")
@requires("correction.answer")
def answer(correction_id: UUID) -> ResponseReturnValue:
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            with named():
                family_id = commands.answer_correction(house().db, current_actor(), correction_id, form.reply())
            return redirect(url_for("files.see", family_id=family_id, done="answered"), 303)
        except Invalid as refused:
            form.take(refused)
    return _question(_found(correction_id), form), 422


def _held(thing: str) -> tuple[Held, str]:
    if current_actor().kind != ActorKind.PERSON:
        raise NotThere("known")
    try:
        return views.known.thing(house().db, current_actor(), thing)
    except NotKnownThing as error:
        raise NotThere("thing") from error


def _doubt(thing: str, form: WrongForm) -> str:
    held, name = _held(thing)
    form.about(held.thing)
    return show_person("known_wrong.html", held=held, name=name, form=form, said=said)


def _found(correction_id: UUID) -> views.corrections.CorrectionRow:
    actor, db = current_actor(), house().db
    with db.transaction(actor) as conn:
        row = views.corrections.one(conn, correction_id)
    demand(house().table, actor, "correction.answer", owner=row.owner_organisation)
    return row


def _opened(correction_id: UUID) -> views.corrections.CorrectionRow:
    """The file is opened for it, which is the look."""
    row = _found(correction_id)
    views.files.file(house().db, current_actor(), row.family_id)
    return row


def _question(row: views.corrections.CorrectionRow, form: ReplyForm) -> str:
    if not form.version.data:
        form.version.data = row.version
    return show("correction.html", row=row, form=form, said=said)
