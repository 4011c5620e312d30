"""Sessions know the issuer's session that they came from."""

from alembic import op

from shared import schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(schema.issuer("intake"))
