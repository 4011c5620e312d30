"""Alembic's entry for the activities service."""

from shared.migrations_env import run

run("activities")
