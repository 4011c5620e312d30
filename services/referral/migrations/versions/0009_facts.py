"""When a referral became warm, and which months are counted."""

from alembic import op

from shared import schema

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # What became warm before is not known; it counts as not warm rather than be guessed.
    op.execute("ALTER TABLE referral ADD COLUMN warm_at timestamptz")
    op.execute("CREATE INDEX referral_sent_at ON referral (sent_at) WHERE sent_at IS NOT NULL")
    op.execute(schema.facts("referral"))
