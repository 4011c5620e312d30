"""/files: a family's file, opened after the talk, seen and changed by staff of its organisation."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.intake import commands, views
from services.intake.api.shapes import (
    AlikePage,
    FileBody,
    FileListed,
    FilePage,
    FileQuery,
    FileShown,
    HandOverBody,
    NewFileBody,
    SafetyBody,
)
from services.intake.api.spec import SPEC, answers
from services.intake.domain.handing import HandOver
from services.intake.forms.words import named
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.refusals import Invalid
from shared.security import Actor
from shared.web import current_actor, house, requires

api = Blueprint("api_files", __name__)


@api.post("/files")
@requires("file.open")
@SPEC.validate(resp=answers(FileShown, 201, keyed=True), tags=["files"])
def open_file(json: NewFileBody) -> FlaskResponse:
    """A new file; alias and phone are enough."""
    refuse_hints(json.texts(), understood=json.understood)
    actor = current_actor()
    organisation = json.organisation or only_school(actor)
    with named():
        made = commands.open_file(house().db, actor, organisation, json.draft(), key=idempotency_key())
    return _shown(made, 201)


@api.get("/files")
@requires("files.list")
@SPEC.validate(resp=answers(FilePage), tags=["files"])
def list_files(query: FileQuery) -> FilePage:
    """The families that your school follows, changed last first, or those that fit `q`; no content, so no look."""
    actor, db = current_actor(), house().db
    if query.q:
        found = views.finding.find(db, actor, query.q, mine=query.mine, limit=query.limit)
        return FilePage(items=[FileListed.of(one) for one in found], next=None)
    page = views.files.overview(db, actor, views.files.Which(query.mine, query.after, query.limit))
    return FilePage(items=[FileListed.of(one) for one in page.items], next=page.next)


@api.post("/files/alike")
@requires("file.open")
@SPEC.validate(resp=answers(AlikePage), tags=["files"])
def alike(json: NewFileBody) -> AlikePage:
    """'Bestaat al?': what your school has already, asked with the body that would open a file. Nothing is written."""
    actor = current_actor()
    found = views.finding.alike(house().db, actor, json.organisation or only_school(actor), json.draft())
    return AlikePage(items=[FileListed.of(one) for one in found])


@api.post("/files/<uuid:family_id>/hand-over")
@requires("file.hand_over")
@SPEC.validate(resp=answers(FileShown, changes=True), tags=["files"])
def hand_over(family_id: UUID, json: HandOverBody) -> FlaskResponse:
    """A colleague follows this family from now on; tasks that waited for you wait for the colleague."""
    given = HandOver(json.to, json.note, expected_version())
    refuse_hints({"note": json.note}, understood=json.understood)
    with named():
        commands.hand_over(house().db, current_actor(), family_id, given)
    return _shown(family_id)


@api.get("/files/<uuid:family_id>")
@requires("file.see")
@SPEC.validate(resp=answers(FileShown), tags=["files"])
def show(family_id: UUID) -> FlaskResponse:
    """One file; opening it is a look that its persons can read."""
    return _shown(family_id)


@api.patch("/files/<uuid:family_id>")
@requires("file.change")
@SPEC.validate(resp=answers(FileShown, changes=True), tags=["files"])
def change(family_id: UUID, json: FileBody) -> FlaskResponse:
    """Persons with an id change, others are added; `goes_well` and `asks` are replaced where they are sent."""
    version = expected_version()
    refuse_hints(json.texts(), understood=json.understood)
    with named():
        commands.change_file(house().db, current_actor(), family_id, json.draft(), version)
    return _shown(family_id)


@api.put("/persons/<uuid:person_id>/safety")
@requires("safety.set")
@SPEC.validate(resp=answers(FileShown), tags=["persons"])
def safety(person_id: UUID, json: SafetyBody) -> FlaskResponse:
    """Set a person's safety flag or take it away (R22). No reason, and no version: it cannot wait for either."""
    family_id = commands.set_safety(house().db, current_actor(), person_id, safety=json.safety)
    return _shown(family_id)


def only_school(actor: Actor) -> UUID:
    """The one school of a staff member. Raises Invalid where there are more."""
    schools = actor.organisations_as("school_staff")
    if len(schools) != 1:
        raise Invalid({"organisation": "Zeg erbij voor welke school dit is."})
    return next(iter(schools))


def _shown(family_id: UUID, status: int = 200) -> FlaskResponse:
    seen = views.files.file(house().db, current_actor(), family_id)
    return versioned(FileShown.of(seen), seen.file.version, status)
