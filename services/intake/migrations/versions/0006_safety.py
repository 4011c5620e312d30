"""What others of a family read of an akkoord or a look that falls under a safety flag: nothing (R18, R22)."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# To the person who asks: about somebody else with a flag, or said together with somebody who has one. A place where
# a child is helped with its mother's yes is a place where she comes.
WITHHELD = """
CREATE FUNCTION seen.withheld(whose uuid, sayers uuid[]) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT whose <> current_setting('brug.person')::uuid AND (seen.flagged(whose) OR EXISTS (
    SELECT 1 FROM unnest(sayers) AS sayer WHERE sayer <> current_setting('brug.person')::uuid AND seen.flagged(sayer)));
END;
REVOKE EXECUTE ON FUNCTION seen.withheld FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seen.withheld TO intake_web, intake_worker;
"""

_ME = "current_setting('brug.person')::uuid"
# A caregiver reads who looked at a child: at the file as a whole, or on the ground of a yes that the caregiver said,
# unless another flag withholds it. Of a child under 12, who has no page of its own, also whatever else the school or
# its data protection officer opened. An older child's own yes, or a child with a flag, is the child's (R18, R22).
LOOK = f"""
DROP POLICY self ON seen.look;
CREATE POLICY self ON seen.look FOR SELECT TO intake_web USING (
  person_id = {_ME} OR (EXISTS (SELECT 1 FROM public.person AS p WHERE p.id = look.person_id
    AND {_ME} = ANY (p.cared_for_by) AND NOT p.safety
    AND (look.what = 'file'
      OR (look.ground IN ('own_file', 'oversight') AND look.akkoord_id IS NULL
        AND extract(year FROM look.looked_at) - p.birth_year < 12)
      OR EXISTS (SELECT 1 FROM public.akkoord AS a WHERE a.id = look.akkoord_id
        AND {_ME} = ANY (a.said_yes_by) AND NOT seen.withheld(a.person_id, a.said_yes_by))))));
"""  # noqa: S608 - names of our own


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(WITHHELD)
    op.execute(LOOK)
