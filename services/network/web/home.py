"""The way in: each kind of person to their own page."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.network.domain.permits import COORDINATOR, HELPER
from services.network.web.page import show
from shared.security import ActorKind
from shared.web import current_actor, requires

pages = Blueprint("home", __name__)


@pages.get("/")
@requires("home.open")
def index() -> ResponseReturnValue:
    actor = current_actor()
    if actor.kind == ActorKind.PERSON:
        return redirect(url_for("requests.see"), 303)
    if COORDINATOR in actor.roles:
        return redirect(url_for("rounds.see"), 303)
    if HELPER in actor.roles:
        return redirect(url_for("helpers.own"), 303)
    return show("index.html")
