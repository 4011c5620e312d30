"""SQL that shows teams: their names to all staff, who is in them to whoever keeps them."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain import PERMITS
from services.referral.domain.teams import Team
from services.referral.store.teams import team as _team
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


@dataclass(frozen=True)
class Named:
    """What is public of a team."""

    id: UUID
    name: str


# Whose membership is over is in it no more, also while nobody took them out.
_KEPT = (
    "SELECT t.id, t.organisation_id, t.name, t.ended_at, t.version, ARRAY(SELECT m.id FROM membership AS m"
    " WHERE m.id = ANY (t.members) AND m.organisation_id = t.organisation_id AND m.valid_from <= %(today)s"
    " AND (m.valid_until IS NULL OR %(today)s < m.valid_until) ORDER BY m.id) AS members FROM team AS t"
)


def kept(db: Database, actor: Actor, organisation_id: UUID) -> list[Team]:
    """All of one organisation for whoever keeps them; those that ended last."""
    demand(PERMITS, actor, "team.keep", owner=organisation_id)
    query = f"{_KEPT} WHERE t.organisation_id = %(place)s ORDER BY t.ended_at DESC NULLS FIRST, t.name, t.id LIMIT 500"
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_team)) as cur:
        return cur.execute(query, {"place": organisation_id, "today": clock.today()}).fetchall()


def one(db: Database, actor: Actor, team_id: UUID) -> Team:
    """Raises NotThere."""
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_team)) as cur:
        found = cur.execute(f"{_KEPT} WHERE t.id = %(id)s", {"id": team_id, "today": clock.today()}).fetchone()
    if found is None:
        raise NotThere(str(team_id))
    demand(PERMITS, actor, "team.keep", owner=found.organisation_id)
    return found


def names(db: Database, actor: Actor, organisation_id: UUID) -> list[Named]:
    """Those that something can go to now: public, as the organisation's own name."""
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT id, name FROM team WHERE organisation_id = %s AND ended_at IS NULL ORDER BY name, id LIMIT 200",
            (organisation_id,),
        ).fetchall()
    return [Named(*row) for row in rows]


def name_of(db: Database, actor: Actor, team_id: UUID | None) -> str:
    """Also of one that ended; empty for none."""
    with db.transaction(actor) as conn:
        row = conn.execute("SELECT name FROM team WHERE id = %s", (team_id,)).fetchone()
    return str(row[0]) if row else ""


def mine(db: Database, actor: Actor) -> tuple[UUID, ...]:
    """The teams that the actor is in today, as somebody who works at a receiver."""
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT t.id FROM team AS t WHERE t.organisation_id = ANY (%(own)s) AND t.ended_at IS NULL"
            " AND EXISTS (SELECT 1 FROM membership AS m WHERE m.staff_id = %(me)s AND m.id = ANY (t.members)"
            "  AND m.organisation_id = t.organisation_id AND m.valid_from <= %(today)s"
            "  AND (m.valid_until IS NULL OR %(today)s < m.valid_until)) ORDER BY t.id",
            {"own": list(actor.organisations_as("partner_worker")), "me": actor.id, "today": clock.today()},
        ).fetchall()
    return tuple(row[0] for row in rows)
