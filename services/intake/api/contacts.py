"""/files/…/contacts and /goal: a contact that fits what a parent asked, and the goal that a school sets itself."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.intake import commands, views
from services.intake.api.files import only_school
from services.intake.api.shapes.contacts import ContactBody, ContactShown, GoalBody, GoalQuery, GoalShown
from services.intake.api.spec import SPEC, answers
from services.intake.forms.words import named
from shared.api import expected_version, versioned
from shared.web import current_actor, house, requires

api = Blueprint("api_contacts", __name__)


@api.post("/files/<uuid:family_id>/contacts")
@requires("contact.note")
@SPEC.validate(resp=answers(ContactShown), tags=["contacts"])
def note(family_id: UUID, json: ContactBody) -> ContactShown:
    """The first of a month counts; what does not fit is refused and kept nowhere (R12)."""
    with named():
        commands.note_contact(house().db, current_actor(), family_id, json.contact())
    return ContactShown(this_month=True)


@api.get("/goal")
@requires("goal.set")
@SPEC.validate(resp=answers(GoalShown), tags=["contacts"])
def goal(query: GoalQuery) -> FlaskResponse:
    """How many families a month the school wants to reach as they asked."""
    return _goal(query.organisation or only_school(current_actor()))


@api.put("/goal")
@requires("goal.set")
@SPEC.validate(resp=answers(GoalShown, changes=True), tags=["contacts"])
def set_goal(query: GoalQuery, json: GoalBody) -> FlaskResponse:
    """The school's own choice; `If-Match: "0"` where there is none yet."""
    version = expected_version()
    organisation = query.organisation or only_school(current_actor())
    commands.set_goal(house().db, current_actor(), organisation, json.families, version)
    return _goal(organisation)


def _goal(organisation: UUID) -> FlaskResponse:
    found = views.contacts.goal(house().db, current_actor(), organisation)
    shown = GoalShown(organisation=organisation, families=found.families, so_far=found.so_far, version=found.version)
    return versioned(shown, found.version)
