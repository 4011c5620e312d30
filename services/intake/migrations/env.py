"""Alembic's entry: runs intake's revisions."""

from shared.migrations_env import run

run("intake")
