"""Pages and fragments: permission, form, command, redirect."""

from services.referral.web import (
    agreements,
    answers,
    capacity,
    endings,
    guests,
    meetings,
    mine,
    organisations,
    overview,
    plans,
    progress,
    referrals,
    staff,
    tasks,
    teams,
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
    plans.pages,
    staff.pages,
    guests.pages,
    agreements.pages,
    teams.pages,
    webhooks.pages,
)
