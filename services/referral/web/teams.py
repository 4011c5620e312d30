"""The teams of an organisation, for whoever is responsible for it; and moving a referral between them."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.commands import teams as keeping
from services.referral.domain.teams import Team
from services.referral.forms.referrals import VersionForm
from services.referral.forms.teams import MoveForm, TeamForm, team_of
from services.referral.forms.words import first_upper
from services.referral.views import directory, invitations
from services.referral.views import teams as views
from services.referral.web.answers import receivers_page
from services.referral.web.page import show
from shared.forms import expected_version
from shared.refusals import Invalid
from shared.web import current_actor, house, requires

pages = Blueprint("teams", __name__)


@pages.get("/staff/<uuid:organisation_id>/teams")
@requires("team.keep")
def index(organisation_id: UUID) -> str:
    """All of them, and a new one."""
    return _list(organisation_id, None)


@pages.post("/staff/<uuid:organisation_id>/teams")
@requires("team.keep")
def make(organisation_id: UUID) -> ResponseReturnValue:
    form = TeamForm(())
    if not form.validate_on_submit():
        return _list(organisation_id, form), 422
    try:
        keeping.make_team(house().db, current_actor(), organisation_id, form.wish)
    except Invalid as refused:
        form.take(refused)
        return _list(organisation_id, form), 422
    return redirect(url_for("teams.index", organisation_id=organisation_id, done="kept"), 303)


@pages.get("/staff/teams/<uuid:team_id>")
@requires("team.keep")
def see(team_id: UUID) -> str:
    """Its name and its people."""
    return _page(views.one(house().db, current_actor(), team_id), None)


@pages.post("/staff/teams/<uuid:team_id>")
@requires("team.keep")
def change(team_id: UUID) -> ResponseReturnValue:
    team = views.one(house().db, current_actor(), team_id)
    form = TeamForm(())
    if not form.validate_on_submit():
        return _page(team, form), 422
    target = keeping.Target(team_id, expected_version(form))
    try:
        keeping.change_team(house().db, current_actor(), target, form.wish)
    except Invalid as refused:
        form.take(refused)
        return _page(team, form), 422
    return redirect(url_for("teams.index", organisation_id=team.organisation_id, done="kept"), 303)


@pages.post("/staff/teams/<uuid:team_id>/end")
@requires("team.keep")
def end(team_id: UUID) -> ResponseReturnValue:
    """It is kept, and nothing comes to it any more."""
    team = views.one(house().db, current_actor(), team_id)
    keeping.end_team(house().db, current_actor(), keeping.Target(team_id, expected_version(VersionForm())))
    return redirect(url_for("teams.index", organisation_id=team.organisation_id, done="team_ended"), 303)


@pages.post("/referrals/<uuid:referral_id>/team")
@requires("referral.move_to_team")
def move(referral_id: UUID) -> ResponseReturnValue:
    """The receiver's own matter: the school and the family are not told."""
    form = MoveForm(())
    if not form.validate_on_submit():
        return receivers_page(referral_id, move=form), 422
    target = commands.Target(referral_id, expected_version(form))
    try:
        keeping.move_to_team(house().db, current_actor(), target, team_of(form), house().settings.terms)
    except Invalid as refused:
        form.take(refused, {"team_id": "team"})
        return receivers_page(referral_id, move=form), 422
    return redirect(url_for("referrals.see", referral_id=referral_id, done="moved"), 303)


def _list(organisation_id: UUID, form: TeamForm | None) -> str:
    db, actor = house().db, current_actor()
    teams = views.kept(db, actor, organisation_id)
    people = _people(organisation_id)
    form = form or TeamForm((), formdata=None)
    form.members.choices = TeamForm(people.items(), formdata=None).members.choices
    name = directory.own_names(db, actor).get(organisation_id, "")
    return show("teams.html", organisation_id=organisation_id, name=name, teams=teams, people=people, form=form)


def _page(team: Team, form: TeamForm | None) -> str:
    people = _people(team.organisation_id)
    form = form or TeamForm((), formdata=None, data={"name": team.name, "members": list(team.members)})
    form.members.choices = TeamForm(people.items(), formdata=None).members.choices
    return show("team.html", team=team, form=form)


def _people(organisation_id: UUID) -> dict[UUID, str]:
    """Everybody who works there by function and mark, since Brug knows no names."""
    working = invitations.working(house().db, current_actor(), organisation_id)
    return {one.id: f"{first_upper(one.function)} ({one.mark})" for one in working}
