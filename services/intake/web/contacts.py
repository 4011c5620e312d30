"""A contact that fits: noted from a family's file; and the goal that the school sets itself."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.contact import ways_asked
from services.intake.forms.contact import ContactForm, GoalForm, way_label
from services.intake.forms.words import named
from services.intake.web.page import reached_by, show
from shared import directory
from shared.forms import expected_version
from shared.refusals import Invalid, Malformed, NotThere
from shared.vocabulary import label
from shared.web import current_actor, house, requires

pages = Blueprint("contacts", __name__)


@pages.route("/files/<uuid:family_id>/contact", methods=["GET", "POST"])
@requires("contact.note")
def note(family_id: UUID) -> ResponseReturnValue:
    db, actor = house().db, current_actor()
    file = views.files.file_again(db, actor, family_id)
    form = ContactForm.of(file)
    status = 200
    if request.method == "POST":
        try:
            if form.validate_on_submit():
                with named():
                    commands.note_contact(db, actor, family_id, form.contact())
                return redirect(url_for("files.see", family_id=family_id, done="contact"), 303)
        except Invalid as refused:
            form.take(refused, {"person_id": "person"})
        status = 422
    return show(
        "contact.html",
        form=form,
        file=file,
        noted=views.contacts.is_noted(db, actor, family_id),
        reached_by=reached_by,
        agreed_of=lambda person: ", ".join(str(label("arrangements", one)) for one in person.arrangements) or None,
        ways_of=lambda person: [way_label(way) for way in ways_asked(person)],
    ), status


@pages.get("/goal")
@requires("goal.set")
def goal() -> str:
    organisation = _school()
    found = views.contacts.goal(house().db, current_actor(), organisation)
    form = GoalForm(formdata=None, data={"families": found.families, "version": str(found.version)})
    return _goal(form, organisation)


@pages.post("/goal")
@requires("goal.set")
def set_goal() -> ResponseReturnValue:
    organisation = _school()
    form = GoalForm()
    if not form.validate_on_submit():
        return _goal(form, organisation), 422
    commands.set_goal(house().db, current_actor(), organisation, form.families.data, expected_version(form))
    return redirect(url_for("contacts.goal", organisation=organisation, done="goal"), 303)


def _goal(form: GoalForm, organisation: UUID) -> str:
    db, actor = house().db, current_actor()
    with db.transaction(actor) as conn:
        found = [directory.organisation(conn, one) for one in sorted(actor.organisations_as("school_staff"))]
    return show(
        "goal.html",
        form=form,
        goal=views.contacts.goal(db, actor, organisation),
        organisation=organisation,
        schools=[one for one in found if one],
    )


def _school() -> UUID:
    """The school that this page is about: the chosen one, or the first."""
    mine = sorted(current_actor().organisations_as("school_staff"))
    asked = request.values.get("organisation")
    try:
        chosen = UUID(asked) if asked else mine[0]
    except ValueError as error:
        raise Malformed("organisation") from error
    if chosen not in mine:
        raise NotThere(str(chosen))
    return chosen
