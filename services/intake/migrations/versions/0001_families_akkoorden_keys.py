"""The house's tables, files of families, akkoorden, keys, sign-in codes, and what persons see of other services."""

from alembic import op

from shared import schema

revision = "0001"
down_revision = None

FAMILY = """
CREATE TABLE file (
  id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  version int NOT NULL,
  UNIQUE (id, owner_organisation)
);
CREATE INDEX file_newest ON file (owner_organisation, changed_at DESC, id DESC);

CREATE TABLE person (
  id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('caregiver', 'child')),
  name_to_call text NOT NULL CHECK (length(name_to_call) BETWEEN 1 AND 80),
  full_name text NOT NULL,
  phone text NOT NULL,
  channel text NOT NULL,
  reach_when text[] NOT NULL,
  languages jsonb NOT NULL,
  arrangements text[] NOT NULL,
  arranged_words jsonb,
  birth_year int,
  class_name text NOT NULL,
  households int[] NOT NULL,
  cared_for_by uuid[] NOT NULL,
  position int NOT NULL,
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation),
  UNIQUE (id, owner_organisation)
);
CREATE INDEX person_family ON person (family_id, position);

CREATE TABLE household (
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  number int NOT NULL CHECK (number IN (1, 2)),
  PRIMARY KEY (family_id, number),
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation)
);

CREATE TABLE strength (
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  position int NOT NULL,
  words text NOT NULL,
  lang text NOT NULL,
  PRIMARY KEY (family_id, position),
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation)
);

CREATE TABLE ask (
  id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  person_id uuid NOT NULL,
  position int NOT NULL,
  words text NOT NULL,
  lang text NOT NULL,
  life_domain text NOT NULL,
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation),
  FOREIGN KEY (person_id, owner_organisation) REFERENCES person (id, owner_organisation)
);
CREATE INDEX ask_family ON ask (family_id, position);

-- A parent said no to what the other agrees to for a child (R5). Neither is told by Brug.
CREATE TABLE objection (
  child_id uuid NOT NULL,
  caregiver_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  noted_at timestamptz NOT NULL,
  PRIMARY KEY (child_id, caregiver_id),
  FOREIGN KEY (child_id, owner_organisation) REFERENCES person (id, owner_organisation),
  FOREIGN KEY (caregiver_id, owner_organisation) REFERENCES person (id, owner_organisation)
);
"""

CONSENT = """
CREATE TABLE akkoord (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  receiver_organisation uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('referral', 'registration', 'match')),
  level text NOT NULL CHECK (level IN ('reach', 'question', 'plan_parts')),
  ask_id uuid,
  kinds text[] NOT NULL,
  plan_parts text[] NOT NULL,
  way_back text[] NOT NULL,
  expires_on date NOT NULL,
  reference uuid,
  said_yes_by uuid[] NOT NULL CHECK (cardinality(said_yes_by) > 0),
  whose_yes text NOT NULL,
  explained_in text NOT NULL,
  explained_by uuid,
  explained_function text NOT NULL,
  interpreting text NOT NULL,
  interpreter_is_adult boolean NOT NULL,
  said_back boolean NOT NULL,
  agreement_id uuid,
  status text NOT NULL CHECK (status IN ('granted', 'stopped', 'expired', 'declined', 'replaced')),
  granted_at timestamptz NOT NULL,
  ended_at timestamptz,
  version int NOT NULL,
  FOREIGN KEY (person_id, owner_organisation) REFERENCES person (id, owner_organisation),
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation),
  UNIQUE (id, owner_organisation),
  CHECK ((status = 'granted') = (ended_at IS NULL)),
  CHECK (agreement_id IS NOT NULL OR receiver_organisation = owner_organisation)
);
CREATE INDEX akkoord_person ON akkoord (person_id, id);
CREATE INDEX akkoord_family ON akkoord (family_id);
CREATE INDEX akkoord_said_yes_by ON akkoord USING gin (said_yes_by);
CREATE INDEX akkoord_expires ON akkoord (expires_on) WHERE status = 'granted';
CREATE UNIQUE INDEX akkoord_reference ON akkoord (reference) WHERE reference IS NOT NULL;

-- What was shown when the yes was said: the cards' own sentences and what the receiver would see.
CREATE TABLE shown (
  akkoord_id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  lang text NOT NULL,
  texts_digest text NOT NULL,
  cards jsonb NOT NULL,
  package jsonb NOT NULL,
  FOREIGN KEY (akkoord_id, owner_organisation) REFERENCES akkoord (id, owner_organisation)
);

-- A named human has read the texts with this digest and stands for them (R26).
CREATE TABLE text_signature (
  lang text NOT NULL,
  digest text NOT NULL,
  signed_by text NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 120),
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (lang, digest)
);
GRANT SELECT, INSERT ON text_signature TO intake_web, intake_worker;

CREATE TABLE key (
  key_id uuid PRIMARY KEY,
  scope_kind text NOT NULL CHECK (scope_kind IN ('file', 'akkoord')),
  scope_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  audience text[] NOT NULL,
  wrapped jsonb,
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  published_at timestamptz,
  version int NOT NULL,
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation),
  UNIQUE (scope_kind, scope_id, audience),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX key_waiting ON key (created_at) WHERE published_at IS NULL;
CREATE INDEX key_family ON key (family_id);
CREATE VIEW seen.key WITH (security_invoker = true) AS
  SELECT key_id, scope_kind, scope_id, family_id, audience, wrapped ->> 'intake' AS wrapped, destroyed_at, version
  FROM key;
GRANT SELECT ON seen.key TO intake_web, intake_worker;
"""

