"""Alembic's entry: runs referral's revisions."""

from shared.migrations_env import run

run("referral")
