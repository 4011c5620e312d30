"""Who follows a family at its school, and who did before: what a school has to do waits for who follows now."""

from alembic import op

revision = "0007"
down_revision = "0006"

FOLLOWER = """
-- Ids only. Without a row nobody handed the family over, and each task stays with whom it was for.
CREATE TABLE seen.follower (
  family_id uuid PRIMARY KEY,
  staff_id uuid NOT NULL,
  before uuid[] NOT NULL,
  version int NOT NULL
);
GRANT SELECT ON seen.follower TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.follower TO referral_worker;
"""


def upgrade() -> None:
    op.execute(FOLLOWER)
