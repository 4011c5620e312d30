"""What only the family does with its plan: a yes to a version, which parts the school sees, 'Gelukt?'."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands import plans as commands
from services.referral.domain.plan import SHARED, SPECIAL
from services.referral.forms.plans import OutcomeForm, PartsForm, StepForm
from services.referral.web.plans.page import opened, pages, show, target
from shared.forms import expected_version
from shared.i18n import language
from shared.refusals import Malformed, NotThere
from shared.web import current_actor, house, requires


@pages.post("/plans/<uuid:plan_id>/yes")
@requires("plan.agree")
def say_yes(plan_id: UUID) -> ResponseReturnValue:
    """One tap; the version in the form is the edition that the person read."""
    at = target(plan_id, expected_version(StepForm()))
    commands.say_yes(house().db, current_actor(), at, language())
    return redirect(url_for("plans.see", plan_id=plan_id, done="yes"), 303)


@pages.get("/plans/<uuid:plan_id>/school")
@requires("plan.open")
def parts(plan_id: UUID) -> str:
    """Which parts the school sees, as it is now."""
    seen = opened(plan_id)
    if seen.by_child:
        raise NotThere(str(plan_id))
    open_now = [one for one in SHARED if one not in seen.plan.closed_to_school]
    told = {
        "parts": [one for one in open_now if one not in SPECIAL],
        "special": [one for one in open_now if one in SPECIAL],
        "version": str(seen.plan.version),
    }
    return show("parts.html", seen=seen, plan=seen.plan, form=PartsForm(formdata=None, data=told))


@pages.post("/plans/<uuid:plan_id>/school")
@requires("plan.open")
def open_parts(plan_id: UUID) -> ResponseReturnValue:
    form = PartsForm()
    if not form.validate_on_submit():
        seen = opened(plan_id)
        return show("parts.html", seen=seen, plan=seen.plan, form=form), 422
    at = target(plan_id, expected_version(form))
    commands.open_to_school(house().db, current_actor(), at, form.opened)
    return redirect(url_for("plans.see", plan_id=plan_id, done="parts"), 303)


@pages.post("/plans/<uuid:plan_id>/actions/<uuid:action_id>/outcome")
@requires("plan.tell")
def tell(plan_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """'Gelukt?': kept for this person alone (R12)."""
    form = OutcomeForm()
    if not form.validate_on_submit():
        raise Malformed("answer")
    commands.tell_outcome(house().db, current_actor(), plan_id, action_id, form.answer.data)
    return redirect(url_for("plans.see", plan_id=plan_id, done="told"), 303)
