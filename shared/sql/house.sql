-- What every service's database holds: its own events going out, others' events coming in, sessions, looks.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {service}_web, {service}_worker;
CREATE SCHEMA seen;
GRANT USAGE ON SCHEMA seen TO {service}_web, {service}_worker;
-- A web process is ready once the database is at the revision that its code knows.
GRANT SELECT ON alembic_version TO {service}_web;

CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  topic text NOT NULL,
  key text NOT NULL,
  body text NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (position) WHERE published_at IS NULL;
GRANT INSERT ON outbox TO {service}_web;
GRANT SELECT, INSERT, UPDATE ON outbox TO {service}_worker;

-- The last offset that the broker acknowledged in each partition.
CREATE TABLE relayed (
  topic text NOT NULL,
  partition int NOT NULL,
  last_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON relayed TO {service}_worker;

CREATE TABLE inbox (
  event_id uuid PRIMARY KEY,
  type text NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT ON inbox TO {service}_worker;

CREATE TABLE attempt (
  event_id text PRIMARY KEY,
  failures int NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON attempt TO {service}_worker;

CREATE TABLE dead_letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  record_key text NOT NULL,
  partition int NOT NULL,
  record_offset bigint NOT NULL,
  body text NOT NULL,
  error text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decision text CHECK (decision IN ('retry', 'drop')),
  UNIQUE (topic, partition, record_offset)
);
CREATE INDEX dead_letter_key ON dead_letter (topic, record_key, id);
GRANT SELECT (topic, record_key) ON dead_letter TO {service}_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON dead_letter TO {service}_worker;

CREATE TABLE session (
  id text PRIMARY KEY,
  actor_id uuid NOT NULL,
  kind text NOT NULL,
  locale text NOT NULL,
  name text,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_expires ON session (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO {service}_web;
GRANT SELECT, DELETE ON session TO {service}_worker;

CREATE TABLE sign_in (
  state text PRIMARY KEY,
  issuer text NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  next text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX sign_in_created ON sign_in (created_at);
GRANT SELECT, INSERT, DELETE ON sign_in TO {service}_web;
GRANT SELECT, DELETE ON sign_in TO {service}_worker;

CREATE TABLE idempotency (
  actor_id uuid NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  made_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (actor_id, key, route)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
GRANT SELECT, INSERT ON idempotency TO {service}_web;
GRANT SELECT, DELETE ON idempotency TO {service}_worker;

-- Who looked (R18). Rows come unchained; a timer chains committed ones in order of position.
CREATE TABLE look (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  person_id uuid NOT NULL,
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  actor_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  function text NOT NULL,
  what text NOT NULL,
  ground text NOT NULL,
  looked_at timestamptz NOT NULL,
  chain bigint UNIQUE,
  digest text
);
CREATE INDEX look_unchained ON look (position) WHERE chain IS NULL;
CREATE INDEX look_person ON look (person_id, looked_at);
GRANT INSERT ON look TO {service}_web;
GRANT SELECT, INSERT ON look TO {service}_worker;
GRANT UPDATE (chain, digest) ON look TO {service}_worker;

-- How far this service has come in each partition, written with the effect of each event.
CREATE TABLE seen.handled (
  topic text NOT NULL,
  partition int NOT NULL,
  last_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
-- Intake's heartbeat: all akkoorden committed by `as_of` have an offset up to `consents_offset`. `fresh_as_of` is
-- the last time that this service had certainly caught up with.
CREATE TABLE seen.freshness (
  partition int PRIMARY KEY,
  partitions int NOT NULL,
  as_of timestamptz NOT NULL,
  consents_offset bigint NOT NULL,
  fresh_as_of timestamptz NOT NULL
);
GRANT SELECT ON seen.handled, seen.freshness TO {service}_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.handled, seen.freshness TO {service}_worker;
