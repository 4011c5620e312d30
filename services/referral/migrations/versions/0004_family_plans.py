"""Family plans: who is in them, every version of every section, the family's yes; and the calendar as we know it."""

from alembic import op

revision = "0004"
down_revision = "0003"

PLAN = """
CREATE TABLE plan (
  id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL REFERENCES organisation,
  lang text NOT NULL CHECK (length(lang) BETWEEN 2 AND 35),
  coordinator uuid,
  started_on date NOT NULL,
  review_on date NOT NULL,
  ends_on date NOT NULL,
  closed_to_school text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'ended')),
  reviewed_on date,
  ended_on date,
  edition int NOT NULL,
  frame int NOT NULL,
  version int NOT NULL,
  UNIQUE (id, owner_organisation),
  CHECK (started_on < ends_on AND review_on BETWEEN started_on AND ends_on),
  CHECK ((status = 'ended') = (ended_on IS NOT NULL))
);
-- One living plan for a family at an organisation.
CREATE UNIQUE INDEX plan_running ON plan (family_id, owner_organisation) WHERE status = 'running';
CREATE INDEX plan_family ON plan (family_id);
CREATE INDEX plan_owner ON plan (owner_organisation, status, review_on, id);
CREATE INDEX plan_ends ON plan (ends_on) WHERE status = 'running';

CREATE TABLE plan_person (
  id uuid PRIMARY KEY,
  plan_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('family', 'third', 'staff')),
  called text NOT NULL CHECK (length(called) <= 80),
  role text NOT NULL CHECK (length(role) <= 80),
  person_id uuid,
  organisation_id uuid REFERENCES organisation,
  answer text NOT NULL CHECK (answer IN ('yes', 'no', 'unknown')),
  position int NOT NULL,
  FOREIGN KEY (plan_id, owner_organisation) REFERENCES plan (id, owner_organisation),
  CHECK ((kind = 'family') = (person_id IS NOT NULL)),
  -- A third person's no takes the name away (R23).
  CHECK (answer <> 'no' OR (called = '' AND role = ''))
);
CREATE UNIQUE INDEX plan_person_once ON plan_person (plan_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX plan_person_plan ON plan_person (plan_id, position);

-- Every version of every section, for ever: nothing that was written is overwritten (R10). `only_for` is whom a
-- section belongs to alone: for everyone else it does not exist (R5, R18).
CREATE TABLE plan_section (
  plan_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  section text NOT NULL CHECK (length(section) BETWEEN 1 AND 40),
  only_for uuid,
  number int NOT NULL CHECK (number > 0),
  based_on int NOT NULL,
  edition int NOT NULL,
  content jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('current', 'past', 'beside', 'set_aside')),
  wrote uuid,
  function text NOT NULL,
  organisation_id uuid REFERENCES organisation,
  written_at timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (plan_id, section, only_for, number),
  FOREIGN KEY (plan_id, owner_organisation) REFERENCES plan (id, owner_organisation),
  CHECK ((section = 'own') = (only_for IS NOT NULL))
);
CREATE UNIQUE INDEX plan_section_current ON plan_section (plan_id, section, only_for) NULLS NOT DISTINCT
  WHERE state = 'current';
CREATE INDEX plan_section_history ON plan_section (plan_id, edition DESC, number DESC);

-- A person's yes to what they saw; `edition` says how far that was.
CREATE TABLE plan_yes (
  plan_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  person_id uuid NOT NULL,
  edition int NOT NULL,
  lang text NOT NULL,
  said_at timestamptz NOT NULL,
  PRIMARY KEY (plan_id, person_id, edition),
  FOREIGN KEY (plan_id, owner_organisation) REFERENCES plan (id, owner_organisation)
);

-- 'Gelukt?': the person's own answer, for the person alone (R12). No answer is no row, and means nothing.
CREATE TABLE plan_outcome (
  plan_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  action_id uuid NOT NULL,
  person_id uuid NOT NULL,
  answer text NOT NULL CHECK (answer IN ('yes', 'not_yet', 'let_go')),
  told_at timestamptz NOT NULL,
  PRIMARY KEY (action_id, person_id),
  FOREIGN KEY (plan_id, owner_organisation) REFERENCES plan (id, owner_organisation)
);
CREATE INDEX plan_outcome_plan ON plan_outcome (plan_id);

-- Whether a living akkoord of the level opens parts of this family's plan to one of the actor's organisations. Which
-- parts is sealed in its package: views.py reads that.
CREATE FUNCTION opened_by_akkoord(family uuid, owner uuid) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM seen.akkoord AS a
    WHERE a.family_id = family AND a.owner_organisation = owner
      AND a.purpose = 'referral' AND a.level = 'plan_parts'
      AND a.receiver_organisation = ANY (current_setting('brug.organisations')::uuid[])
      AND seen.live(a, (now() AT TIME ZONE 'Europe/Brussels')::date));
END;
CREATE INDEX akkoord_of_plan ON seen.akkoord (family_id) WHERE level = 'plan_parts';
"""

