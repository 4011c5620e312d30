"""What staff do among themselves: hand a file over to a colleague, and be known by name at sign-in."""

from uuid import UUID

from services.intake import store
from services.intake.domain.handing import HandOver, NotAColleague
from services.intake.domain.permits import PERMITS
from shared import clock
from shared.db import Connection, Database
from shared.permissions import demand
from shared.security import Actor


def hand_over(db: Database, actor: Actor, family_id: UUID, given: HandOver) -> int:
    """From now on the colleague follows this family; every service hears it. Returns the file's new version.

    Raises NotAColleague, FollowsAlready, or Stale where the file changed since `given.version`.
    """
    with db.transaction(actor) as conn:
        owner = store.family.owner_of(conn, family_id)
        demand(PERMITS, actor, "file.hand_over", owner=owner)
        if not store.handing.is_school_staff(conn, given.to, owner, clock.today()):
            raise NotAColleague(str(family_id))
        return store.handing.hand_over(conn, family_id, given, clock.now())


def know_colleague(conn: Connection, name: str) -> None:
    """In the transaction that begins the session of this staff member."""
    store.handing.know_colleague(conn, conn.actor.id, name, clock.now())
