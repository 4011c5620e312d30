"""Pages: permission, form, command, redirect."""

from services.activities.web import organising, seats, week

BLUEPRINTS = (week.pages, seats.pages, organising.pages)