# For the school's staff, for each person of the family, for the receiver of an akkoord that opens parts of it.
_OWN = "owner_organisation = ANY (current_setting('brug.organisations')::uuid[])"
_ME = "current_setting('brug.person')::uuid"
_MY_FAMILY = f"(SELECT q.family_id FROM seen.person AS q WHERE q.person_id = {_ME})"  # noqa: S608
_I_AM_A_CHILD = f"EXISTS (SELECT 1 FROM seen.person AS q WHERE q.person_id = {_ME} AND q.kind = 'child')"  # noqa: S608
_PLAN = "EXISTS (SELECT 1 FROM plan AS p WHERE p.id = plan_id AND"
_OF_MY_FAMILY = f"{_PLAN} p.family_id IN {_MY_FAMILY})"
_OPENED = f"{_PLAN} p.status = 'running' AND opened_by_akkoord(p.family_id, p.owner_organisation))"

POLICIES = f"""
CREATE POLICY own ON plan TO referral_web USING ({_OWN});
CREATE POLICY family ON plan TO referral_web USING (family_id IN {_MY_FAMILY});
CREATE POLICY receiver ON plan FOR SELECT TO referral_web
  USING (status = 'running' AND opened_by_akkoord(family_id, owner_organisation));

CREATE POLICY own ON plan_person TO referral_web USING ({_OWN});
CREATE POLICY family ON plan_person FOR SELECT TO referral_web USING ({_OF_MY_FAMILY});
CREATE POLICY receiver ON plan_person FOR SELECT TO referral_web USING (kind <> 'third' AND {_OPENED});

CREATE POLICY own ON plan_section TO referral_web
  USING (only_for IS NULL AND {_OWN} AND {_PLAN} NOT section = ANY (p.closed_to_school)));
CREATE POLICY family ON plan_section TO referral_web
  USING (only_for IS NULL AND {_OF_MY_FAMILY}
    AND (section IN ('strengths', 'education', 'leisure', 'social_network') OR NOT {_I_AM_A_CHILD}));
CREATE POLICY alone ON plan_section TO referral_web USING (only_for = {_ME} AND {_OF_MY_FAMILY});
CREATE POLICY receiver ON plan_section FOR SELECT TO referral_web
  USING (only_for IS NULL AND state = 'current' AND {_OPENED});

CREATE POLICY own ON plan_yes FOR SELECT TO referral_web USING ({_OWN});
CREATE POLICY family ON plan_yes FOR SELECT TO referral_web USING ({_OF_MY_FAMILY});
CREATE POLICY self ON plan_yes TO referral_web USING (person_id = {_ME} AND {_OF_MY_FAMILY});
CREATE POLICY self ON plan_outcome TO referral_web USING (person_id = {_ME} AND {_OF_MY_FAMILY});
"""

CALENDAR = """
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
CREATE INDEX activity_town ON seen.activity (lower(town)) WHERE NOT cancelled;
GRANT SELECT ON seen.activity TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.activity TO referral_worker;
"""

_TABLES = ("plan", "plan_person", "plan_section", "plan_yes", "plan_outcome")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(PLAN)
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY worker ON {table} TO referral_worker USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO referral_web")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO referral_worker")
    op.execute(POLICIES)
    op.execute(CALENDAR)
