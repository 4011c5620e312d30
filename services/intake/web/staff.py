"""A school's families: the list, the after-talk page and one family's file."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.intake import commands, views
from services.intake.domain.family import FileDraft
from services.intake.domain.finding import LONGEST_ASKED
from services.intake.forms.family import FIELDS, AfterTalkForm, ObjectionForm
from services.intake.forms.words import named
from services.intake.web.page import reached_by, show
from shared import directory
from shared.paging import Page
from shared.refusals import Invalid, Malformed
from shared.web import current_actor, house, requires

pages = Blueprint("files", __name__)


@pages.get("/")
@requires("files.list")
def index() -> str:
    """No content of a file shows here, so it is no look; neither is what a search finds."""
    actor, db = current_actor(), house().db
    asked, mine = request.args.get("q", "").strip()[:LONGEST_ASKED], request.args.get("whose") == "mine"
    if asked:
        page = Page[views.files.FileRow](items=views.finding.find(db, actor, asked, mine=mine))
    else:
        page = views.files.overview(db, actor, views.files.Which(mine, request.args.get("after")))
    waiting = views.corrections.count_waiting(db, actor)
    return show("index.html", page=page, corrections=waiting, asked=asked, mine=mine)


@pages.get("/files/new")
@requires("file.open")
def new() -> str:
    form = AfterTalkForm(formdata=None, data={"key": uuid4().hex})
    return _after_talk(form)


@pages.post("/files/new")
@requires("file.open")
def open_file() -> ResponseReturnValue:
    form = AfterTalkForm()
    _offer_schools(form)
    if not form.validate_on_submit():
        return _after_talk(form), 422
    try:
        draft = form.draft()
        organisation = UUID(form.organisation.data)
    except ValidationError as error:
        form.take(error, FIELDS)
        return _after_talk(form), 422
    alike = [] if form.anyway.data else _alike(organisation, draft, form.key.data)
    if alike:
        return _after_talk(form, alike), 422
    made = commands.open_file(house().db, current_actor(), organisation, draft, key=form.key.data or None)
    return redirect(url_for("files.see", family_id=made, done="opened"), 303)


@pages.get("/files/<uuid:family_id>")
@requires("file.see")
def see(family_id: UUID) -> str:
    """Opening it is a look that its persons can read."""
    seen = views.files.file(house().db, current_actor(), family_id)
    return show("file.html", seen=seen, file=seen.file, reached_by=reached_by, objection=ObjectionForm())


@pages.post("/files/<uuid:family_id>/objections")
@requires("file.change")
def object_to(family_id: UUID) -> ResponseReturnValue:
    form = ObjectionForm()
    if not form.validate_on_submit():
        raise Malformed("objection")
    try:
        objection = commands.Objection(UUID(form.child.data), UUID(form.caregiver.data))
    except (ValueError, TypeError, AttributeError) as error:
        raise Malformed("id") from error
    with named():
        known = form.known.data == "yes"
        found = commands.note_objection(house().db, current_actor(), objection, known=known)
    if found != family_id:
        raise Malformed("family")
    return redirect(url_for("files.see", family_id=family_id, done="objection"), 303)


def _alike(organisation: UUID, draft: FileDraft, key: str) -> list[views.files.FileRow]:
    """'Bestaat al?': the families of this school that this one looks like."""
    return views.finding.alike(house().db, current_actor(), organisation, draft, key=key or None)


def _after_talk(form: AfterTalkForm, alike: Sequence[views.files.FileRow] = ()) -> str:
    _offer_schools(form)
    return show("after_talk.html", form=form, alike=alike)


def _offer_schools(form: AfterTalkForm) -> None:
    """Who works at one school is not asked which."""
    actor = current_actor()
    schools = sorted(actor.organisations_as("school_staff"))
    with house().db.transaction(actor) as conn:
        names = {one: found.name for one in schools if (found := directory.organisation(conn, one))}
    form.organisation.choices = [(str(one), names.get(one, "")) for one in schools]
    if not form.organisation.data and schools:
        form.organisation.data = str(schools[0])
    if not schools:
        raise Invalid({"organisation": "Je werkt niet op een school."})
