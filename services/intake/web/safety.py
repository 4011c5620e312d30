"""The safety flag of a person (R22): what it does in plain words, setting it, taking it away."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.family import File
from services.intake.forms.signin import SafetyForm, desk
from services.intake.web.page import show
from shared.refusals import Malformed
from shared.web import current_actor, house, requires

pages = Blueprint("safety", __name__)


@pages.get("/persons/<uuid:person_id>/safety")
@requires("safety.set")
def see(person_id: UUID) -> str:
    """What it does, before anyone sets it; nobody is asked why."""
    file = _file(person_id)
    return show("safety.html", file=file, person=file.person(person_id), paper_days=desk().quiet_days)


@pages.post("/persons/<uuid:person_id>/safety")
@requires("safety.set")
def keep(person_id: UUID) -> ResponseReturnValue:
    form = SafetyForm()
    if not form.validate_on_submit() or form.safety.data not in ("on", "off"):
        raise Malformed("safety")
    safety = form.safety.data == "on"
    family_id = commands.set_safety(house().db, current_actor(), person_id, safety=safety)
    return redirect(url_for("files.see", family_id=family_id, done="safe" if safety else "unsafe"), 303)


def _file(person_id: UUID) -> File:
    """Opening it is a look, as it is for every page about a person."""
    actor, db = current_actor(), house().db
    with db.transaction(actor) as conn:
        family_id = views.files.family_of(conn, person_id)
    return views.files.file(db, actor, family_id).file
