-- Who has a safety flag (R22), and in which of a family's two homes each person lives (R5), from intake.
-- Each fact has the version that it came with: the one never makes the other look old.
CREATE TABLE seen.safety (
  person_id uuid PRIMARY KEY,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  flagged boolean NOT NULL DEFAULT false,
  flagged_version int NOT NULL DEFAULT 0,
  households int[] NOT NULL DEFAULT '{1}',
  households_version int NOT NULL DEFAULT 0
);
CREATE INDEX safety_family ON seen.safety (family_id);
ALTER TABLE seen.safety ENABLE ROW LEVEL SECURITY;
ALTER TABLE seen.safety FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON seen.safety TO {service}_worker USING (true) WITH CHECK (true);
CREATE POLICY definer ON seen.safety FOR SELECT TO {service}_migrate USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.safety TO {service}_worker;

-- Whether this one person has a flag, for whoever asks by id: a web process cannot list them.
CREATE FUNCTION seen.flagged(whose uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM seen.safety AS s WHERE s.person_id = whose AND s.flagged);
END;
REVOKE EXECUTE ON FUNCTION seen.flagged FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.flagged TO {service}_web, {service}_worker;