SIGN_IN = """
-- No row-level security: a code is looked up by somebody who is nobody yet. It holds no name, only seals of codes.
CREATE TABLE sign_in_code (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  code_seal text NOT NULL UNIQUE,
  token_seal text NOT NULL UNIQUE,
  made_by uuid NOT NULL,
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  FOREIGN KEY (person_id, owner_organisation) REFERENCES person (id, owner_organisation)
);
CREATE INDEX sign_in_code_person ON sign_in_code (person_id);
CREATE INDEX sign_in_code_expires ON sign_in_code (expires_at);
GRANT SELECT, INSERT, UPDATE (used_at, expires_at) ON sign_in_code TO intake_web;
GRANT SELECT, DELETE ON sign_in_code TO intake_worker;

-- Wrong codes by a seal of the address they came from; forgotten within the hour.
CREATE TABLE wrong_code (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_seal text NOT NULL,
  tried_at timestamptz NOT NULL
);
CREATE INDEX wrong_code_client ON wrong_code (client_seal, tried_at);
GRANT SELECT, INSERT ON wrong_code TO intake_web;
-- What waits a minute between a person's sign-in here and the other service that fetches the tokens.
CREATE TABLE openid_code (
  digest text PRIMARY KEY,
  client_id text NOT NULL,
  redirect_uri text NOT NULL,
  scope text NOT NULL,
  nonce text NOT NULL,
  challenge text NOT NULL,
  person_id uuid NOT NULL,
  locale text NOT NULL,
  signed_in_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
GRANT SELECT, INSERT, DELETE ON openid_code TO intake_web;
GRANT SELECT, DELETE ON openid_code TO intake_worker;
GRANT SELECT, DELETE ON wrong_code TO intake_worker;
"""

