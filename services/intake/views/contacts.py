"""What a school's own page says of contacts that fit: its number of this month, its goal; no family."""

from typing import NamedTuple
from uuid import UUID

from services.intake import store
from services.intake.domain.permits import PERMITS
from shared import clock
from shared.db import Database
from shared.facts import Month
from shared.permissions import demand
from shared.security import Actor


class Goal(NamedTuple):
    """`families` is None where the school set no goal; `so_far` counts families of this month."""

    families: int | None
    version: int
    so_far: int


def goal(db: Database, actor: Actor, organisation: UUID) -> Goal:
    demand(PERMITS, actor, "goal.set", owner=organisation)
    with db.transaction(actor) as conn:
        families, version = store.contacts.goal(conn, organisation)
        row = conn.execute(
            "SELECT count(*) FROM contact_month WHERE owner_organisation = %s AND month = %s",
            (organisation, Month.of(clock.today()).first),
        ).fetchone()
    return Goal(families, version, row[0] if row else 0)


def is_noted(db: Database, actor: Actor, family_id: UUID) -> bool:
    """Whether this family had one this month; by the family's own school only."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT 1 FROM contact_month WHERE family_id = %s AND month = %s",
            (family_id, Month.of(clock.today()).first),
        ).fetchone()
    return row is not None
