"""Who reads that somebody looked at a child without a page of its own; a search that reads the index alone."""

from alembic import op

revision = "0011"
down_revision = "0004"

_ME = "current_setting('brug.person')::uuid"
# A caregiver reads who looked at a child: at the file as a whole, or on the ground of a yes that the caregiver said.
# Of a child under 12, who has no page of its own, also whatever else the school or its data protection officer opened.
# What was opened on an older child's own yes alone, or of a child with a flag, is the child's (R18, R22).
_LOOK = f"""person_id = {_ME} OR (EXISTS (SELECT 1 FROM public.person AS p WHERE p.id = look.person_id
    AND {_ME} = ANY (p.cared_for_by) AND NOT p.safety
    AND (look.what = 'file'
      OR (look.ground IN ('own_file', 'oversight') AND look.akkoord_id IS NULL
        AND extract(year FROM look.looked_at) - p.birth_year < 12)
      OR EXISTS (SELECT 1 FROM public.akkoord AS a WHERE a.id = look.akkoord_id AND {_ME} = ANY (a.said_yes_by)))))"""  # noqa: S608


# With the family in the index, a search among ten thousand files reads no row that it does not show.
_FIND = """
ALTER TABLE find_key DROP CONSTRAINT find_key_pkey,
  ADD PRIMARY KEY (owner_organisation, key, person_id) INCLUDE (family_id);
"""


def upgrade() -> None:
    op.execute(_FIND)
    op.execute("DROP POLICY self ON seen.look")
    op.execute(f"CREATE POLICY self ON seen.look FOR SELECT TO intake_web USING ({_LOOK})")
