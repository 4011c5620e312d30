"""Pages for anyone and for all staff: the front page, leaving quickly, worry about a child, the card for the talk."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from services.intake.web.page import day, show
from shared import clock, sessions, vocabulary
from shared.security import ANYONE
from shared.web import house, public_page, requires

pages = Blueprint("welcome", __name__)


@pages.get("/welcome")
@requires("welcome.see")
@public_page
def welcome() -> str:
    return render_template("welcome.html")


@pages.get("/quick-exit")
@requires("exit.quickly")
def leave() -> ResponseReturnValue:
    """A page that says nothing about Brug; the session is over before it shows (R22)."""
    with house().db.transaction(ANYONE) as conn:
        sessions.end(conn, sessions.cookie_of(request, house().settings, house().service))
    response = make_response(render_template("intake/quick_exit.html", today=day(clock.today())))
    sessions.forget_browser(response, house().settings)
    return response


@pages.get("/worry")
@requires("worry.see")
def worry() -> str:
    """It asks nothing and writes nothing (R27)."""
    return show("worry.html")


@pages.get("/card")
@requires("card.print")
def card() -> str:
    """The talk in the order of the handbook; barriers are for the talk alone and are stored nowhere (R25)."""
    return show(
        "card.html",
        questions=vocabulary.phrases("intake_questions"),
        needs=vocabulary.phrases("needs_analysis"),
        barriers=[label for _, label in vocabulary.choices("barriers")],
        arrangements=[label for _, label in vocabulary.choices("arrangements")],
    )
