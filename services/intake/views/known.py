"""'Wat weet de school over ons?': what a file holds for the person who asks, and what was asked to be put right."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.intake import store
from services.intake.domain import knowledge
from services.intake.domain.contact import Way
from services.intake.domain.correction import Thing
from services.intake.domain.family import File
from services.intake.domain.permits import PERMITS
from services.intake.views import corrections
from services.intake.views.corrections import CorrectionRow
from shared.db import Connection, Database
from shared.permissions import demand
from shared.security import Actor


class ContactRow(NamedTuple):
    """That there was one in this month as was asked, and along which way; no more is kept (R12)."""

    month: date
    way: Way


class KnownFile(NamedTuple):
    """`follows` is the function of the staff member who follows the family; `objected` are names of children.

    `contacts` are of months that are not counted yet.
    """

    family_id: UUID
    organisation: str
    opened_at: datetime
    follows: str
    known: tuple[knowledge.Known, ...]
    family: tuple[knowledge.Held, ...]
    objected: list[str]
    corrections: list[CorrectionRow]
    contacts: list[ContactRow]


def known(db: Database, actor: Actor, person_id: UUID) -> KnownFile:
    """Of the person who asks. A look at one's own data is not recorded. Raises NotThere."""
    with db.transaction(actor) as conn:
        family_id, _ = store.family.family_of(conn, person_id)
        demand(PERMITS, actor, "known.see", person=person_id)
        file = store.family.get(conn, family_id)
        return KnownFile(
            family_id,
            *_school_of(conn, file),
            knowledge.known_to(file, person_id),
            knowledge.family_parts(file),
            _objected_by(conn, person_id),
            corrections.asked_by(conn, person_id),
            _contacts_of(conn, family_id),
        )


def thing(db: Database, actor: Actor, name: str) -> tuple[knowledge.Held, str]:
    """One thing of it, and whom it is about by name. Raises NotKnownThing."""
    with db.transaction(actor) as conn:
        family_id, _ = store.family.family_of(conn, actor.id)
        demand(PERMITS, actor, "known.see", person=actor.id)
        file = store.family.get(conn, family_id)
    found = knowledge.find(file, actor.id, Thing.named(name))
    about = next((one for one in file.persons if one.id == found.thing.about), None)
    return found, about.name_to_call if about and about.id != actor.id else ""


def _school_of(conn: Connection, file: File) -> tuple[str, datetime, str]:
    """Its name, since when it follows the family, and which function does."""
    row = conn.execute(
        "SELECT coalesce(o.name, ''), f.opened_at, coalesce((SELECT m.function FROM seen.membership AS m"
        "  WHERE m.staff_id = f.responsible AND m.organisation_id = f.owner_organisation AND m.role = 'school_staff'"
        "  ORDER BY m.valid_from DESC LIMIT 1), '')"
        " FROM file AS f LEFT JOIN seen.organisation AS o ON o.id = f.owner_organisation WHERE f.id = %s",
        (file.id,),
    ).fetchone()
    assert row  # noqa: S101 - the file was just read in this transaction
    return row[0], row[1], row[2]


def _contacts_of(conn: Connection, family_id: UUID) -> list[ContactRow]:
    """As the policy opens them: for whom each can only have been with the reader's own home (R5, R22)."""
    rows = conn.execute(
        "SELECT month, way FROM contact_month WHERE family_id = %s ORDER BY month DESC", (family_id,)
    ).fetchall()
    return [ContactRow(*row) for row in rows]


def _objected_by(conn: Connection, person_id: UUID) -> list[str]:
    """The children for whom the school knows of this caregiver's no (R5)."""
    rows = conn.execute(
        "SELECT p.name_to_call FROM objection AS o JOIN person AS p ON p.id = o.child_id WHERE o.caregiver_id = %s"
        " ORDER BY p.position",
        (person_id,),
    ).fetchall()
    return [row[0] for row in rows]
