-- What a session keeps of the issuer that it came from, so that it ends when it ends there.
ALTER TABLE session
  ADD COLUMN issuer_session text NOT NULL DEFAULT '',
  ADD COLUMN strong boolean NOT NULL DEFAULT false;
CREATE INDEX session_of_issuer ON session (issuer_session) WHERE issuer_session <> '';
CREATE INDEX session_of_actor ON session (actor_id);
-- Why a browser was sent to the issuer: to come in, for a second factor, or to leave.
ALTER TABLE sign_in ADD COLUMN purpose text NOT NULL DEFAULT 'enter';

-- Messages of the issuer that came: each counts once.
CREATE TABLE issuer_message (
  id text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX issuer_message_expires ON issuer_message (expires_at);
GRANT SELECT, INSERT ON issuer_message TO {service}_web;
GRANT SELECT, DELETE ON issuer_message TO {service}_worker;
