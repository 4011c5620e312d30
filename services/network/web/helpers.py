"""A helper's own page and card; and a coordinator's list of helpers and new card."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from uuid_utils.compat import uuid4

from services.network import commands
from services.network.domain.helper import HelperCard
from services.network.domain.permits import COORDINATOR, HELPER
from services.network.forms import HelperForm
from services.network.views import helpers as views
from services.network.views import matches as match_views
from services.network.web.page import helpers_language, in_helpers_language, show
from shared.forms import expected_version
from shared.i18n import DUTCH
from shared.paging import after
from shared.refusals import Invalid, NotThere
from shared.web import current_actor, house, requires, session_name

pages = Blueprint("helpers", __name__)

_MOST = 25


@pages.get("/helper")
@requires("helper.own")
@in_helpers_language
def own() -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    cards = views.own_cards(db, actor)
    if not cards:
        return redirect(url_for("helpers.new_own"), 303)
    place = after(request.args.get("after"), datetime.fromisoformat, UUID)
    page = match_views.matches(db, actor, views.Part(place, _MOST))
    return show("helper.html", audience="person", cards=cards, page=page, name=cards[0].card.first_name)


@pages.get("/helper/new")
@requires("helper.own")
@in_helpers_language
def new_own() -> ResponseReturnValue:
    known = {"first_name": session_name().split(" ")[0], "idempotency_key": str(uuid4())}
    return _own_form(_form(helpers_language(), formdata=None, data=known))


@pages.post("/helper/new")
@requires("helper.own")
@in_helpers_language
def sign_up() -> ResponseReturnValue:
    form = _form(helpers_language())
    made = _sign_up(form, lambda: _own_account(form))
    return redirect(url_for("helpers.own", done="saved"), 303) if made else (_own_form(form), 422)


@pages.get("/helper/<uuid:helper_id>")
@requires("helper.keep")
@in_helpers_language
def edit(helper_id: UUID) -> ResponseReturnValue:
    found = views.card(house().db, current_actor(), helper_id)
    data = HelperForm.filled_with(found.card, found.version)
    return _edit_form(_form(helpers_language(), formdata=None, data=data), found)


@pages.post("/helper/<uuid:helper_id>")
@requires("helper.keep")
@in_helpers_language
def save(helper_id: UUID) -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    found = views.card(db, actor, helper_id)
    form = _form(helpers_language())
    card = form.card() if form.validate_on_submit() else None
    if card is None:
        return _edit_form(form, found), 422
    try:
        commands.change_helper(db, actor, helper_id, card, expected_version(form))
    except Invalid as refused:
        form.take(refused)
        return _edit_form(form, found), 422
    where = "helpers.own" if found.staff_id == actor.id else "helpers.listed"
    return redirect(url_for(where, done="saved"), 303)


@pages.get("/helpers")
@requires("helper.add_another")
def listed() -> ResponseReturnValue:
    place = after(request.args.get("after"), datetime.fromisoformat, UUID)
    page = views.helpers(house().db, current_actor(), views.Part(place, _MOST))
    own_ones = current_actor().organisations_as(COORDINATOR)
    return show("helpers.html", page=page, own_ones=own_ones)


@pages.get("/helpers/new")
@requires("helper.add_another")
def new() -> ResponseReturnValue:
    return _new_form(_offering(_form(DUTCH, formdata=None, data={"idempotency_key": str(uuid4())})))


@pages.post("/helpers/new")
@requires("helper.add_another")
def add() -> ResponseReturnValue:
    form = _offering(_form(DUTCH))
    made = _sign_up(form, form.chosen_account)
    return redirect(url_for("helpers.listed", done="added"), 303) if made else (_new_form(form), 422)


def _form(lang: str, **values: Any) -> HelperForm:
    schools = views.schools(house().db, current_actor())
    return HelperForm(lang, [(str(one.id), one.name) for one in schools], **values)


def _sign_up(form: HelperForm, account: Callable[[], tuple[UUID, UUID] | None]) -> bool:
    """Whether the card was made; otherwise the fields say why not."""
    card: HelperCard | None = form.card() if form.validate_on_submit() else None
    whose = account()
    if card is None or whose is None:
        return False
    staff_id, organisation = whose
    key = str(form.idempotency_key.data or "")[:200] or None
    try:
        commands.sign_up_helper(house().db, current_actor(), commands.SignUp(organisation, staff_id, card), key)
    except Invalid as refused:
        form.take(refused)
        return False
    return True


def _own_account(form: HelperForm) -> tuple[UUID, UUID] | None:
    """The only organisation where somebody is helper, or the chosen one of several."""
    actor = current_actor()
    form.account.choices = _own_choices()
    if len(form.account.choices) == 1:
        return actor.id, UUID(form.account.choices[0][0].split()[1])
    return form.chosen_account()


def _own_choices() -> list[tuple[str, str]]:
    actor = current_actor()
    return [(f"{actor.id} {one.id}", one.name) for one in views.names_of(house().db, actor, HELPER)]


def _offering(form: HelperForm) -> HelperForm:
    """The directory has no names of accounts: their function and first day tell them apart."""
    accounts = views.without_card(house().db, current_actor())
    form.account.choices = [
        (
            f"{one.staff_id} {one.organisation}",
            f"{one.function}, sinds {one.since:%d/%m/%Y} ({str(one.staff_id)[:4]})",
        )
        for one in accounts
    ]
    return form


def _own_form(form: HelperForm) -> str:
    form.account.choices = _own_choices()
    if not form.account.choices:
        raise NotThere("helper")
    return show("helper_form.html", audience="person", form=form, mine=True, found=None)


def _edit_form(form: HelperForm, found: views.OwnCard) -> str:
    mine = found.staff_id == current_actor().id
    return show("helper_form.html", audience="person" if mine else "staff", form=form, mine=mine, found=found)


def _new_form(form: HelperForm) -> str:
    return show("helper_form.html", form=form, mine=False, found=None)
