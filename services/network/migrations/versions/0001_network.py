"""Helpers, parents who asked for one, rounds and matches."""

from alembic import op

from shared import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHO_COORDINATES = """
-- Where the actor is coordinator, as the directory tells it: a token or a cookie cannot claim it.
CREATE FUNCTION coordinates() RETURNS uuid[] LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT m.organisation_id), '{}') FROM seen.membership m
  WHERE m.staff_id = current_setting('brug.actor')::uuid AND m.role = 'coordinator'
    AND m.organisation_id = ANY (current_setting('brug.organisations')::uuid[]);
END;

-- Whom an organisation may be matched with: itself, and those with an agreement for it that is valid today (R1).
CREATE FUNCTION in_agreement_with(organisations uuid[], today date) RETURNS uuid[] LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT organisations || coalesce(array_agg(DISTINCT CASE WHEN a.organisation_a = ANY (organisations)
      THEN a.organisation_b ELSE a.organisation_a END), '{}')
  FROM seen.agreement a
  WHERE a.purpose = 'match' AND a.valid_from <= today AND (a.valid_until IS NULL OR today < a.valid_until)
    AND (a.organisation_a = ANY (organisations) OR a.organisation_b = ANY (organisations));
END;

CREATE FUNCTION coordinated() RETURNS uuid[] LANGUAGE sql STABLE
RETURN CASE WHEN coordinates() = '{}' THEN '{}'
  ELSE in_agreement_with(coordinates(), (now() AT TIME ZONE 'Europe/Brussels')::date) END;
"""

HELPERS = """
CREATE TABLE helper (
  id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  staff_id uuid NOT NULL,
  first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 60),
  role text NOT NULL,
  languages text[] NOT NULL CHECK (cardinality(languages) BETWEEN 1 AND 12),
  school uuid,
  town text NOT NULL CHECK (length(town) <= 80),
  neighbourhood text NOT NULL CHECK (length(neighbourhood) <= 80),
  times text[] NOT NULL,
  child_school_years text[] NOT NULL,
  gender text NOT NULL CHECK (gender IN ('woman', 'man', 'unknown')),
  capacity int NOT NULL CHECK (capacity BETWEEN 1 AND 20),
  about jsonb,
  active boolean NOT NULL,
  signed_up_at timestamptz NOT NULL,
  version int NOT NULL,
  locked int NOT NULL DEFAULT 0,
  UNIQUE (id, owner_organisation),
  UNIQUE (staff_id, owner_organisation)
);
CREATE INDEX helper_owner ON helper (owner_organisation, signed_up_at, id);
CREATE INDEX helper_signed_up ON helper (signed_up_at, id);
CREATE INDEX helper_languages ON helper USING gin (languages) WHERE active;

-- A number stands apart, so that a policy can keep it closed until both said yes (R16).
CREATE TABLE helper_reach (
  helper_id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  staff_id uuid NOT NULL,
  phone text NOT NULL CHECK (length(phone) <= 20),
  FOREIGN KEY (helper_id, owner_organisation) REFERENCES helper (id, owner_organisation) ON DELETE CASCADE
);
"""

REQUESTS = """
CREATE TABLE request (
  id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 60),
  languages text[] NOT NULL CHECK (cardinality(languages) BETWEEN 1 AND 12),
  school uuid,
  town text NOT NULL CHECK (length(town) <= 80),
  neighbourhood text NOT NULL CHECK (length(neighbourhood) <= 80),
  times text[] NOT NULL,
  child_school_years text[] NOT NULL,
  wish text NOT NULL CHECK (wish IN ('woman', 'man', 'no_preference')),
  about jsonb,
  status text NOT NULL CHECK (status IN ('open', 'withdrawn', 'closed')),
  asked_at timestamptz NOT NULL,
  version int NOT NULL,
  locked int NOT NULL DEFAULT 0,
  UNIQUE (id, owner_organisation)
);
CREATE UNIQUE INDEX request_one_at_a_time ON request (person_id) WHERE status = 'open';
CREATE INDEX request_waiting ON request (asked_at, id) WHERE status = 'open';
CREATE INDEX request_person ON request (person_id, asked_at);
CREATE INDEX request_owner ON request (owner_organisation, asked_at, id) WHERE status = 'open';

-- Whom she would rather not have (R16). No web process can read it back: it is only there to leave people out.
CREATE TABLE private_wish (
  request_id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  person_id uuid NOT NULL,
  community_languages text[] NOT NULL,
  not_names text[] NOT NULL,
  FOREIGN KEY (request_id, owner_organisation) REFERENCES request (id, owner_organisation) ON DELETE CASCADE
);
"""