SEEN = """
CREATE TABLE seen.referral_step (
  referral_id uuid PRIMARY KEY,
  akkoord_id uuid NOT NULL,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  to_organisation uuid NOT NULL,
  step text NOT NULL,
  sealed jsonb,
  at timestamptz NOT NULL,
  version int NOT NULL
);
CREATE INDEX referral_step_person ON seen.referral_step (person_id);
CREATE INDEX referral_step_akkoord ON seen.referral_step (akkoord_id);
CREATE TABLE seen.activity (
  activity_id uuid PRIMARY KEY,
  organiser uuid NOT NULL,
  kind text NOT NULL,
  title jsonb NOT NULL,
  town text NOT NULL,
  venue text NOT NULL,
  address text NOT NULL,
  occurrences jsonb NOT NULL,
  cancelled boolean NOT NULL,
  version int NOT NULL
);
CREATE TABLE seen.registration (
  registration_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  organiser uuid,
  status text NOT NULL,
  sealed jsonb,
  at timestamptz NOT NULL,
  version int NOT NULL
);
CREATE INDEX registration_person ON seen.registration (person_id);
CREATE TABLE seen.match (
  match_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  status text NOT NULL,
  sealed jsonb,
  at timestamptz NOT NULL,
  version int NOT NULL
);
CREATE INDEX match_person ON seen.match (person_id);
CREATE TABLE seen.acknowledgement (
  akkoord_id uuid NOT NULL,
  service text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (akkoord_id, service)
);
CREATE TABLE seen.look (
  look_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  organisation_id uuid NOT NULL,
  function text NOT NULL,
  what text NOT NULL,
  ground text NOT NULL,
  looked_at timestamptz NOT NULL
);
CREATE INDEX look_of_person ON seen.look (person_id, looked_at DESC, look_id DESC);
GRANT SELECT ON seen.referral_step, seen.activity, seen.registration, seen.match, seen.acknowledgement, seen.look
  TO intake_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.referral_step, seen.activity, seen.registration, seen.match,
  seen.acknowledgement, seen.look TO intake_worker;
"""

_OWN = "owner_organisation = ANY (current_setting('brug.organisations')::uuid[])"
_ME = "current_setting('brug.person')::uuid"
_REACHED_THROUGH_AKKOORD = "EXISTS (SELECT 1 FROM public.akkoord AS a WHERE a.id = akkoord_id)"
_REACHED_THROUGH_PERSON = "EXISTS (SELECT 1 FROM public.person AS p WHERE p.family_id = key.family_id)"

# Table: whom rows of it belong to beside the owning organisation. A caregiver reaches the children cared for.
POLICIES = {
    "file": "",
    "person": f"id = {_ME} OR {_ME} = ANY (cared_for_by)",
    "household": "",
    "strength": "",
    "ask": "",
    "objection": "",
    "akkoord": f"person_id = {_ME} OR {_ME} = ANY (said_yes_by)",
    "shown": _REACHED_THROUGH_AKKOORD,
    "key": _REACHED_THROUGH_PERSON,
    "seen.referral_step": f"person_id = {_ME} OR ({_ME} <> '{'0' * 8}-0000-0000-0000-{'0' * 12}'"
    f" AND {_REACHED_THROUGH_AKKOORD})",
    "seen.registration": f"person_id = {_ME}",
    "seen.match": f"person_id = {_ME}",
    "seen.acknowledgement": _REACHED_THROUGH_AKKOORD,
    "seen.look": f"person_id = {_ME}",
}
# What other services told about a person is for that person; the owner reads it where it is the owner's.
NOT_FOR_THE_OWNER = {"seen.referral_step", "seen.registration", "seen.match", "seen.acknowledgement"}

CHANGED_BY_PERSONS = {"akkoord", "key"}  # by stopping


def protect(table: str, own: str) -> None:
    """Row-level security with one policy for each relation; nobody else has a row."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    if table not in NOT_FOR_THE_OWNER:
        op.execute(f"CREATE POLICY own ON {table} TO intake_web USING ({_OWN}) WITH CHECK ({_OWN})")
    if own:
        kind = "" if table in CHANGED_BY_PERSONS else "FOR SELECT"
        op.execute(f"CREATE POLICY self ON {table} {kind} TO intake_web USING ({own})")
    op.execute(f"CREATE POLICY worker ON {table} TO intake_worker USING (true) WITH CHECK (true)")
    if not table.startswith("seen."):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO intake_web, intake_worker")


def upgrade() -> None:
    op.execute(schema.house("intake"))
    op.execute(schema.directory("intake"))
    for part in (FAMILY, CONSENT, SIGN_IN, SEEN):
        op.execute(part)
    for table, own in POLICIES.items():
        protect(table, own)
    # A yes that was given stays on record (R2), whoever asks.
    op.execute("REVOKE DELETE ON akkoord, shown FROM intake_web, intake_worker")
    op.execute("REVOKE UPDATE ON akkoord, key FROM intake_web")
    op.execute("GRANT UPDATE (status, ended_at, version) ON akkoord TO intake_web")
    op.execute("GRANT UPDATE (wrapped, destroyed_at, published_at, version) ON key TO intake_web")
