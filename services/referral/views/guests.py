"""SQL that reads where an organisation's mail goes, and what became of a referral's mail; nothing of a family."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from services.referral.domain import PERMITS
from services.referral.domain.guests import Contact, Link
from services.referral.store import guests as store
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import ANYONE, Actor


@dataclass(frozen=True)
class ByMail:
    """What a school may know of the mail to a receiver. `state` is that of the last link, empty where none went.

    `address`: the organisation has one. `entered_at`: when somebody last came in by the link.
    """

    address: bool
    state: str = ""
    sent_at: datetime | None = None
    entered_at: datetime | None = None
    works: bool = False


@dataclass(frozen=True)
class Place:
    """An organisation with its mailbox."""

    id: UUID
    name: str
    contact: Contact | None


def name_behind(db: Database, link: Link) -> str:
    """Whose link it is, for the page that asks for a code."""
    with db.transaction(ANYONE) as conn:
        row = conn.execute("SELECT name FROM organisation WHERE id = %s", (link.organisation_id,)).fetchone()
    return str(row[0]) if row else ""


def by_mail(db: Database, actor: Actor, referral_id: UUID, receiver: UUID) -> ByMail:
    """For a referral that the actor was let in to."""
    with db.transaction(actor) as conn:
        known = store.contact(conn, receiver) is not None
        with conn.cursor(row_factory=class_row(ByMail)) as cur:
            found = cur.execute(
                "SELECT %(known)s AS address, t.state, t.sent_at,"
                " (SELECT max(c.used_at) FROM guest_code AS c WHERE c.link_id = l.id) AS entered_at,"
                " l.ended_at IS NULL AND l.expires_on >= %(today)s AS works"
                " FROM guest_link AS l JOIN letter AS t ON t.link_id = l.id AND t.kind = 'link'"
                " WHERE l.referral_id = %(id)s ORDER BY l.made_at DESC LIMIT 1",
                {"known": known, "id": referral_id, "today": clock.today()},
            ).fetchone()
    return found or ByMail(known)


def place(db: Database, actor: Actor, organisation_id: UUID) -> Place:
    """Raises NotThere."""
    demand(PERMITS, actor, "contact.write", owner=organisation_id)
    with db.transaction(actor) as conn:
        row = conn.execute("SELECT name FROM organisation WHERE id = %s", (organisation_id,)).fetchone()
        if row is None:
            raise NotThere(str(organisation_id))
        return Place(organisation_id, str(row[0]), store.contact(conn, organisation_id))