MATCHES = """
CREATE TABLE match (
  id uuid PRIMARY KEY,
  owner_organisation uuid NOT NULL,
  request_id uuid NOT NULL,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  helper_id uuid NOT NULL,
  helper_organisation uuid NOT NULL,
  helper_staff uuid NOT NULL,
  reasons text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('proposed', 'made', 'declined', 'ended')),
  helper_answer text NOT NULL CHECK (helper_answer IN ('unknown', 'yes', 'no')),
  parent_answer text NOT NULL CHECK (parent_answer IN ('unknown', 'yes', 'no')),
  said_at timestamptz,
  said_lang text,
  weighed_by uuid,
  followed_up boolean NOT NULL DEFAULT false,
  proposed_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  version int NOT NULL,
  FOREIGN KEY (request_id, owner_organisation) REFERENCES request (id, owner_organisation),
  FOREIGN KEY (helper_id, helper_organisation) REFERENCES helper (id, owner_organisation),
  CHECK ((status IN ('made', 'ended')) <= (helper_answer = 'yes' AND parent_answer = 'yes')),
  CHECK ((parent_answer = 'yes') = (said_at IS NOT NULL AND said_lang IS NOT NULL))
);
CREATE UNIQUE INDEX match_one_at_a_time ON match (request_id) WHERE status <> 'declined';
CREATE UNIQUE INDEX match_never_the_same_again ON match (request_id, helper_id);
CREATE INDEX match_person ON match (person_id, proposed_at);
CREATE INDEX match_of_helper ON match (helper_id) WHERE status IN ('proposed', 'made');
CREATE INDEX match_helper_staff ON match (helper_staff, proposed_at, id);
CREATE INDEX match_to_follow_up ON match (changed_at, id) WHERE status = 'declined' AND NOT followed_up;

CREATE TABLE weights (
  organisation_id uuid PRIMARY KEY,
  same_school int NOT NULL CHECK (same_school BETWEEN 0 AND 10),
  same_town int NOT NULL CHECK (same_town BETWEEN 0 AND 10),
  children int NOT NULL CHECK (children BETWEEN 0 AND 10),
  times int NOT NULL CHECK (times BETWEEN 0 AND 10),
  wish int NOT NULL CHECK (wish BETWEEN 0 AND 10),
  languages int NOT NULL CHECK (languages BETWEEN 0 AND 10),
  version int NOT NULL
);

-- A round is asked for by a coordinator and carried out by the worker, which may read what coordinators may not.
-- `after_*`: the request that it came to.
CREATE TABLE round (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  after_asked_at timestamptz,
  after_id uuid,
  proposed int NOT NULL DEFAULT 0,
  without int NOT NULL DEFAULT 0,
  done_at timestamptz
);
CREATE INDEX round_of ON round (organisation_id, asked_at);
CREATE INDEX round_waiting ON round (asked_at, id) WHERE done_at IS NULL;
"""

