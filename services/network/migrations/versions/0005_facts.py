"""Facts of all services, and the board that is made from them."""

from alembic import op

from shared import schema

revision = "0005"
down_revision = "0004"

# What was told, before anything is hidden in it: no web process reads it.
FACTS = """
CREATE TABLE seen.fact (
  what text NOT NULL,
  month date NOT NULL,
  organisation_id uuid NOT NULL,
  town text NOT NULL CHECK (length(town) <= 100),
  data jsonb NOT NULL,
  PRIMARY KEY (what, month, organisation_id)
);
CREATE TABLE seen.month_counted (
  what text NOT NULL,
  month date NOT NULL,
  facts int NOT NULL,
  PRIMARY KEY (what, month)
);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.fact, seen.month_counted TO network_worker;
"""

# Once published, a number stays as it is: two versions of one table could be held against each other. So it stands
# outside `seen`, which a replay clears, and nobody can update or delete it.
BOARD = """
CREATE TABLE published (
  what text NOT NULL,
  month date NOT NULL,
  PRIMARY KEY (what, month)
);
CREATE TABLE board (
  town text NOT NULL,
  month date NOT NULL,
  what text NOT NULL,
  shown jsonb NOT NULL,
  PRIMARY KEY (town, month, what)
);

-- The towns of the organisations where the actor is coordinator.
CREATE FUNCTION towns() RETURNS text[] LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT o.town), '{}') FROM seen.organisation o
  WHERE o.id = ANY (coordinates()) AND o.town <> '';
END;

ALTER TABLE board ENABLE ROW LEVEL SECURITY;
ALTER TABLE board FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON board FOR SELECT TO network_web USING (town = ANY ((SELECT towns())::text[]));
CREATE POLICY worker ON board TO network_worker USING (true) WITH CHECK (true);
GRANT SELECT ON board TO network_web;
GRANT SELECT, INSERT ON board, published TO network_worker;
"""


def upgrade() -> None:
    op.execute(schema.facts("network"))
    for part in (FACTS, BOARD):
        op.execute(part)
