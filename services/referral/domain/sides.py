"""What each side of a referral is told, and so which of its changes that side counts: a number that rises tells too."""

from dataclasses import replace
from typing import Any

from services.referral.domain.referral import Referral
from shared.security import Actor

_COUNTS = frozenset({"version", "school_version", "receiver_version"})
_HELPED = frozenset({"helped", "helped_told", "helped_by"})
# Who at its receiver has it is the receiver's own.
_INSIDE = frozenset({"team_id"})
# Of these the school is told as far as they may go back (R4).
_AS_TOLD = frozenset({"status", "met_at", "outcome", "decline_code"})


def counted(before: Referral, after: Referral) -> Referral:
    """`after` with the versions of both sides: each rises only where what this side is told is another than before.

    Whether it helped in the person's own view never moves the receiver's; what the receiver reports moves the
    school's only where the person lets it go back (R4).
    """
    return replace(
        after,
        school_version=before.school_version + (told_to_school(before) != told_to_school(after)),
        receiver_version=before.receiver_version + (told_to_receiver(before) != told_to_receiver(after)),
    )


def version_for(actor: Actor, referral: Referral) -> int:
    """The version that this actor's pages and answers carry, and acts on."""
    if referral.owner_organisation in actor.organisations_as("school_staff"):
        return referral.school_version
    if referral.to_organisation in actor.organisations:
        return referral.receiver_version
    return referral.version


def told_to_school(one: Referral) -> dict[str, Any]:
    return _without(one, _COUNTS | _HELPED | _INSIDE | _AS_TOLD) | {
        "told": one.told,
        "met_at": one.told_met_at,
        "outcome": one.told_outcome,
        "helped": one.told_helped,
        "decline": one.told_decline,
    }


def told_to_receiver(one: Referral) -> dict[str, Any]:
    return _without(one, _COUNTS | _HELPED)


def _without(one: Referral, hidden: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in vars(one).items() if name not in hidden}
