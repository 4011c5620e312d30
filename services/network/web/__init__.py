"""Pages and fragments: permission, form, command, redirect."""

from services.network.web import board, helpers, home, matches, requests, rounds

BLUEPRINTS = (home.pages, requests.pages, matches.pages, helpers.pages, rounds.pages, board.pages)
