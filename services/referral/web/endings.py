"""A referral that ends from the school's side: round, taken back, sent by mistake, or on the family's word."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.domain import TalkFirst
from services.referral.forms.referrals import CloseForm, VersionForm
from services.referral.web.referrals import owners_page
from shared.forms import expected_version
from shared.security import ActorKind
from shared.web import current_actor, house, requires

pages = Blueprint("endings", __name__)


@pages.post("/referrals/<uuid:referral_id>/close")
@requires("referral.close")
def close(referral_id: UUID) -> ResponseReturnValue:
    """With how the talk with the parent went, where nobody said so before (R7)."""
    form = CloseForm()
    if not form.validate_on_submit():
        return owners_page(referral_id, closing=form), 422
    target = commands.Target(referral_id, expected_version(form))
    try:
        commands.close_referral(house().db, current_actor(), target, form.talk.data or None)
    except TalkFirst:
        form.talk.errors = ["Praat eerst met de ouder, en zeg hier hoe dat ging."]
        return owners_page(referral_id, closing=form), 422
    return _back(referral_id, "closed")


@pages.post("/referrals/<uuid:referral_id>/withdraw")
@requires("referral.withdraw")
def withdraw(referral_id: UUID) -> ResponseReturnValue:
    commands.withdraw_referral(house().db, current_actor(), _target(referral_id))
    return _back(referral_id, "withdrawn")


@pages.post("/referrals/<uuid:referral_id>/error")
@requires("referral.call_error")
def error(referral_id: UUID) -> ResponseReturnValue:
    commands.call_error(house().db, current_actor(), _target(referral_id))
    return _back(referral_id, "withdrawn")


@pages.post("/referrals/<uuid:referral_id>/family-ends")
@requires("referral.end_by_family")
def family_ends(referral_id: UUID) -> ResponseReturnValue:
    """By the person's own tap, or by the school on the family's word."""
    commands.end_by_family(house().db, current_actor(), _target(referral_id))
    if current_actor().kind == ActorKind.PERSON:
        return redirect(url_for("mine.see", done="ended"), 303)
    return _back(referral_id, "family_ended")


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(VersionForm()))


def _back(referral_id: UUID, done: str) -> ResponseReturnValue:
    return redirect(url_for("referrals.see", referral_id=referral_id, done=done), 303)
