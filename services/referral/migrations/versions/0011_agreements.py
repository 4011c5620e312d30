"""Organisations keep themselves: what one proposes and the other confirms, and memberships that end on a page."""

from alembic import op

revision = "0011"
down_revision = "0010"

AGREEMENTS = """
ALTER TABLE agreement ADD COLUMN special_ground text NOT NULL DEFAULT '';

-- What one organisation proposes; only the other's yes makes it an agreement (R1).
CREATE TABLE agreement_proposal (
  id uuid PRIMARY KEY,
  organisation_a uuid NOT NULL REFERENCES organisation,
  organisation_b uuid NOT NULL REFERENCES organisation,
  purpose text NOT NULL,
  legal_ground text NOT NULL,
  special_ground text NOT NULL,
  fields text[] NOT NULL CHECK (cardinality(fields) > 0),
  retention_days int NOT NULL CHECK (retention_days > 0),
  valid_from date NOT NULL,
  valid_until date,
  state text NOT NULL CHECK (state IN ('open', 'confirmed', 'refused', 'withdrawn')),
  proposed_at timestamptz NOT NULL,
  answered_at timestamptz,
  version int NOT NULL,
  CHECK (organisation_a <> organisation_b),
  CHECK (valid_until IS NULL OR valid_from < valid_until),
  CHECK ((state = 'open') = (answered_at IS NULL))
);
CREATE UNIQUE INDEX agreement_proposal_once
  ON agreement_proposal (least(organisation_a, organisation_b), greatest(organisation_a, organisation_b), purpose)
  WHERE state = 'open';
CREATE INDEX agreement_proposal_a ON agreement_proposal (organisation_a, id);
CREATE INDEX agreement_proposal_b ON agreement_proposal (organisation_b, id);
GRANT SELECT, INSERT, UPDATE (state, answered_at, version) ON agreement_proposal TO referral_web;
GRANT SELECT ON agreement_proposal TO referral_worker;
GRANT INSERT, UPDATE ON agreement TO referral_web;
GRANT UPDATE (valid_until, version) ON membership TO referral_web;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(AGREEMENTS)
