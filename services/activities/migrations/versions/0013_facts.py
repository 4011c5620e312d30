"""Which months are counted."""

from alembic import op

from shared import schema

revision = "0013"
down_revision = "0003"


def upgrade() -> None:
    op.execute(schema.facts("activities"))
