"""Helpers, requests, matches and how they find each other; standard library and pydantic only."""
