"""Webhooks: what can be told of referrals, to which addresses, and what became of each telling."""

from alembic import op

revision = "0012"
down_revision = "0011"

EVENT = """
-- What can be told: ids, a code and a number. It goes away with its referral (R19).
CREATE TABLE webhook_event (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  referral_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  to_organisation uuid NOT NULL,
  status text NOT NULL,
  told text NOT NULL,
  for_owner boolean NOT NULL,
  for_receiver boolean NOT NULL,
  is_ending boolean NOT NULL,
  school_version int NOT NULL,
  receiver_version int NOT NULL,
  occurred_at timestamptz NOT NULL,
  spread_at timestamptz,
  FOREIGN KEY (referral_id, owner_organisation) REFERENCES referral (id, owner_organisation) ON DELETE CASCADE
);
CREATE INDEX webhook_event_waiting ON webhook_event (occurred_at) WHERE spread_at IS NULL;
CREATE INDEX webhook_event_owner ON webhook_event (owner_organisation, occurred_at) WHERE for_owner;
CREATE INDEX webhook_event_receiver ON webhook_event (to_organisation, occurred_at) WHERE for_receiver;
CREATE INDEX webhook_event_referral ON webhook_event (referral_id, owner_organisation);
CREATE INDEX webhook_event_age ON webhook_event (occurred_at);

ALTER TABLE webhook_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_event FORCE ROW LEVEL SECURITY;
-- Whoever takes a step writes what both sides may hear of it; reading is for the side that may.
CREATE POLICY of_referral ON webhook_event FOR INSERT TO referral_web
  WITH CHECK (EXISTS (SELECT 1 FROM referral AS r WHERE r.id = webhook_event.referral_id));
CREATE POLICY own ON webhook_event FOR SELECT TO referral_web
  USING (for_owner AND owner_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY receiver ON webhook_event FOR SELECT TO referral_web
  USING (for_receiver AND to_organisation = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY worker ON webhook_event TO referral_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON webhook_event TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_event TO referral_worker;
"""

ENDPOINT = """
CREATE TABLE webhook_endpoint (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation,
  url text NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
  types text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
  made_at timestamptz NOT NULL,
  failing_since timestamptz,
  rests_until timestamptz,
  disabled_at timestamptz,
  version int NOT NULL,
  UNIQUE (id, organisation_id),
  CHECK ((state = 'disabled') = (disabled_at IS NOT NULL))
);
CREATE INDEX webhook_endpoint_organisation ON webhook_endpoint (organisation_id, id);

-- The secret is sealed with the service's own key; the web process writes it and can never read it again.
CREATE TABLE webhook_secret (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  sealed text NOT NULL,
  made_at timestamptz NOT NULL,
  ends_at timestamptz,
  FOREIGN KEY (endpoint_id, organisation_id) REFERENCES webhook_endpoint (id, organisation_id) ON DELETE CASCADE
);
CREATE INDEX webhook_secret_endpoint ON webhook_secret (endpoint_id, organisation_id);
"""

DELIVERY = """
-- One event for one address, and its number there: the same however often it is tried. Without an event: a test.
CREATE TABLE webhook_delivery (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  endpoint_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  event_id uuid REFERENCES webhook_event ON DELETE CASCADE,
  type text NOT NULL,
  rests_on_akkoord boolean NOT NULL,
  occurred_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'dropped')),
  tries int NOT NULL DEFAULT 0,
  next_try timestamptz NOT NULL,
  tried_at timestamptz,
  answer int,
  problem text NOT NULL DEFAULT '',
  UNIQUE (endpoint_id, event_id),
  FOREIGN KEY (endpoint_id, organisation_id) REFERENCES webhook_endpoint (id, organisation_id) ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint_id, next_try, id) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_log ON webhook_delivery (endpoint_id, occurred_at, id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
CREATE INDEX webhook_delivery_age ON webhook_delivery (occurred_at);
"""

POLICIES = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO referral_web
  USING (organisation_id = ANY (current_setting('brug.organisations')::uuid[]));
CREATE POLICY worker ON {table} TO referral_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO referral_worker;
"""
    for table in ("webhook_endpoint", "webhook_secret", "webhook_delivery")
)

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint TO referral_web;
GRANT INSERT, SELECT (id, endpoint_id, organisation_id, made_at, ends_at), UPDATE (ends_at) ON webhook_secret
  TO referral_web;
GRANT SELECT, INSERT, UPDATE ON webhook_delivery TO referral_web;
"""


def upgrade() -> None:
    for part in (EVENT, ENDPOINT, DELIVERY, POLICIES, GRANTS):
        op.execute(part)
