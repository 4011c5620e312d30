"""Pages and fragments: permission, form, command, redirect."""

from services.referral.web import answers, capacity, organisations, overview, referrals

BLUEPRINTS = (overview.pages, organisations.pages, capacity.pages, referrals.pages, answers.pages)
