"""Teams of an organisation, and which of them a referral is for and is with."""

from alembic import op

revision = "0014"
down_revision = "0013"

# The directory is public to staff; what holds no family needs no row-level security. `members` are memberships; who
# works there no more is left out when it is read.
TEAM = """
CREATE TABLE team (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  members uuid[] NOT NULL,
  ended_at timestamptz,
  version int NOT NULL,
  UNIQUE (id, organisation_id)
);
CREATE UNIQUE INDEX team_name ON team (organisation_id, lower(name)) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE (name, members, ended_at, version) ON team TO referral_web;
GRANT SELECT ON team TO referral_worker;
"""

# `named_team` is what the school named, and stays; `team_id` is where its receiver has it now (R4).
REFERRAL = """
ALTER TABLE referral
  ADD COLUMN named_team uuid,
  ADD COLUMN team_id uuid,
  ADD CONSTRAINT referral_named_team FOREIGN KEY (named_team, to_organisation) REFERENCES team (id, organisation_id),
  ADD CONSTRAINT referral_team FOREIGN KEY (team_id, to_organisation) REFERENCES team (id, organisation_id);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TEAM)
    op.execute(REFERRAL)
