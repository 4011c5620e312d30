"""A web process may see since when events wait, and nothing of what is in them: its pages say so."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT SELECT (position, appended_at, published_at) ON outbox TO intake_web")
