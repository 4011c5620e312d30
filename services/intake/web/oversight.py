"""For the data protection officer: who saw what of one person or one family, on what ground, by name where known."""

from uuid import UUID

from flask import Blueprint, request

from services.intake import views
from services.intake.web.page import show
from shared.refusals import NotThere
from shared.web import current_actor, house, requires

pages = Blueprint("oversight", __name__)


@pages.get("/oversight")
@requires("looks.name")
def looks() -> str:
    """A number is asked, never a name; showing what it finds is a look that the person can read."""
    asked = request.args.get("about", "").strip()[:80]
    if not asked:
        return show("oversight.html", asked="", page=None, problem="")
    try:
        page = views.looks.named(house().db, current_actor(), UUID(asked), request.args.get("after"))
    except (ValueError, NotThere):
        words = "Dit nummer vinden we niet in jouw organisatie. Kijk het na, of vraag het aan wie het gezin opvolgt."
        return show("oversight.html", asked=asked, page=None, problem=words)
    return show("oversight.html", asked=asked, page=page, problem="")
