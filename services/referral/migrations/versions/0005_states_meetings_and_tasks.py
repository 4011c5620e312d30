"""Every state of a referral, its first meeting, what goes back to the school, and what somebody has to do."""

from alembic import op

revision = "0005"
down_revision = "0004"

_OVER = "'closed', 'declined', 'withdrawn', 'ended_by_family', 'recalled', 'expired', 'sent_in_error'"
_WITH_RECEIVER = (
    "'sent', 'seen', 'needs_information', 'accepted', 'meeting_planned', 'meeting_held', 'in_progress', 'on_hold',"
    " 'outcome_reported'"
)

COLUMNS = """
ALTER TABLE referral
  ADD COLUMN told text NOT NULL DEFAULT 'draft',
  ADD COLUMN way_back text[] NOT NULL DEFAULT '{}',
  ADD COLUMN shared_until date,
  ADD COLUMN sent_by uuid,
  ADD COLUMN expires_on date,
  ADD COLUMN asked_kind text,
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN answer_code text,
  ADD COLUMN was_at timestamptz,
  ADD COLUMN sequence int NOT NULL DEFAULT 0,
  ADD COLUMN interpreting text NOT NULL DEFAULT '',
  ADD COLUMN interpreter text NOT NULL DEFAULT '' CHECK (interpreter IN ('', 'asked', 'booked')),
  ADD COLUMN met_at timestamptz,
  ADD COLUMN outcome text,
  ADD COLUMN helped text,
  ADD COLUMN helped_told boolean NOT NULL DEFAULT false,
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN look_on date,
  DROP CONSTRAINT referral_status_check,
  DROP CONSTRAINT referral_check;
"""

# Under FORCE the owner's own UPDATE touches nothing; for as long as this migration runs, a policy lets it.
MOVED = f"""
CREATE POLICY migrate ON referral TO referral_migrate USING (true) WITH CHECK (true);
CREATE POLICY migrate ON seen.akkoord TO referral_migrate USING (true);
UPDATE referral SET status = 'meeting_planned' WHERE status = 'accepted';
UPDATE referral AS r SET way_back = a.way_back, shared_until = a.expires_on
  FROM seen.akkoord AS a WHERE a.akkoord_id = r.akkoord_id;
UPDATE referral SET told = status, ended_at = CASE WHEN status IN ({_OVER}) THEN coalesce(answered_at, now()) END,
  look_on = CASE WHEN status IN ({_WITH_RECEIVER}) THEN current_date END;
DROP POLICY migrate ON referral;
DROP POLICY migrate ON seen.akkoord;
"""  # noqa: S608

KEPT = f"""
ALTER TABLE referral
  ALTER COLUMN told DROP DEFAULT,
  ALTER COLUMN way_back DROP DEFAULT,
  ADD CONSTRAINT referral_status_check CHECK (status IN ('draft', {_WITH_RECEIVER}, {_OVER})),
  ADD CONSTRAINT referral_meeting_check
    CHECK (status <> 'meeting_planned' OR (contact IS NOT NULL AND meets_at IS NOT NULL AND place IS NOT NULL)),
  ADD CONSTRAINT referral_information_check CHECK (status <> 'needs_information' OR asked_kind IS NOT NULL),
  ADD CONSTRAINT referral_outcome_check CHECK (status <> 'outcome_reported' OR outcome IS NOT NULL),
  ADD CONSTRAINT referral_owned UNIQUE (id, owner_organisation);
DROP INDEX referral_of_akkoord;
-- One akkoord carries one referral at a time.
CREATE UNIQUE INDEX referral_of_akkoord ON referral (akkoord_id) WHERE status NOT IN ({_OVER});
DROP INDEX referral_owner;
-- The school's lists go by what it is told (R4).
CREATE INDEX referral_owner ON referral (owner_organisation, told, id);
CREATE INDEX referral_person ON referral (person_id, id);
CREATE INDEX referral_look_on ON referral (look_on) WHERE look_on IS NOT NULL;
CREATE POLICY self ON referral TO referral_web
  USING (person_id = current_setting('brug.person')::uuid AND status <> 'draft');
"""

TASK = """
CREATE TABLE task (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
  role text NOT NULL,
  organisation_id uuid NOT NULL,
  owner_organisation uuid NOT NULL,
  family_id uuid NOT NULL,
  person_id uuid NOT NULL,
  referral_id uuid,
  reference uuid,
  for_staff uuid,
  due_on date NOT NULL,
  shown_from date,
  state text NOT NULL CHECK (state IN ('open', 'done', 'lapsed')),
  result text,
  opened_at timestamptz NOT NULL,
  done_at timestamptz,
  done_by uuid,
  version int NOT NULL,
  FOREIGN KEY (referral_id, owner_organisation) REFERENCES referral (id, owner_organisation),
  CHECK ((state = 'open') = (done_at IS NULL)),
  CHECK ((state = 'done') <= (result IS NOT NULL AND done_by IS NOT NULL))
);
CREATE INDEX task_open ON task (organisation_id, role, due_on, id) WHERE state = 'open';
CREATE INDEX task_referral ON task (referral_id);
CREATE INDEX task_reference ON task (reference) WHERE reference IS NOT NULL;
CREATE INDEX task_family ON task (family_id);

ALTER TABLE task ENABLE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON task TO referral_web
  USING (organisation_id = ANY (current_setting('brug.organisations')::uuid[]));
-- A step of one side opens and ends tasks of the other; lists show an organisation its own only (views/tasks.py).
CREATE POLICY of_referral ON task TO referral_web
  USING (EXISTS (SELECT 1 FROM referral AS r WHERE r.id = task.referral_id));
CREATE POLICY worker ON task TO referral_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON task TO referral_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON task TO referral_worker;
"""


def upgrade() -> None:
    for part in (COLUMNS, MOVED, KEPT, TASK):
        op.execute(part)
