"""Alembic's entry for the network service."""

from shared.migrations_env import run

run("network")
