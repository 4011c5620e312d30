"""A receiver without an account: where its mail goes, links to one referral, codes, and letters that wait."""

from alembic import op

revision = "0010"
down_revision = "0009"

# These hold no content of a person, and are found by whoever brings a link before anybody is known: no row-level
# security. What a link leads to stands behind that of `referral` and `seen.akkoord`.
TABLES = """
CREATE TABLE organisation_contact (
  organisation_id uuid PRIMARY KEY REFERENCES organisation,
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  always boolean NOT NULL,
  version int NOT NULL
);

CREATE TABLE guest_link (
  id uuid PRIMARY KEY,
  referral_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation,
  made_at timestamptz NOT NULL,
  expires_on date NOT NULL,
  -- Nobody knows the link before the worker has mailed it.
  seal text UNIQUE,
  ended_at timestamptz,
  FOREIGN KEY (referral_id, owner_organisation) REFERENCES referral (id, owner_organisation) ON DELETE CASCADE
);
CREATE UNIQUE INDEX guest_link_living ON guest_link (referral_id) WHERE ended_at IS NULL;
CREATE INDEX guest_link_referral ON guest_link (referral_id, made_at);

CREATE TABLE guest_code (
  id uuid PRIMARY KEY,
  link_id uuid NOT NULL REFERENCES guest_link ON DELETE CASCADE,
  seal text NOT NULL,
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  guesses int NOT NULL DEFAULT 0,
  used_at timestamptz
);
CREATE INDEX guest_code_link ON guest_code (link_id, made_at);
CREATE INDEX guest_code_made ON guest_code (made_at);

-- What is to be mailed, by ids only: address and words are found at the moment of sending.
CREATE TABLE letter (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('link', 'code', 'news', 'reminder')),
  link_id uuid NOT NULL REFERENCES guest_link ON DELETE CASCADE,
  code_id uuid REFERENCES guest_code ON DELETE CASCADE,
  made_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'lapsed')),
  tries int NOT NULL DEFAULT 0,
  next_try timestamptz NOT NULL,
  sent_at timestamptz,
  CHECK ((kind = 'code') = (code_id IS NOT NULL)),
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX letter_waiting ON letter (next_try) WHERE state = 'waiting';
CREATE INDEX letter_link ON letter (link_id, made_at);
CREATE INDEX letter_made ON letter (made_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON organisation_contact TO referral_web, referral_worker;
GRANT SELECT, INSERT, UPDATE (ended_at) ON guest_link TO referral_web;
GRANT SELECT, INSERT, UPDATE (expires_at, guesses, used_at) ON guest_code TO referral_web;
GRANT SELECT, INSERT ON letter TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON guest_link, guest_code, letter TO referral_worker;
"""

# A guest sees the referral of the link, the akkoord on which it rests now, and the tasks that its steps end.
POLICIES = """
CREATE POLICY guest ON referral TO referral_web
  USING (id = current_setting('brug.only')::uuid AND status <> 'draft');
CREATE POLICY guest ON seen.akkoord TO referral_web
  USING (akkoord_id = (SELECT r.akkoord_id FROM referral AS r WHERE r.id = current_setting('brug.only')::uuid));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TABLES)
    op.execute(POLICIES)
