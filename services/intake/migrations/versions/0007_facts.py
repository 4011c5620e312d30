"""Contacts that fit, a school's own goal, and which months are counted."""

from alembic import op

from shared import schema

revision = "0007"
down_revision = "0006"

# One row says that there was a contact in this month as the parent asked, and along which way. No row says nothing
# (R12). It goes when the month is counted, and with the file.
CONTACTS = """
CREATE TABLE contact_month (
  family_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  way text NOT NULL CHECK (way IN ('call', 'sms', 'whatsapp', 'in_person', 'come_by')),
  PRIMARY KEY (family_id, month),
  FOREIGN KEY (family_id, owner_organisation) REFERENCES file (id, owner_organisation) ON DELETE CASCADE
);
CREATE INDEX contact_month_of ON contact_month (month, owner_organisation);

CREATE TABLE contact_goal (
  owner_organisation uuid PRIMARY KEY,
  families int NOT NULL CHECK (families BETWEEN 1 AND 5000),
  version int NOT NULL
);
"""

_OWN = "owner_organisation = ANY (current_setting('brug.organisations')::uuid[])"


def upgrade() -> None:
    op.execute(schema.facts("intake"))
    op.execute(CONTACTS)
    for table in ("contact_month", "contact_goal"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own ON {table} TO intake_web USING ({_OWN}) WITH CHECK ({_OWN})")
        op.execute(f"CREATE POLICY worker ON {table} TO intake_worker USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT, INSERT ON contact_month TO intake_web")
    op.execute("GRANT SELECT, INSERT, UPDATE ON contact_goal TO intake_web")
    op.execute("GRANT SELECT, DELETE ON contact_month TO intake_worker")
    op.execute("GRANT SELECT ON contact_goal TO intake_worker")
