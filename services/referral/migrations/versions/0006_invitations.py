"""Invitations of staff."""

from alembic import op

revision = "0006"
down_revision = "0005"

INVITATION = """
-- The address is here until there is an account, a week at most.
CREATE TABLE invitation (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation,
  email text NOT NULL CHECK (length(email) <= 254),
  role text NOT NULL,
  function text NOT NULL CHECK (length(function) BETWEEN 1 AND 100),
  secrecy text NOT NULL,
  invited_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('waiting', 'done', 'refused', 'expired')),
  problem text NOT NULL,
  staff_id uuid,
  next_try timestamptz NOT NULL,
  CHECK ((status = 'done') = (staff_id IS NOT NULL)),
  CHECK (status NOT IN ('done', 'expired') OR email = '')
);
CREATE UNIQUE INDEX invitation_once ON invitation (organisation_id, role, email) WHERE status = 'waiting';
CREATE INDEX invitation_waiting ON invitation (next_try) WHERE status = 'waiting';
CREATE INDEX invitation_place ON invitation (organisation_id, invited_at);
CREATE INDEX invitation_age ON invitation (invited_at);
GRANT SELECT, INSERT ON invitation TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO referral_worker;
"""


def upgrade() -> None:
    op.execute(INVITATION)
