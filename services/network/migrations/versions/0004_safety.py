"""Who has a safety flag and who lives in which home, as intake tells it."""

from alembic import op

from shared import schema

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(schema.safety("network"))
