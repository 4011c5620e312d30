"""Halls, activities, their occurrences, registrations and booked interpreters."""

from alembic import op

from shared import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DIRECTORY_OF_ACTIVITIES = """
CREATE TABLE hall (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  town text NOT NULL,
  locked int NOT NULL DEFAULT 0,
  UNIQUE (organisation_id, name, town)
);
CREATE INDEX hall_town ON hall (town, name);

CREATE TABLE activity (
  id uuid PRIMARY KEY,
  organiser uuid NOT NULL,
  kind text NOT NULL,
  title jsonb NOT NULL,
  description jsonb,
  hall_id uuid NOT NULL REFERENCES hall (id),
  town text NOT NULL,
  practical_help jsonb NOT NULL,
  companions int CHECK (companions >= 0),
  languages text[] NOT NULL,
  registration text NOT NULL CHECK (registration IN ('drop_in', 'named')),
  seats int CHECK (seats IS NULL OR (seats > 0 AND registration = 'named')),
  starts timestamp NOT NULL,
  ends timestamp NOT NULL CHECK (ends > starts),
  zone text NOT NULL,
  rrule text NOT NULL,
  expanded_until date NOT NULL,
  status text NOT NULL CHECK (status IN ('published', 'cancelled')),
  changed_at timestamptz NOT NULL,
  version int NOT NULL,
  UNIQUE (id, organiser)
);
CREATE INDEX activity_town ON activity (town, kind, id);
CREATE INDEX activity_organiser ON activity (organiser, id);
CREATE INDEX activity_hall ON activity (hall_id);
CREATE INDEX activity_to_extend ON activity (expanded_until) WHERE rrule <> '' AND status = 'published';

-- Local times are what people agreed on; the instants beside them follow from the zone and serve order and clashes.
-- `taken` counts the seats given; it changes only under this row's lock.
CREATE TABLE occurrence (
  id uuid PRIMARY KEY,
  activity_id uuid NOT NULL,
  organiser uuid NOT NULL,
  town text NOT NULL,
  hall_id uuid NOT NULL REFERENCES hall (id),
  starts timestamp NOT NULL,
  ends timestamp NOT NULL,
  zone text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  taken int NOT NULL DEFAULT 0 CHECK (taken >= 0),
  UNIQUE (id, organiser),
  UNIQUE (activity_id, starts),
  FOREIGN KEY (activity_id, organiser) REFERENCES activity (id, organiser)
);
CREATE INDEX occurrence_town ON occurrence (town, starts_at);
CREATE INDEX occurrence_hall ON occurrence (hall_id, starts_at);
CREATE INDEX occurrence_organiser ON occurrence (organiser, starts_at);

CREATE TABLE interpreter_booking (
  occurrence_id uuid NOT NULL,
  organiser uuid NOT NULL,
  language text NOT NULL,
  interpreting text NOT NULL,
  booked_at timestamptz NOT NULL,
  PRIMARY KEY (occurrence_id, language),
  FOREIGN KEY (occurrence_id, organiser) REFERENCES occurrence (id, organiser)
);

GRANT SELECT, INSERT ON hall, activity, occurrence, interpreter_booking TO activities_web;
GRANT UPDATE (status, changed_at, version) ON activity TO activities_web;
GRANT UPDATE (taken) ON occurrence TO activities_web;
GRANT UPDATE (interpreting, booked_at), DELETE ON interpreter_booking TO activities_web;
-- A row lock needs the right to update a column.
GRANT UPDATE (locked) ON hall TO activities_web;
GRANT SELECT ON hall, interpreter_booking TO activities_worker;
GRANT SELECT, UPDATE ON activity TO activities_worker;
GRANT SELECT, INSERT, UPDATE ON occurrence TO activities_worker;
"""

REGISTRATIONS = """
-- `named`: person, family and owner stand in the row. `anonymous`: only `holder`, so that the same person finds the
-- seat again and takes one only. `drop_in`: nobody at all. An organiser sees numbers of all and names of none here.
CREATE FUNCTION holder_of(occurrence_id uuid, person_id uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(occurrence_id::text || ':' || person_id::text, 'UTF8')), 'hex');

CREATE TABLE registration (
  id uuid PRIMARY KEY,
  occurrence_id uuid NOT NULL,
  activity_id uuid NOT NULL,
  organiser uuid NOT NULL,
  way text NOT NULL CHECK (way IN ('named', 'anonymous', 'drop_in')),
  person_id uuid,
  family_id uuid,
  owner_organisation uuid,
  holder text,
  children int NOT NULL CHECK (children BETWEEN 0 AND 12),
  interpreter text,
  lang text NOT NULL,
  said_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('registered', 'cancelled')),
  version int NOT NULL,
  FOREIGN KEY (occurrence_id, organiser) REFERENCES occurrence (id, organiser),
  FOREIGN KEY (activity_id, organiser) REFERENCES activity (id, organiser),
  CHECK ((way = 'named') = (person_id IS NOT NULL AND family_id IS NOT NULL AND owner_organisation IS NOT NULL)),
  CHECK (way = 'named' OR coalesce(person_id, family_id, owner_organisation) IS NULL),
  CHECK ((way = 'drop_in') = (holder IS NULL))
);
CREATE UNIQUE INDEX registration_once ON registration (occurrence_id, holder)
  WHERE status = 'registered' AND holder IS NOT NULL;
CREATE INDEX registration_occurrence ON registration (occurrence_id) WHERE status = 'registered';
CREATE INDEX registration_person ON registration (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX registration_holder ON registration (holder) WHERE holder IS NOT NULL;

ALTER TABLE registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration FORCE ROW LEVEL SECURITY;
CREATE POLICY organiser ON registration FOR SELECT TO activities_web
  USING (organiser = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY self ON registration TO activities_web
  USING (person_id = current_setting('brug.person')::uuid);
CREATE POLICY holder ON registration TO activities_web
  USING (way = 'anonymous' AND holder = holder_of(occurrence_id, current_setting('brug.person')::uuid));
-- A row that tells of nobody is open to who knows its id.
CREATE POLICY nobody ON registration TO activities_web USING (way = 'drop_in');
CREATE POLICY worker ON registration TO activities_worker USING (true) WITH CHECK (true);

GRANT EXECUTE ON FUNCTION holder_of TO activities_web, activities_worker;
GRANT SELECT, INSERT ON registration TO activities_web;
GRANT UPDATE (status, version) ON registration TO activities_web;
GRANT SELECT, UPDATE ON registration TO activities_worker;
"""


def upgrade() -> None:
    op.execute(schema.house("activities"))
    op.execute(schema.directory("activities"))
    op.execute(schema.akkoord("activities"))
    op.execute(DIRECTORY_OF_ACTIVITIES)
    op.execute(REGISTRATIONS)
