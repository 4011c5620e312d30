"""Which months are counted."""

from alembic import op

from shared import schema

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(schema.facts("activities"))
