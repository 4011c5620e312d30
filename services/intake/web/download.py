"""'Neem alles mee': what the school knows, every yes and who has seen it, as JSON and on paper."""

from pathlib import Path

from flask import Blueprint, Response

from services.intake import views
from services.intake.web.everything import on_paper
from services.intake.web.page import show_person
from shared import clock, paper
from shared.refusals import NotThere
from shared.security import Actor, ActorKind
from shared.web import current_actor, house, requires

pages = Blueprint("download", __name__)
_TEMPLATE = Path(__file__).parents[1] / "templates" / "intake" / "everything.typ"
_FILE = "brug"  # says nothing to who else reads the list of files on a phone (R22)


@pages.get("/me/everything")
@requires("everything.take")
def choose() -> str:
    _person()
    return show_person("everything.html")


@pages.get("/me/everything.json")
@requires("everything.take")
def as_json() -> Response:
    person = _person()
    made = views.everything.everything(house().db, person, person.id)
    return _attached(made.model_dump_json(indent=1).encode(), "application/json", "json")


@pages.get("/me/everything.pdf")
@requires("everything.take")
def as_pdf() -> Response:
    """In the language of the page; a person's own words stay as they were said."""
    person = _person()
    taken = views.everything.taken(house().db, person, person.id)
    return _attached(paper.pdf(_TEMPLATE, on_paper(taken, person)), paper.MEDIA_TYPE, "pdf")


def _person() -> Actor:
    actor = current_actor()
    if actor.kind != ActorKind.PERSON:
        raise NotThere("everything")
    return actor


def _attached(content: bytes, kind: str, ending: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{_FILE}-{clock.today().isoformat()}.{ending}"'}
    return Response(content, mimetype=kind, headers=named)
