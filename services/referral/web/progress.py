"""What a receiver reports after the hour: they met, they are at work, they wait, how it ended."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.forms.referrals import OutcomeForm, VersionForm
from services.referral.web.answers import receivers_page
from shared.forms import expected_version
from shared.web import current_actor, house, requires

pages = Blueprint("progress", __name__)


@pages.post("/referrals/<uuid:referral_id>/met")
@requires("referral.report_meeting")
def met(referral_id: UUID) -> ResponseReturnValue:
    commands.report_meeting(house().db, current_actor(), _target(referral_id))
    return _back(referral_id, "met")


@pages.post("/referrals/<uuid:referral_id>/start")
@requires("referral.start")
def start(referral_id: UUID) -> ResponseReturnValue:
    commands.start_help(house().db, current_actor(), _target(referral_id))
    return _back(referral_id, "kept")


@pages.post("/referrals/<uuid:referral_id>/pause")
@requires("referral.pause")
def pause(referral_id: UUID) -> ResponseReturnValue:
    commands.pause_help(house().db, current_actor(), _target(referral_id))
    return _back(referral_id, "kept")


@pages.post("/referrals/<uuid:referral_id>/outcome")
@requires("referral.report_outcome")
def outcome(referral_id: UUID) -> ResponseReturnValue:
    """As a code; what of it the school is told is the family's choice (R4)."""
    form = OutcomeForm()
    if not form.validate_on_submit():
        return receivers_page(referral_id, outcome=form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.report_outcome(house().db, current_actor(), target, form.code.data)
    return _back(referral_id, "outcome")


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(VersionForm()))


def _back(referral_id: UUID, done: str) -> ResponseReturnValue:
    return redirect(url_for("referrals.see", referral_id=referral_id, done=done), 303)
