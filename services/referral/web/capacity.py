"""A partner says whether there is room: what it is asked, and what it said before."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.forms.directory import CapacityForm
from services.referral.views import capacity, directory
from services.referral.web.page import show
from shared.web import current_actor, house, requires

pages = Blueprint("capacity", __name__)


@pages.get("/capacity")
@requires("capacity.state")
def see() -> str:
    return _page(CapacityForm(formdata=None, data={"reason": request.args.get("reason", "")}))


@pages.post("/capacity")
@requires("capacity.state")
def state() -> ResponseReturnValue:
    """Who asked the same sees the answer at once."""
    form = CapacityForm()
    if not form.validate_on_submit():
        return _page(form), 422
    answer = commands.Answer(form.said, form.expected_on.data)
    commands.state_capacity(house().db, current_actor(), UUID(form.organisation.data), form.reason.data, answer)
    return redirect(url_for("capacity.see", done="stated"), 303)


def _page(form: CapacityForm) -> str:
    actor, db = current_actor(), house().db
    own = actor.organisations_as("partner_worker")
    names = {one: name for one, name in directory.own_names(db, actor).items() if one in own}
    return show(
        "capacity.html",
        form=form,
        names=names,
        waiting=capacity.waiting(db, actor),
        stated=capacity.stated(db, actor),
    )
