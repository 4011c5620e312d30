"""SQL that writes registrations and counts seats, and tells of named ones."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.activities import events
from services.activities.domain.registration import Registration, Status, Way, Who
from shared import outbox
from shared.db import Connection
from shared.envelope import Sealed
from shared.refusals import Stale

_REGISTRATION = (
    "id, occurrence_id, activity_id, organiser, way, person_id, family_id, owner_organisation, children,"
    " interpreter, lang, said_at, status, version"
)


class Place(NamedTuple):
    """One occurrence with what decides whether there is a seat; locked, so that the count is exact."""

    occurrence_id: UUID
    activity_id: UUID
    organiser: UUID
    registration: str
    status: str
    seats: int | None
    taken: int
    ends_at: datetime


def lock_place(conn: Connection, occurrence_id: UUID) -> Place | None:
    """Who asks for a seat at the same time waits here. Lock order: occurrence, registration, outbox."""
    with conn.cursor(row_factory=class_row(Place)) as cur:
        return cur.execute(
            "SELECT o.id AS occurrence_id, o.activity_id, o.organiser, a.registration, a.seats, o.taken, o.ends_at,"
            " CASE WHEN o.cancelled_at IS NULL THEN a.status ELSE 'cancelled' END AS status"
            " FROM occurrence AS o JOIN activity AS a ON a.id = o.activity_id"
            " WHERE o.id = %s FOR UPDATE OF o",
            (occurrence_id,),
        ).fetchone()


def count_taken(conn: Connection, occurrence_id: UUID, taken: int) -> None:
    conn.execute("UPDATE occurrence SET taken = %s WHERE id = %s", (taken, occurrence_id))


def person(conn: Connection, person_id: UUID) -> Who | None:
    """The person as intake registered them; None until that has arrived here."""
    with conn.cursor(row_factory=class_row(Who)) as cur:
        return cur.execute(
            "SELECT person_id, family_id, owner_organisation FROM seen.person WHERE person_id = %s", (person_id,)
        ).fetchone()


def seat_of(conn: Connection, occurrence_id: UUID, person_id: UUID) -> UUID | None:
    """This person's live registration for this occurrence, with a name or without."""
    row = conn.execute(
        "SELECT id FROM registration WHERE occurrence_id = %s AND status = 'registered'"
        " AND holder = holder_of(occurrence_id, %s)",
        (occurrence_id, person_id),
    ).fetchone()
    return row[0] if row else None


def insert(conn: Connection, registration: Registration, holder: UUID | None) -> None:
    """`holder` is the person who has the seat; kept as a digest, so that a seat without name stays without."""
    who = vars(registration.who) if registration.who else dict.fromkeys(Who.__dataclass_fields__)
    conn.execute(
        f"INSERT INTO registration ({_REGISTRATION}, holder) VALUES (%(id)s, %(occurrence_id)s, %(activity_id)s,"  # noqa: S608
        " %(organiser)s, %(way)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(children)s,"
        " %(interpreter)s, %(lang)s, %(said_at)s, %(status)s, %(version)s,"
        " CASE WHEN %(holder)s::uuid IS NOT NULL THEN holder_of(%(occurrence_id)s, %(holder)s) END)",
        vars(registration) | who | {"holder": holder},
    )


def find(conn: Connection, registration_id: UUID) -> Registration | None:
    """As row-level security lets the actor see it; unlocked, so only to learn which occurrence to lock first."""
    return _one(conn, f"SELECT {_REGISTRATION} FROM registration WHERE id = %s", (registration_id,))  # noqa: S608


def lock(conn: Connection, registration_id: UUID) -> Registration | None:
    """Nothing where the actor may only read it."""
    return _one(conn, f"SELECT {_REGISTRATION} FROM registration WHERE id = %s FOR UPDATE", (registration_id,))  # noqa: S608


def save(conn: Connection, changed: Registration) -> None:
    written = conn.execute(
        "UPDATE registration SET status = %s, version = %s WHERE id = %s AND version = %s - 1",
        (changed.status, changed.version, changed.id, changed.version),
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def tell_made(conn: Connection, registration: Registration, who: Who, sealed: Sealed) -> None:
    event = events.RegistrationMadeV1(
        registration_id=registration.id,
        person_id=who.person_id,
        family_id=who.family_id,
        organiser=registration.organiser,
        said_at=registration.said_at,
        lang=registration.lang,
        sealed=sealed,
    )
    outbox.publish(conn, event, _about(registration, who))


def tell_cancelled(conn: Connection, registration: Registration, who: Who) -> None:
    event = events.RegistrationCancelledV1(
        registration_id=registration.id, person_id=who.person_id, family_id=who.family_id
    )
    outbox.publish(conn, event, _about(registration, who))


def book_interpreter(conn: Connection, place: Place, language: str, interpreting: str, at: datetime) -> None:
    conn.execute(
        "INSERT INTO interpreter_booking (occurrence_id, organiser, language, interpreting, booked_at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (occurrence_id, language)"
        " DO UPDATE SET interpreting = excluded.interpreting, booked_at = excluded.booked_at",
        (place.occurrence_id, place.organiser, language, interpreting, at),
    )


def unbook_interpreter(conn: Connection, occurrence_id: UUID, language: str) -> None:
    conn.execute(
        "DELETE FROM interpreter_booking WHERE occurrence_id = %s AND language = %s", (occurrence_id, language)
    )


def _about(registration: Registration, who: Who) -> outbox.About:
    return outbox.About(who.family_id, registration.id, registration.version, who.owner_organisation)


def _one(conn: Connection, query: str, values: tuple[Any, ...]) -> Registration | None:
    with conn.cursor(row_factory=kwargs_row(_registration)) as cur:
        return cur.execute(query, values).fetchone()


def _registration(**row: Any) -> Registration:
    person_id, family_id, owner = row.pop("person_id"), row.pop("family_id"), row.pop("owner_organisation")
    return Registration(
        **row
        | {
            "way": Way(row["way"]),
            "status": Status(row["status"]),
            "who": Who(person_id, family_id, owner) if person_id else None,
        }
    )
