"""Each side counts what it is told of; a parent who said yes for a child sees what comes of it (R4, R5)."""

from alembic import op

revision = "0013"
down_revision = "0012"

# Under FORCE the owner's own UPDATE touches nothing; for as long as this migration runs, a policy lets it. What is
# under way is looked at again, since tasks may now be over by their day.
VERSIONS = """
ALTER TABLE referral
  ADD COLUMN school_version int NOT NULL DEFAULT 1,
  ADD COLUMN receiver_version int NOT NULL DEFAULT 1,
  ADD COLUMN helped_by uuid;
CREATE POLICY migrate ON referral TO referral_migrate USING (true) WITH CHECK (true);
UPDATE referral SET school_version = version, receiver_version = version,
  helped_by = CASE WHEN helped IS NOT NULL THEN person_id END,
  look_on = CASE WHEN look_on IS NOT NULL OR status = 'meeting_planned' THEN current_date END;
DROP POLICY migrate ON referral;
"""

# `speaks`: what it is about is a child that did not say yes itself, or oneself.
SAID_YES = """
CREATE TABLE seen.said_yes (
  akkoord_id uuid NOT NULL,
  person_id uuid NOT NULL,
  speaks boolean NOT NULL,
  PRIMARY KEY (akkoord_id, person_id)
);
CREATE INDEX said_yes_person ON seen.said_yes (person_id);
ALTER TABLE seen.said_yes ENABLE ROW LEVEL SECURITY;
ALTER TABLE seen.said_yes FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON seen.said_yes FOR SELECT TO referral_web
  USING (person_id = current_setting('brug.person')::uuid);
CREATE POLICY worker ON seen.said_yes TO referral_worker USING (true) WITH CHECK (true);
CREATE POLICY definer ON seen.said_yes FOR SELECT TO referral_migrate USING (true);
CREATE FUNCTION seen.withheld(whose uuid, akkoord uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT seen.flagged(whose) OR EXISTS (SELECT 1 FROM seen.said_yes AS y WHERE y.akkoord_id = akkoord
    AND y.person_id <> current_setting('brug.person')::uuid AND seen.flagged(y.person_id));
END;
REVOKE EXECUTE ON FUNCTION seen.withheld FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.withheld TO referral_web, referral_worker;
-- What the child is called opens for who said yes, from the package of that yes alone.
CREATE POLICY said_yes ON seen.akkoord FOR SELECT TO referral_web
  USING (EXISTS (SELECT 1 FROM seen.said_yes AS y WHERE y.akkoord_id = akkoord.akkoord_id
    AND y.person_id = current_setting('brug.person')::uuid) AND NOT seen.withheld(person_id, akkoord_id));
GRANT SELECT ON seen.said_yes TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON seen.said_yes TO referral_worker;
"""

# Who said yes for a child, and nobody else of its homes (R5); nothing of somebody with a safety flag, nor of what rests
# on the yes of somebody who has one (R22).
POLICY = """
CREATE POLICY said_yes ON referral TO referral_web USING (status <> 'draft' AND EXISTS (
  SELECT 1 FROM seen.said_yes AS y WHERE y.akkoord_id = referral.akkoord_id
    AND y.person_id = current_setting('brug.person')::uuid) AND NOT seen.withheld(person_id, akkoord_id));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for part in (VERSIONS, SAID_YES, POLICY):
        op.execute(part)
