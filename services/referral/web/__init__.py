"""Pages and fragments: permission, form, command, redirect."""

from services.referral.web import (
    answers,
    capacity,
    endings,
    meetings,
    mine,
    organisations,
    overview,
    progress,
    referrals,
    staff,
    tasks,
    webhooks,
)

BLUEPRINTS = (
    overview.pages,
    organisations.pages,
    capacity.pages,
    referrals.pages,
    answers.pages,
    meetings.pages,
    progress.pages,
    endings.pages,
    tasks.pages,
    mine.pages,
    staff.pages,
    webhooks.pages,
)
