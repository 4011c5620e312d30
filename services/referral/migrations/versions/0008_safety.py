"""Who has a safety flag and who lives in which home, as intake tells it; and who of a family is kept apart."""

from alembic import op

from shared import schema

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Of the family of the person who asks: who has a flag, and who lives in the other home only.
APART = """
CREATE POLICY definer ON seen.person FOR SELECT TO referral_migrate USING (true);
CREATE FUNCTION seen.kept_apart() RETURNS TABLE (person_id uuid, flagged boolean) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT other.person_id, coalesce(theirs.flagged, false) FROM seen.person AS me
    JOIN seen.person AS other ON other.family_id = me.family_id AND other.person_id <> me.person_id
    LEFT JOIN seen.safety AS mine ON mine.person_id = me.person_id
    LEFT JOIN seen.safety AS theirs ON theirs.person_id = other.person_id
    WHERE me.person_id = current_setting('brug.person')::uuid
      AND (coalesce(theirs.flagged, false)
        OR NOT coalesce(mine.households, '{1}') && coalesce(theirs.households, '{1}'));
END;
REVOKE EXECUTE ON FUNCTION seen.kept_apart FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.kept_apart TO referral_web;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(schema.safety("referral"))
    op.execute(APART)
