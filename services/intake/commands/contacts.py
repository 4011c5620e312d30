"""A contact that fits is noted, and a school sets itself a goal."""

from uuid import UUID

from services.intake import store
from services.intake.domain.contact import Contact
from services.intake.domain.permits import PERMITS
from shared import clock
from shared.db import Database
from shared.facts import Month
from shared.permissions import demand
from shared.security import Actor


def note_contact(db: Database, actor: Actor, family_id: UUID, contact: Contact) -> None:
    """This family had a contact this month that fits what was asked. Raises what it does not respect."""
    with db.transaction(actor) as conn:
        file = store.family.get(conn, family_id)
        demand(PERMITS, actor, "contact.note", owner=file.owner_organisation)
        contact.check(file)
        store.contacts.note(conn, file, Month.of(clock.today()), contact.way)


def set_goal(db: Database, actor: Actor, organisation: UUID, families: int, version: int) -> None:
    """So many families a month; raises Stale where the goal is not at `version` any more (0: never set)."""
    demand(PERMITS, actor, "goal.set", owner=organisation)
    with db.transaction(actor) as conn:
        store.contacts.set_goal(conn, organisation, families, version)
