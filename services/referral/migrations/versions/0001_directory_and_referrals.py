"""The house's tables, the directory, capacity and referrals."""

from alembic import op

from shared import schema

revision = "0001"
down_revision = None

DIRECTORY = """
CREATE TABLE organisation (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  town text NOT NULL CHECK (length(town) <= 100),
  languages text[] NOT NULL,
  version int NOT NULL
);
CREATE INDEX organisation_by_name ON organisation (name, id);
CREATE INDEX organisation_by_town ON organisation (lower(town), name, id);
CREATE INDEX organisation_by_kind ON organisation (kind, name, id);
CREATE INDEX organisation_by_language ON organisation USING gin (languages);
CREATE INDEX organisation_by_words ON organisation USING gin (name gin_trgm_ops);

CREATE TABLE membership (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation,
  role text NOT NULL,
  function text NOT NULL,
  secrecy text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  version int NOT NULL
);
CREATE INDEX membership_staff ON membership (staff_id);
CREATE INDEX membership_organisation ON membership (organisation_id);

CREATE TABLE agreement (
  id uuid PRIMARY KEY,
  organisation_a uuid NOT NULL REFERENCES organisation,
  organisation_b uuid NOT NULL REFERENCES organisation,
  purpose text NOT NULL,
  legal_ground text NOT NULL,
  fields text[] NOT NULL,
  retention_days int NOT NULL CHECK (retention_days > 0),
  valid_from date NOT NULL,
  valid_until date,
  version int NOT NULL
);
CREATE INDEX agreement_parties ON agreement (organisation_a, organisation_b, purpose);
CREATE INDEX agreement_other_party ON agreement (organisation_b, organisation_a, purpose);

CREATE VIEW seen.organisation AS SELECT id, kind, name, town, languages, version FROM organisation;
CREATE VIEW seen.membership AS
  SELECT id, staff_id, organisation_id, role, function, secrecy, valid_from, valid_until, version FROM membership;
CREATE VIEW seen.agreement AS
  SELECT id, organisation_a, organisation_b, purpose, legal_ground, fields, retention_days, valid_from, valid_until,
    version FROM agreement;

-- The directory is public to staff; what holds no family needs no row-level security.
GRANT SELECT ON organisation, membership, agreement, seen.organisation, seen.membership, seen.agreement
  TO referral_web, referral_worker;
GRANT INSERT, UPDATE ON organisation, membership, agreement TO referral_worker;
"""

CAPACITY = """
CREATE TABLE capacity (
  organisation_id uuid NOT NULL REFERENCES organisation,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('room', 'waiting_list', 'full', 'unknown')),
  expected_on date,
  stated_on date NOT NULL,
  version int NOT NULL,
  PRIMARY KEY (organisation_id, reason)
);
-- Whoever asks for room says nothing about whom (R8): there is no column that could hold it.
CREATE TABLE capacity_question (
  id uuid PRIMARY KEY,
  asking_id uuid NOT NULL,
  from_organisation uuid NOT NULL REFERENCES organisation,
  to_organisation uuid NOT NULL REFERENCES organisation,
  reason text NOT NULL,
  asked_at timestamptz NOT NULL,
  answered_at timestamptz
);
CREATE INDEX capacity_question_open ON capacity_question (to_organisation, reason) WHERE answered_at IS NULL;
CREATE INDEX capacity_question_to ON capacity_question (to_organisation, id);
CREATE INDEX capacity_question_from ON capacity_question (from_organisation, id);
CREATE INDEX capacity_question_asking ON capacity_question (asking_id);
GRANT SELECT, INSERT, UPDATE ON capacity, capacity_question TO referral_web;
GRANT SELECT ON capacity, capacity_question TO referral_worker;
"""

REFERRAL = """
CREATE TABLE referral (
  id uuid PRIMARY KEY,
  akkoord_id uuid NOT NULL,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL REFERENCES organisation,
  to_organisation uuid NOT NULL REFERENCES organisation,
  reason text NOT NULL,
  goes_along text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'sent', 'seen', 'accepted', 'declined', 'recalled')),
  contact text,
  meets_at timestamptz,
  place text,
  decline_code text,
  sent_by_function text NOT NULL DEFAULT '',
  sent_at timestamptz,
  seen_at timestamptz,
  answered_at timestamptz,
  seen_due date,
  answer_due date,
  version int NOT NULL,
  CHECK ((status = 'accepted') <= (contact IS NOT NULL AND meets_at IS NOT NULL AND place IS NOT NULL)),
  CHECK ((status = 'declined') = (decline_code IS NOT NULL))
);
-- One akkoord carries one referral at a time.
CREATE UNIQUE INDEX referral_of_akkoord ON referral (akkoord_id) WHERE status NOT IN ('declined', 'recalled');
CREATE INDEX referral_owner ON referral (owner_organisation, status, id);
CREATE INDEX referral_receiver ON referral (to_organisation, status, id);
CREATE INDEX referral_akkoord ON referral (akkoord_id);
CREATE INDEX referral_family ON referral (family_id);

ALTER TABLE referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON referral TO referral_web
  USING (owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
-- A declined one stays within the receiver's policy, since its own answer must pass it; views.py closes it (R24).
CREATE POLICY receiver ON referral TO referral_web
  USING (to_organisation = ANY (current_setting('brug.organisations')::uuid[]) AND status <> 'draft');
CREATE POLICY worker ON referral TO referral_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON referral TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral TO referral_worker;
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(schema.house("referral"))
    op.execute(schema.akkoord("referral"))
    op.execute(DIRECTORY)
    op.execute(CAPACITY)
    op.execute(REFERRAL)