POLICIES = """
ALTER TABLE helper ENABLE ROW LEVEL SECURITY;
ALTER TABLE helper FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON helper TO network_web
  USING (staff_id = current_setting('brug.actor')::uuid
    AND owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY own ON helper TO network_web USING (owner_organisation = ANY ((SELECT coordinates())::uuid[]));
CREATE POLICY circle ON helper FOR SELECT TO network_web
  USING (owner_organisation = ANY ((SELECT coordinated())::uuid[]));
CREATE POLICY matched ON helper FOR SELECT TO network_web
  USING (EXISTS (SELECT 1 FROM match m WHERE m.helper_id = helper.id AND m.status IN ('proposed', 'made')
    AND m.person_id = current_setting('brug.person')::uuid));
CREATE POLICY worker ON helper TO network_worker USING (true) WITH CHECK (true);

ALTER TABLE helper_reach ENABLE ROW LEVEL SECURITY;
ALTER TABLE helper_reach FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON helper_reach TO network_web
  USING (staff_id = current_setting('brug.actor')::uuid
    AND owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY own ON helper_reach TO network_web USING (owner_organisation = ANY ((SELECT coordinates())::uuid[]));
CREATE POLICY made ON helper_reach FOR SELECT TO network_web
  USING (EXISTS (SELECT 1 FROM match m WHERE m.helper_id = helper_reach.helper_id AND m.status = 'made'
    AND m.person_id = current_setting('brug.person')::uuid));

ALTER TABLE request ENABLE ROW LEVEL SECURITY;
ALTER TABLE request FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON request TO network_web USING (person_id = current_setting('brug.person')::uuid);
CREATE POLICY circle ON request FOR SELECT TO network_web
  USING (owner_organisation = ANY ((SELECT coordinated())::uuid[]));
CREATE POLICY matched ON request FOR SELECT TO network_web
  USING (EXISTS (SELECT 1 FROM match m WHERE m.request_id = request.id AND m.status IN ('proposed', 'made')
    AND m.helper_staff = current_setting('brug.actor')::uuid
    AND m.helper_organisation = ANY (current_setting('brug.organisations')::uuid[])));
CREATE POLICY worker ON request TO network_worker USING (true) WITH CHECK (true);

ALTER TABLE private_wish ENABLE ROW LEVEL SECURITY;
ALTER TABLE private_wish FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON private_wish FOR INSERT TO network_web
  WITH CHECK (person_id = current_setting('brug.person')::uuid);
CREATE POLICY worker ON private_wish TO network_worker USING (true) WITH CHECK (true);

ALTER TABLE match ENABLE ROW LEVEL SECURITY;
ALTER TABLE match FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON match TO network_web USING (person_id = current_setting('brug.person')::uuid);
-- A declined one stays within the helper's policy, since the helper's own no must pass it; views.py closes it (R24).
CREATE POLICY helper ON match TO network_web
  USING (helper_staff = current_setting('brug.actor')::uuid
    AND helper_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY circle ON match FOR SELECT TO network_web
  USING (owner_organisation = ANY ((SELECT coordinated())::uuid[]));
CREATE POLICY worker ON match TO network_worker USING (true) WITH CHECK (true);

ALTER TABLE weights ENABLE ROW LEVEL SECURITY;
ALTER TABLE weights FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON weights TO network_web USING (organisation_id = ANY ((SELECT coordinates())::uuid[]));
CREATE POLICY worker ON weights TO network_worker USING (true) WITH CHECK (true);

ALTER TABLE round ENABLE ROW LEVEL SECURITY;
ALTER TABLE round FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON round TO network_web USING (organisation_id = ANY ((SELECT coordinates())::uuid[]));
CREATE POLICY worker ON round TO network_worker USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE ON helper, helper_reach, weights TO network_web;
GRANT SELECT, INSERT ON request, round TO network_web;
GRANT UPDATE (status, version, locked) ON request TO network_web;
GRANT INSERT ON private_wish TO network_web;
GRANT SELECT ON match TO network_web;
GRANT UPDATE (status, helper_answer, parent_answer, said_at, said_lang, changed_at, version) ON match TO network_web;

GRANT SELECT ON helper, request, private_wish, weights, round TO network_worker;
-- A row lock needs the right to update a column.
GRANT UPDATE (locked) ON helper, request TO network_worker;
GRANT SELECT, INSERT, UPDATE ON match TO network_worker;
GRANT INSERT, UPDATE ON round TO network_worker;
"""


def upgrade() -> None:
    op.execute(schema.house("network"))
    op.execute(schema.directory("network"))
    op.execute(schema.akkoord("network"))
    for part in (WHO_COORDINATES, HELPERS, REQUESTS, MATCHES, POLICIES):
        op.execute(part)
