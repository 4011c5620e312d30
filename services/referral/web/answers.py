"""A referral from the receiver's side: six lines, then yes with a name and an hour, a question, or no with a code."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form as AnyForm

from services.referral import commands
from services.referral.domain import UNANSWERED, Status
from services.referral.forms.referrals import (
    INTERPRETING,
    AcceptForm,
    AskInformationForm,
    DeclineForm,
    OutcomeForm,
    TakeOnForm,
)
from services.referral.forms.teams import MoveForm, team_choices
from services.referral.views import plans, teams
from services.referral.views import referrals as views
from services.referral.web.page import show
from shared import clock
from shared.forms import expected_version
from shared.package import Package
from shared.refusals import Invalid
from shared.security import ActorKind
from shared.web import current_actor, house, requires, session_name

pages = Blueprint("answers", __name__)


def receivers_page(referral_id: UUID, *, move: MoveForm | None = None, **filled: AnyForm) -> str:
    """The six lines with what comes next beside them; the first opening marks it seen.

    `filled`: a form that was sent and could not be used, under the name that the page knows it by.
    """
    actor, db, terms = current_actor(), house().db, house().settings.terms
    commands.see_referral(db, actor, referral_id, terms)
    lines = views.open_as_receiver(db, actor, referral_id, terms)
    forms = {"accept": _accept_form(lines), "ask": AskInformationForm(formdata=None), "outcome": _outcome_form(lines)}
    move = move or _move_form(lines)
    move.team.choices = team_choices(_teams(lines))
    return show(
        "partner_referral.html",
        lines=lines,
        unanswered=lines.status in UNANSWERED,
        plan_id=plans.beside_referral(db, actor, referral_id) if lines.level == "plan_parts" else None,
        move=move,
        team_name=teams.name_of(db, actor, lines.team_id),
        hour_has_come=lines.meets_at is not None and lines.meets_at <= clock.now(),
        **forms | filled,
    )


def _accept_form(lines: views.SixLines) -> AcceptForm | None:
    """Where no hour is needed, none; else with all that is known filled in."""
    if lines.status not in (*UNANSWERED, Status.ACCEPTED, Status.ON_HOLD):
        return None
    wished = lines.package.interpreter if isinstance(lines.package, Package) else None
    known = {
        "version": str(lines.version),
        "contact": lines.contact or session_name().split(" ")[0],
        "place": views.last_place(house().db, current_actor(), lines.to_organisation),
        "interpreting": wished if wished in INTERPRETING else "",
    }
    return AcceptForm(formdata=None, data=known)


def _move_form(lines: views.SixLines) -> MoveForm:
    known = {"team": str(lines.team_id or ""), "version": str(lines.version)}
    return MoveForm((), formdata=None, data=known)


def _teams(lines: views.SixLines) -> list[tuple[UUID, str]]:
    """Those of the receiver, for a colleague to choose from; a guest knows of none."""
    if current_actor().kind == ActorKind.GUEST:
        return []
    return [(one.id, one.name) for one in teams.names(house().db, current_actor(), lines.to_organisation)]


def _outcome_form(lines: views.SixLines) -> OutcomeForm:
    return OutcomeForm(formdata=None, data={"code": lines.outcome, "version": str(lines.version)})


@pages.post("/referrals/<uuid:referral_id>/accept")
@requires("referral.accept")
def accept(referral_id: UUID) -> ResponseReturnValue:
    """'Ja, dinsdag 10 uur, Els', or yes while the hour is still looked for."""
    if request.form.get("answer") == "later":
        return _take_on(referral_id)
    form = AcceptForm()
    if not form.validate_on_submit():
        return receivers_page(referral_id, accept=form), 422
    target = commands.Target(referral_id, expected_version(form))
    try:
        commands.accept_referral(house().db, current_actor(), target, form.appointment, house().settings.terms)
    except Invalid as refused:
        form.take(refused, {"at": "day"})
        return receivers_page(referral_id, accept=form), 422
    return redirect(url_for("referrals.see", referral_id=referral_id, done="accepted"), 303)


def _take_on(referral_id: UUID) -> ResponseReturnValue:
    form = TakeOnForm()
    if not form.validate_on_submit():
        return receivers_page(referral_id), 422
    target = commands.Target(referral_id, expected_version(form))
    contact = str(form.contact.data or "")
    commands.take_on_referral(house().db, current_actor(), target, contact, house().settings.terms)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="taken_on"), 303)


@pages.post("/referrals/<uuid:referral_id>/ask")
@requires("referral.ask_information")
def ask(referral_id: UUID) -> ResponseReturnValue:
    """What they miss goes to the school as a code."""
    form = AskInformationForm()
    if not form.validate_on_submit():
        return receivers_page(referral_id, ask=form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.ask_information(house().db, current_actor(), target, form.kind.data, house().settings.terms)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="asked"), 303)


@pages.get("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
def ask_why(referral_id: UUID) -> str:
    """Shows nothing of the person, so it is no look."""
    referral = commands.see_referral(house().db, current_actor(), referral_id, house().settings.terms)
    form = DeclineForm(formdata=None, data={"version": str(referral.receiver_version)})
    return show("decline.html", referral_id=referral_id, form=form)


@pages.post("/referrals/<uuid:referral_id>/decline")
@requires("referral.decline")
def decline(referral_id: UUID) -> ResponseReturnValue:
    form = DeclineForm()
    if not form.validate_on_submit():
        return show("decline.html", referral_id=referral_id, form=form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.decline_referral(house().db, current_actor(), target, form.code.data)
    if current_actor().kind == ActorKind.GUEST:
        return redirect(url_for("guests.done", did="declined"), 303)
    return redirect(url_for("overview.index", done="declined"), 303)
