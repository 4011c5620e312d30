-- What a service knows of organisations, their people and their agreements, from `referral.directory`.
CREATE TABLE seen.organisation (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  name text NOT NULL,
  town text NOT NULL,
  languages text[] NOT NULL,
  version int NOT NULL
);
CREATE TABLE seen.membership (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  role text NOT NULL,
  function text NOT NULL,
  secrecy text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  version int NOT NULL
);
CREATE INDEX membership_staff ON seen.membership (staff_id);
CREATE TABLE seen.agreement (
  id uuid PRIMARY KEY,
  organisation_a uuid NOT NULL,
  organisation_b uuid NOT NULL,
  purpose text NOT NULL,
  legal_ground text NOT NULL,
  fields text[] NOT NULL,
  retention_days int NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  version int NOT NULL
);
CREATE INDEX agreement_parties ON seen.agreement (organisation_a, organisation_b, purpose);

-- Whether something may go from one organisation to the other for this purpose (R1). Within one organisation
-- nothing leaves, so there is nothing to agree on; the person's yes is asked all the same.
CREATE FUNCTION seen.agreed(one uuid, other uuid, for_purpose text, today date) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT one = other OR EXISTS (SELECT 1 FROM seen.agreement AS g
    WHERE g.purpose = for_purpose AND g.valid_from <= today AND (g.valid_until IS NULL OR today < g.valid_until)
      AND ((g.organisation_a = one AND g.organisation_b = other)
        OR (g.organisation_a = other AND g.organisation_b = one)));
END;
GRANT SELECT ON seen.organisation, seen.membership, seen.agreement TO {service}_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.organisation, seen.membership, seen.agreement
  TO {service}_worker;
