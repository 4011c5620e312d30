-- What a service knows of persons, their akkoorden and the keys to what they agreed to share, from intake.
-- Names and words stay sealed here; only views.py opens them, for an actor with a ground.
CREATE TABLE seen.person (
  person_id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  kind text NOT NULL,
  version int NOT NULL
);
CREATE TABLE seen.key (
  key_id uuid PRIMARY KEY,
  scope_kind text NOT NULL,
  scope_id uuid NOT NULL,
  family_id uuid NOT NULL,
  audience text[] NOT NULL,
  wrapped text,
  destroyed_at timestamptz,
  version int NOT NULL
);
CREATE INDEX key_scope ON seen.key (scope_kind, scope_id);
CREATE TABLE seen.akkoord (
  akkoord_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  receiver_organisation uuid NOT NULL,
  purpose text NOT NULL,
  level text NOT NULL,
  way_back text[] NOT NULL,
  expires_on date NOT NULL,
  reference uuid,
  status text NOT NULL,
  package jsonb,
  version int NOT NULL,
  locked int NOT NULL DEFAULT 0
);
CREATE INDEX akkoord_receiver ON seen.akkoord (receiver_organisation);
CREATE INDEX akkoord_owner ON seen.akkoord (owner_organisation);
CREATE INDEX akkoord_person ON seen.akkoord (person_id);
CREATE INDEX akkoord_reference ON seen.akkoord (reference);

-- Granted, unexpired, and no event of this family's akkoorden or of this key waits among the dead letters (R1).
CREATE FUNCTION seen.live(akkoord seen.akkoord, today date) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT akkoord.status = 'granted' AND akkoord.expires_on >= today
    AND NOT EXISTS (SELECT 1 FROM public.dead_letter d
      WHERE (d.topic = 'intake.consents' AND d.record_key = akkoord.family_id::text)
         OR (d.topic = 'intake.keys' AND d.record_key = akkoord.package ->> 'key_id'));
END;

ALTER TABLE seen.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE seen.person FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON seen.person FOR SELECT TO {service}_web
  USING (owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY self ON seen.person FOR SELECT TO {service}_web
  USING (person_id = current_setting('brug.person')::uuid);
CREATE POLICY worker ON seen.person TO {service}_worker USING (true) WITH CHECK (true);

-- Keys carry no name and open nothing without the service's own private key; every opening needs a row that
-- its own policy lets through.
ALTER TABLE seen.akkoord ENABLE ROW LEVEL SECURITY;
ALTER TABLE seen.akkoord FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON seen.akkoord TO {service}_web
  USING (owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY receiver ON seen.akkoord TO {service}_web
  USING (receiver_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY self ON seen.akkoord TO {service}_web
  USING (person_id = current_setting('brug.person')::uuid);
CREATE POLICY worker ON seen.akkoord TO {service}_worker USING (true) WITH CHECK (true);

GRANT SELECT ON seen.person, seen.key, seen.akkoord TO {service}_web;
-- A row lock needs the right to update a column and a policy for it; without them FOR SHARE finds nothing.
GRANT UPDATE (locked) ON seen.akkoord TO {service}_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.person, seen.key, seen.akkoord TO {service}_worker;
