"""Whose words which part is, corrections, safety flags, finding by name, who is responsible, and who looked by name."""

from alembic import op

revision = "0004"
down_revision = "0003"

# Rows that are there already: the first caregiver told it, and whoever shared that household reads it.
WHOSE_WORDS = """
ALTER TABLE strength ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN told_by uuid,
  ADD COLUMN alone boolean NOT NULL DEFAULT false, ADD COLUMN readers uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE ask ADD COLUMN told_by uuid, ADD COLUMN alone boolean NOT NULL DEFAULT false,
  ADD COLUMN readers uuid[] NOT NULL DEFAULT '{}';
UPDATE strength AS s SET told_by = (SELECT p.id FROM person AS p WHERE p.family_id = s.family_id
  AND p.kind = 'caregiver' ORDER BY p.position LIMIT 1);
UPDATE strength AS s SET readers = (SELECT array_agg(p.id) FROM person AS p, person AS teller
  WHERE teller.id = s.told_by AND p.family_id = s.family_id AND p.households && teller.households);
UPDATE ask AS a SET told_by = coalesce(
  (SELECT p.id FROM person AS p WHERE p.id = a.person_id AND p.kind = 'caregiver'),
  (SELECT p.id FROM person AS p, person AS child WHERE child.id = a.person_id AND p.id = ANY (child.cared_for_by)
    ORDER BY p.position LIMIT 1),
  (SELECT p.id FROM person AS p WHERE p.family_id = a.family_id AND p.kind = 'caregiver' ORDER BY p.position LIMIT 1));
UPDATE ask AS a SET readers = (SELECT array_agg(p.id) FROM person AS p, person AS teller, person AS about
  WHERE teller.id = a.told_by AND about.id = a.person_id AND p.family_id = a.family_id
    AND (p.id IN (teller.id, about.id)
    OR (about.kind = 'child' AND p.id = ANY (about.cared_for_by) AND p.households && teller.households)));
ALTER TABLE strength ALTER COLUMN told_by SET NOT NULL, ALTER COLUMN id DROP DEFAULT, DROP CONSTRAINT strength_pkey,
  ADD PRIMARY KEY (id),
  ADD CONSTRAINT strength_teller FOREIGN KEY (told_by, owner_organisation) REFERENCES person (id, owner_organisation);
CREATE INDEX strength_family ON strength (family_id, position);
CREATE INDEX strength_readers ON strength USING gin (readers);
ALTER TABLE ask ALTER COLUMN told_by SET NOT NULL,
  ADD CONSTRAINT ask_teller FOREIGN KEY (told_by, owner_organisation) REFERENCES person (id, owner_organisation);
CREATE INDEX ask_readers ON ask USING gin (readers);
"""

RESPONSIBLE = """
ALTER TABLE file ADD COLUMN responsible uuid;
UPDATE file AS f SET responsible = (SELECT (o.body::jsonb ->> 'actor_id')::uuid FROM outbox AS o
  WHERE o.key = f.id::text AND o.topic = 'intake.families' ORDER BY o.position LIMIT 1);
CREATE INDEX file_of_one ON file (owner_organisation, responsible, changed_at DESC, id DESC);

CREATE TABLE hand_over (
  id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  from_staff uuid,
  to_staff uuid NOT NULL,
  note text NOT NULL CHECK (length(note) <= 2000),
  handed_at timestamptz NOT NULL,
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation)
);
CREATE INDEX hand_over_family ON hand_over (family_id, handed_at DESC);

-- What colleagues call each other, from the staff issuer at sign-in; it is in no event.
CREATE TABLE colleague (
  staff_id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  known_at timestamptz NOT NULL
);
"""

SAFETY = """
ALTER TABLE person ADD COLUMN safety boolean NOT NULL DEFAULT false, ADD COLUMN version int NOT NULL DEFAULT 1;
-- Whether this one person has a flag (R22), for whoever asks by id: nobody can list them.
CREATE POLICY definer ON person FOR SELECT TO intake_migrate USING (true);
CREATE FUNCTION seen.flagged(whose uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM public.person AS p WHERE p.id = whose AND p.safety);
END;
REVOKE EXECUTE ON FUNCTION seen.flagged FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.flagged TO intake_web, intake_worker;
"""

CORRECTION = """
CREATE TABLE correction (
  id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  asked_by uuid NOT NULL,
  about uuid NOT NULL,
  thing text NOT NULL,
  item uuid,
  held jsonb NOT NULL,
  choice text NOT NULL,
  words text NOT NULL CHECK (length(words) <= 2000),
  lang text NOT NULL,
  asked_at timestamptz NOT NULL,
  due_on date NOT NULL,
  status text NOT NULL CHECK (status IN ('asked', 'adjusted', 'not_adjusted', 'withdrawn')),
  answered_at timestamptz,
  answered_by uuid,
  answer text NOT NULL CHECK (length(answer) <= 2000),
  version int NOT NULL,
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation),
  FOREIGN KEY (asked_by, owner_organisation) REFERENCES person (id, owner_organisation),
  FOREIGN KEY (about, owner_organisation) REFERENCES person (id, owner_organisation),
  CHECK ((status = 'asked') = (answered_at IS NULL))
);
CREATE INDEX correction_open ON correction (owner_organisation, due_on, id) WHERE status = 'asked';
CREATE INDEX correction_family ON correction (family_id, asked_at DESC);
CREATE INDEX correction_asked_by ON correction (asked_by, asked_at DESC);
"""

