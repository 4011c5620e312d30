"""/teams: those of an organisation, for whoever is responsible for it; and to which a receiver moves a referral."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral.api.shapes.shown import ReferralShown
from services.referral.api.shapes.teams import MoveToTeam, TeamList, TeamShown, WriteTeam
from services.referral.api.sides import receivers, target
from services.referral.api.spec import SPEC, answers
from services.referral.commands import teams as commands
from services.referral.views import teams as views
from shared.api import expected_version, idempotency_key, versioned
from shared.web import current_actor, house, requires

api = Blueprint("api_teams", __name__)


@api.get("/organisations/<uuid:organisation_id>/teams")
@requires("team.keep")
@SPEC.validate(resp=answers(TeamList), tags=["organisations"])
def list_teams(organisation_id: UUID) -> TeamList:
    """With who is in them; those that ended come last."""
    found = views.kept(house().db, current_actor(), organisation_id)
    return TeamList(items=[TeamShown.of(one) for one in found])


@api.post("/organisations/<uuid:organisation_id>/teams")
@requires("team.keep")
@SPEC.validate(resp=answers(TeamShown, 201, keyed=True), tags=["organisations"])
def make(organisation_id: UUID, json: WriteTeam) -> FlaskResponse:
    """A name that no other team has there now, and people who work there."""
    made = commands.make_team(house().db, current_actor(), organisation_id, json.wish, key=idempotency_key())
    return _shown(made, 201)


@api.get("/teams/<uuid:team_id>")
@requires("team.keep")
@SPEC.validate(resp=answers(TeamShown), tags=["organisations"])
def show(team_id: UUID) -> FlaskResponse:
    """One team, with its version."""
    return _shown(team_id)


@api.put("/teams/<uuid:team_id>")
@requires("team.keep")
@SPEC.validate(resp=answers(TeamShown, changes=True), tags=["organisations"])
def change(team_id: UUID, json: WriteTeam) -> FlaskResponse:
    """Its name and all its people, as they are from now on."""
    commands.change_team(house().db, current_actor(), _target(team_id), json.wish)
    return _shown(team_id)


@api.post("/teams/<uuid:team_id>/end")
@requires("team.keep")
@SPEC.validate(resp=answers(TeamShown, changes=True), tags=["organisations"])
def end(team_id: UUID) -> FlaskResponse:
    """Nothing comes to it any more; what it has stays with the organisation."""
    commands.end_team(house().db, current_actor(), _target(team_id))
    return _shown(team_id)


@api.post("/referrals/<uuid:referral_id>/team")
@requires("referral.move_to_team")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["referrals"])
def move(referral_id: UUID, json: MoveToTeam) -> FlaskResponse:
    """Give it to another of your teams; the school and the family are not told (R4)."""
    commands.move_to_team(house().db, current_actor(), target(referral_id), json.team_id, house().settings.terms)
    return receivers(referral_id)


def _target(team_id: UUID) -> commands.Target:
    return commands.Target(team_id, expected_version())


def _shown(team_id: UUID, status: int = 200) -> FlaskResponse:
    one = views.one(house().db, current_actor(), team_id)
    return versioned(TeamShown.of(one), one.version, status)
