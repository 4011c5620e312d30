"""Handing a file over to a colleague of the same school, with a note."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.handing import FollowsAlready
from services.intake.forms.handing import HandOverForm
from services.intake.forms.words import named, words_of
from services.intake.views.colleagues import Colleague
from services.intake.web.page import show
from shared.refusals import Invalid
from shared.web import current_actor, house, requires

pages = Blueprint("handing", __name__)


@pages.get("/files/<uuid:family_id>/hand-over")
@requires("file.hand_over")
def ask(family_id: UUID) -> str:
    """It says who follows the family, which is the file's content: a look."""
    seen = views.files.file(house().db, current_actor(), family_id)
    form = HandOverForm(formdata=None, data={"version": seen.file.version})
    return _page(family_id, form)


@pages.post("/files/<uuid:family_id>/hand-over")
@requires("file.hand_over")
def hand_over(family_id: UUID) -> ResponseReturnValue:
    form = HandOverForm()
    _offer(form, family_id)
    if form.validate_on_submit():
        try:
            with named():
                commands.hand_over(house().db, current_actor(), family_id, form.given())
            return redirect(url_for("files.see", family_id=family_id, done="handed"), 303)
        except Invalid as refused:
            form.take(refused)
        except FollowsAlready as refusal:
            form.to.errors = [words_of(refusal)]
    return _page(family_id, form), 422


def _page(family_id: UUID, form: HandOverForm) -> str:
    _offer(form, family_id)
    return show("hand_over.html", form=form, family_id=family_id)


def _offer(form: HandOverForm, family_id: UUID) -> None:
    """Colleagues with a name: of two without one, nobody could say which is which."""
    views.files.file_again(house().db, current_actor(), family_id)
    with house().db.transaction(current_actor()) as conn:
        listed = views.colleagues.who_may_follow(conn, family_id)
    form.offer((one.staff_id, _called(one)) for one in listed if one.name)


def _called(one: Colleague) -> str:
    return f"{one.name}, {one.function}" if one.function else one.name
