"""Small pages that change a file: one person, what goes well, one more question."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.intake import commands, views
from services.intake.domain.family import UNKNOWN, AskDraft, File, FileDraft, Kind, OwnWords, Person
from services.intake.forms.family import FIELDS, AskForm, CaregiverForm, ChildForm
from services.intake.forms.told import StrengthsForm, ToldForm, asks_of
from services.intake.forms.words import named
from services.intake.web.page import show
from shared import clock
from shared.forms import expected_version
from shared.refusals import Invalid, NotThere
from shared.web import current_actor, house, requires

pages = Blueprint("persons", __name__)


@pages.route("/files/<uuid:family_id>/persons/new/<kind>", methods=["GET", "POST"])
@requires("file.change")
def add(family_id: UUID, kind: str) -> ResponseReturnValue:
    file = _file(family_id)
    if kind not in set(Kind):
        raise NotThere(kind)
    form = (ChildForm if kind == Kind.CHILD else CaregiverForm)(data={"version": file.version, "households": ["1"]})
    return _save(file, form, "person.html", lambda: form.draft(None), person=None, is_child=kind == Kind.CHILD)


@pages.route("/persons/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires("file.change")
def edit(person_id: UUID) -> ResponseReturnValue:
    with house().db.transaction(current_actor()) as conn:
        family_id = views.files.family_of(conn, person_id)
    file = _file(family_id)
    person = file.person(person_id)
    form: CaregiverForm | ChildForm
    if person.kind == Kind.CHILD:
        form = ChildForm(data=ChildForm.of(person) | {"version": file.version})
    else:
        form = CaregiverForm(data=CaregiverForm.of(person) | {"version": file.version})
    return _save(
        file, form, "person.html", lambda: _keeping(form, person), person=person, is_child=person.kind == Kind.CHILD
    )


@pages.route("/files/<uuid:family_id>/goes-well", methods=["GET", "POST"])
@requires("file.change")
def goes_well(family_id: UUID) -> ResponseReturnValue:
    file = _file(family_id)
    lines = "\n".join(one.text for one in file.goes_well if not one.alone)
    form = StrengthsForm(data={"goes_well": lines, "version": file.version})
    return _save(file, form, "goes_well.html", lambda: form.draft(file))


@pages.route("/files/<uuid:family_id>/asks/new", methods=["GET", "POST"])
@requires("file.change")
def ask(family_id: UUID) -> ResponseReturnValue:
    file = _file(family_id)
    form = AskForm(file.persons, data={"person": str(file.persons[0].id), "version": file.version})
    return _save(file, form, "ask.html", lambda: _one_more(file, form))


@pages.route("/persons/<uuid:person_id>/told", methods=["GET", "POST"])
@requires("file.change")
def told(person_id: UUID) -> ResponseReturnValue:
    """What a child of 12 or more tells itself; it may stay between the child and who follows the family (R5)."""
    with house().db.transaction(current_actor()) as conn:
        family_id = views.files.family_of(conn, person_id)
    file = _file(family_id)
    child = file.person(person_id)
    if child.kind != Kind.CHILD or not child.is_heard(clock.today()):
        raise NotThere(str(person_id))
    form = ToldForm(child, data={"version": file.version, "alone": "yes"})
    return _save(file, form, "told.html", lambda: form.draft(file, child), child=child)


def _file(family_id: UUID) -> File:
    actor, db = current_actor(), house().db
    if request.method == "POST":
        return views.files.file_again(db, actor, family_id)
    return views.files.file(db, actor, family_id).file


def _save(file: File, form: Any, template: str, draft: Callable[[], FileDraft], **values: Any) -> ResponseReturnValue:
    """The form as it is, or what it says written and back to the file."""
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with named():
                    commands.change_file(house().db, current_actor(), file.id, draft(), expected_version(form))
                return redirect(url_for("files.see", family_id=file.id, done="changed"), 303)
            except ValidationError as error:
                form.take(error, FIELDS)
            except Invalid as refused:
                form.take(refused)
    return show(template, form=form, file=file, **values), status


def _keeping(form: CaregiverForm | ChildForm, person: Person) -> FileDraft:
    """Languages beyond those that the page shows stay as they are."""
    draft = form.draft(person.id)
    told = draft.persons[0]
    shown = {*CaregiverForm.of(person)["languages"], CaregiverForm.of(person)["other_language"]}
    kept = [one for one in person.languages if one.tag not in shown and one.tag not in {t.tag for t in told.languages}]
    whole = told.model_copy(update={"languages": (*told.languages, *kept)})
    return draft.model_copy(update={"persons": (whole,)})


def _one_more(file: File, form: AskForm) -> FileDraft:
    words = OwnWords(text=form.ask.data or "", lang="nl")
    about = form.life_domain.data or UNKNOWN
    news = AskDraft(text=words, life_domain=about, person_id=UUID(form.person.data))
    return FileDraft(asks=(*asks_of(file), news))
