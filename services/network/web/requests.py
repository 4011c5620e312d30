"""A person asks for someone, sees how it stands, and may ask no more."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from uuid_utils.compat import uuid4

from services.network import commands
from services.network.domain.request import NotKnownYet
from services.network.forms import RequestForm, VersionForm
from services.network.views import requests as views
from services.network.web.page import show
from shared.forms import expected_version
from shared.i18n import language
from shared.refusals import Invalid
from shared.web import current_actor, house, polled, requires

pages = Blueprint("requests", __name__)


@pages.get("/request")
@requires("request.make")
def see() -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    own = views.own_request(db, actor)
    if own is not None and own.match_status != "ended":
        return show("request.html", own=own)
    begin = views.begin(db, actor)
    known = {"town": begin.town if begin else "", "idempotency_key": str(uuid4())}
    return _form(RequestForm(language(), formdata=None, data=known), begin)


@pages.get("/request/news")
@requires("request.make")
def news() -> ResponseReturnValue:
    return polled(show("request_news.html", own=views.own_request(house().db, current_actor())))


@pages.post("/request")
@requires("request.make")
def make() -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    form = RequestForm(language())
    wish = form.request_wish() if form.validate_on_submit() else None
    if wish is None:
        return _form(form, views.begin(db, actor)), 422
    try:
        commands.ask_for_someone(db, actor, wish, str(form.idempotency_key.data or "")[:200] or None)
    except Invalid as refused:
        form.take(refused, {"private.community_languages": "community_languages"})
        return _form(form, views.begin(db, actor)), 422
    except NotKnownYet:
        # What was typed stands in the page, so that it needs no typing again.
        return _form(form, None), 503
    return redirect(url_for("requests.see", done="asked"), 303)


@pages.post("/request/<uuid:request_id>/withdraw")
@requires("request.withdraw")
def withdraw(request_id: UUID) -> ResponseReturnValue:
    commands.withdraw_request(house().db, current_actor(), request_id, expected_version(VersionForm()))
    return redirect(url_for("requests.see", done="withdrawn"), 303)


def _form(form: RequestForm, begin: views.Begin | None) -> str:
    return show("request_form.html", form=form, begin=begin)
