"""One of an activity's occurrences can be cancelled, and what an activity says can change."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONE_OF_MANY = """
ALTER TABLE occurrence ADD COLUMN cancelled_at timestamptz;
GRANT UPDATE (cancelled_at) ON occurrence TO activities_web;
GRANT UPDATE (title, description, practical_help, companions, languages, seats) ON activity TO activities_web;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ONE_OF_MANY)
