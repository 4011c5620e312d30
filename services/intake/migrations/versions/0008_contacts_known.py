"""A caregiver reads that this month had a contact as was asked."""

from alembic import op

revision = "0008"
down_revision = "0007"

# The row does not say with whom it was. So it opens for a caregiver alone where no other caregiver lives elsewhere (R5)
# or has a flag (R22): it may be about the other.
OURS = """
CREATE FUNCTION seen.contact_is_ours(family uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT EXISTS (SELECT 1 FROM public.person AS me
    WHERE me.id = current_setting('brug.person')::uuid AND me.family_id = family AND me.kind = 'caregiver'
      AND NOT EXISTS (SELECT 1 FROM public.person AS other
        WHERE other.family_id = family AND other.kind = 'caregiver' AND other.id <> me.id
          AND (other.safety OR NOT other.households && me.households)));
END;
REVOKE EXECUTE ON FUNCTION seen.contact_is_ours FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.contact_is_ours TO intake_web;
CREATE POLICY self ON contact_month FOR SELECT TO intake_web USING (seen.contact_is_ours(family_id));
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(OURS)
