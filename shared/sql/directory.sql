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
GRANT SELECT ON seen.organisation, seen.membership, seen.agreement TO {service}_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.organisation, seen.membership, seen.agreement
  TO {service}_worker;
