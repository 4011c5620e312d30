"""The answer that each side of a referral gets: school, receiver or the person."""

from uuid import UUID

from flask import Response

from services.referral import commands
from services.referral.api.shapes.shown import MineShown, ReferralShown
from services.referral.views import mine
from services.referral.views import referrals as views
from shared.api import expected_version, idempotency_key, versioned
from shared.security import ActorKind
from shared.web import current_actor, house, may_change


def target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(), idempotency_key())


def sides(referral_id: UUID) -> Response:
    """As the one who asks may know it; a receiver's first opening marks it seen, but for a program that only reads."""
    actor, db = current_actor(), house().db
    if actor.kind == ActorKind.PERSON:
        one = mine.one(db, actor, referral_id)
        return versioned(MineShown.of(one), one.version)
    if views.is_owner(db, actor, referral_id):
        return owners(referral_id)
    if may_change():
        commands.see_referral(db, actor, referral_id, house().settings.terms)
    return receivers(referral_id)


def owners(referral_id: UUID, status: int = 200) -> Response:
    opened = views.open_as_owner(house().db, current_actor(), referral_id)
    return versioned(ReferralShown.for_owner(opened), opened.referral.school_version, status)


def receivers(referral_id: UUID) -> Response:
    lines = views.open_as_receiver(house().db, current_actor(), referral_id, house().settings.terms)
    return versioned(ReferralShown.for_receiver(lines), lines.version)