# One row for each way to find a person: a word of a name, how it sounds, the digits of a number. Looked up by equality
# and by range in the C collation, which are leakproof: row-level security would keep any other operator from the index.
FINDING = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER TABLE person ADD COLUMN romanised text NOT NULL DEFAULT '', ADD COLUMN found_as int NOT NULL DEFAULT 0;
CREATE INDEX person_not_found_yet ON person (found_as);
CREATE TABLE find_key (
  owner_organisation uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  PRIMARY KEY (owner_organisation, key, person_id),
  FOREIGN KEY (person_id, owner_organisation) REFERENCES person (id, owner_organisation),
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation)
);
CREATE INDEX find_key_person ON find_key (person_id);
"""

LOOKS = """
ALTER TABLE seen.look ADD COLUMN actor_id uuid, ADD COLUMN akkoord_id uuid;
CREATE INDEX look_at_owner ON seen.look (owner_organisation, looked_at DESC, look_id DESC);
"""

_OWN = "owner_organisation = ANY (current_setting('brug.organisations')::uuid[])"
_ME = "current_setting('brug.person')::uuid"
# A caregiver reads who looked at a child: at the file as a whole, or on the ground of a yes that the caregiver said.
# What was opened on the child's own yes alone, or of a child with a flag, is the child's (R18, R22).
_LOOK = (
    f"person_id = {_ME} OR (EXISTS (SELECT 1 FROM public.person AS p WHERE p.id = look.person_id"  # noqa: S608
    f" AND {_ME} = ANY (p.cared_for_by) AND NOT p.safety)"
    " AND (what = 'file' OR EXISTS (SELECT 1 FROM public.akkoord AS a WHERE a.id = look.akkoord_id"
    f" AND {_ME} = ANY (a.said_yes_by))))"
)
# New policies for persons, beside that of the organisation.
SELF = {
    "strength": f"{_ME} = ANY (readers)",
    "ask": f"{_ME} = ANY (readers)",
    "file": f"EXISTS (SELECT 1 FROM public.person AS p WHERE p.id = {_ME} AND p.family_id = file.id)",  # noqa: S608
    "objection": f"caregiver_id = {_ME}",
}
_OF_OUR_COLLEAGUES = """EXISTS (SELECT 1 FROM seen.membership AS m WHERE m.staff_id = colleague.staff_id
  AND m.organisation_id = ANY (current_setting('brug.organisations')::uuid[]))"""
_MOVED = ("person", "file", "strength", "ask")


def protect(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own ON {table} TO intake_web USING ({_OWN}) WITH CHECK ({_OWN})")
    op.execute(f"CREATE POLICY worker ON {table} TO intake_worker USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO intake_web, intake_worker")


def upgrade() -> None:
    # Under FORCE the owner's own UPDATE would touch nothing.
    for table in _MOVED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for part in (WHOSE_WORDS, RESPONSIBLE, SAFETY, CORRECTION, FINDING, LOOKS):
        op.execute(part)
    for table in _MOVED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in ("hand_over", "correction", "find_key"):
        protect(table)
    op.execute(f"CREATE POLICY self ON correction TO intake_web USING (asked_by = {_ME}) WITH CHECK (asked_by = {_ME})")
    op.execute("REVOKE UPDATE, DELETE ON correction FROM intake_web, intake_worker")
    op.execute("GRANT UPDATE (status, answered_at, answered_by, answer, version) ON correction TO intake_web")
    op.execute("REVOKE UPDATE, DELETE ON hand_over FROM intake_web, intake_worker")
    for table, own in SELF.items():
        op.execute(f"CREATE POLICY self ON {table} FOR SELECT TO intake_web USING ({own})")
    op.execute("DROP POLICY self ON seen.look")
    op.execute(f"CREATE POLICY self ON seen.look FOR SELECT TO intake_web USING ({_LOOK})")
    op.execute("ALTER TABLE colleague ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE colleague FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own ON colleague FOR SELECT TO intake_web USING ({_OF_OUR_COLLEAGUES})")
    op.execute(
        "CREATE POLICY myself ON colleague TO intake_web USING (staff_id = current_setting('brug.actor')::uuid)"
        " WITH CHECK (staff_id = current_setting('brug.actor')::uuid)"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON colleague TO intake_web")
    op.execute("GRANT SELECT ON colleague TO intake_worker")
