"""Files of families: reading one whole to change it, writing it, and telling that it was opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.intake import events
from services.intake.domain.family import FIRST_HOME, Ask, File, OwnWords, Person, Strength
from services.intake.domain.readers import readers_of
from services.intake.store import finding
from shared import outbox
from shared.db import Connection
from shared.refusals import NotThere, Stale

_OfPerson = events.PersonFlaggedV1 | events.PersonUnflaggedV1 | events.PersonHousedV1
_PERSON = (
    "id, kind, name_to_call, full_name, phone, channel, reach_when AS when, languages, arrangements, arranged_words,"
    " birth_year, class_name, households, safety"
)


def get(conn: Connection, family_id: UUID, *, lock: bool = False) -> File:
    """The file as the actor may see it. Raises NotThere."""
    row = conn.execute(
        f"SELECT owner_organisation, version FROM file WHERE id = %s {'FOR UPDATE' if lock else ''}",  # noqa: S608
        (family_id,),
    ).fetchone()
    if row is None:
        raise NotThere(str(family_id))
    return File(
        id=family_id,
        owner_organisation=row[0],
        version=row[1],
        persons=tuple(Person.model_validate(one) for one in _rows(conn, _PERSON, "person", family_id)),
        goes_well=strengths(conn, family_id),
        asks=asks(conn, family_id),
    )


def strengths(conn: Connection, family_id: UUID) -> tuple[Strength, ...]:
    """What goes well, as far as the actor may read it."""
    rows = _rows(conn, "id, words AS text, lang, told_by, alone", "strength", family_id)
    return tuple(Strength.model_validate(one) for one in rows)


def asks(conn: Connection, family_id: UUID) -> tuple[Ask, ...]:
    """What is asked, as far as the actor may read it."""
    rows = _rows(conn, "id, words, lang, life_domain, person_id, told_by, alone", "ask", family_id)
    return tuple(
        Ask.model_validate(one | {"text": OwnWords(text=one.pop("words"), lang=one.pop("lang"))}) for one in rows
    )


def family_of(conn: Connection, person_id: UUID) -> tuple[UUID, UUID]:
    """The family and the owning organisation of a person. Raises NotThere."""
    row = conn.execute("SELECT family_id, owner_organisation FROM person WHERE id = %s", (person_id,)).fetchone()
    if row is None:
        raise NotThere(str(person_id))
    return row[0], row[1]


def owner_of(conn: Connection, family_id: UUID) -> UUID:
    """The organisation that the file belongs to. Raises NotThere."""
    row = conn.execute("SELECT owner_organisation FROM file WHERE id = %s", (family_id,)).fetchone()
    if row is None:
        raise NotThere(str(family_id))
    owner: UUID = row[0]
    return owner


def person(conn: Connection, person_id: UUID) -> Person | None:
    """One person, as the actor may see it."""
    with conn.cursor(row_factory=dict_row) as cur:
        found = cur.execute(f"SELECT {_PERSON} FROM person WHERE id = %s", (person_id,)).fetchone()  # noqa: S608
    return Person.model_validate(found) if found else None


def insert(conn: Connection, file: File, at: datetime) -> None:
    """A new file with all that is in it, and the events that tell of it; who opens it follows the family."""
    conn.execute(
        "INSERT INTO file (id, owner_organisation, opened_at, changed_at, version, responsible)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (file.id, file.owner_organisation, at, at, file.version, conn.actor.id),
    )
    about = outbox.About(file.id, file.id, 1, file.owner_organisation)
    outbox.publish(conn, events.FileOpenedV1(family_id=file.id), about, ground="own_file")
    _write_parts(conn, file, before=())


def update(conn: Connection, file: File, at: datetime, before: File) -> None:
    """Write the changed file; raises Stale where someone else wrote first."""
    written = conn.execute(
        "UPDATE file SET version = %s, changed_at = %s WHERE id = %s AND version = %s",
        (file.version, at, file.id, before.version),
    )
    if written.rowcount != 1:
        raise Stale(str(file.id))
    _write_parts(conn, file, before=before.persons)


def tell_safety(conn: Connection, file: File, person: Person) -> None:
    """The flag was set on this person or taken away; why is told nowhere (R22)."""
    fact = events.PersonFlaggedV1 if person.safety else events.PersonUnflaggedV1
    _tell_of(conn, file, fact(person_id=person.id, family_id=file.id, kind=person.kind))


def tell_untold_homes(conn: Connection, most: int = 200) -> int:
    """Whoever lives elsewhere than in the first home and is still as registered was never told of."""
    rows = conn.execute(
        "SELECT id, family_id, owner_organisation, households FROM person WHERE version = 1 AND households <> '{1}'"
        " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
        (most,),
    ).fetchall()
    for person_id, family_id, owner, homes in rows:
        event = events.PersonHousedV1(person_id=person_id, family_id=family_id, households=homes)
        _tell_of(conn, File(id=family_id, owner_organisation=owner), event)
    return len(rows)


def note_objection(conn: Connection, file: File, child_id: UUID, caregiver_id: UUID, at: datetime) -> None:
    conn.execute(
        "INSERT INTO objection (child_id, caregiver_id, owner_organisation, noted_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (child_id, caregiver_id, file.owner_organisation, at),
    )


def withdraw_objection(conn: Connection, child_id: UUID, caregiver_id: UUID) -> None:
    conn.execute("DELETE FROM objection WHERE child_id = %s AND caregiver_id = %s", (child_id, caregiver_id))


def is_objected_to(conn: Connection, child_id: UUID) -> bool:
    row = conn.execute("SELECT 1 FROM objection WHERE child_id = %s LIMIT 1", (child_id,)).fetchone()
    return row is not None


def _rows(conn: Connection, columns: str, table: str, family_id: UUID) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(
            f"SELECT {columns} FROM {table} WHERE family_id = %s ORDER BY position",  # noqa: S608 - our own names
            (family_id,),
        ).fetchall()


def _write_parts(conn: Connection, file: File, before: Iterable[Person]) -> None:
    for number in sorted({number for one in file.persons for number in one.households}):
        conn.execute(
            "INSERT INTO household (family_id, owner_organisation, number) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (file.id, file.owner_organisation, number),
        )
    known = {one.id: one.households for one in before}
    for position, one in enumerate(file.persons):
        _write_person(conn, file, one, position)
        if one.id not in known:
            _tell_registered(conn, file, one)
        if one.households != known.get(one.id, FIRST_HOME):
            housed = events.PersonHousedV1(person_id=one.id, family_id=file.id, households=sorted(one.households))
            _tell_of(conn, file, housed)
    _write_words(conn, file)
    _write_asks(conn, file)


def _write_person(conn: Connection, file: File, person: Person, position: int) -> None:
    carers = [one.id for one in file.caregivers_of(person)] if person.kind == "child" else []
    values = person.model_dump(mode="json") | {
        "id": person.id,
        "family_id": file.id,
        "owner_organisation": file.owner_organisation,
        "languages": Jsonb([one.model_dump() for one in person.languages]),
        "arranged_words": Jsonb(person.arranged_words.model_dump()) if person.arranged_words else None,
        "households": sorted(person.households),
        "cared_for_by": carers,
        "position": position,
    }
    conn.execute(
        "INSERT INTO person (id, family_id, owner_organisation, kind, name_to_call, full_name, phone, channel,"
        "  reach_when, languages, arrangements, arranged_words, birth_year, class_name, households, cared_for_by,"
        "  position, safety)"
        " VALUES (%(id)s, %(family_id)s, %(owner_organisation)s, %(kind)s, %(name_to_call)s, %(full_name)s, %(phone)s,"
        "  %(channel)s, %(when)s, %(languages)s, %(arrangements)s, %(arranged_words)s, %(birth_year)s,"
        "  %(class_name)s, %(households)s, %(cared_for_by)s, %(position)s, %(safety)s)"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name_to_call = excluded.name_to_call,"
        "  full_name = excluded.full_name, phone = excluded.phone, channel = excluded.channel,"
        "  reach_when = excluded.reach_when, languages = excluded.languages, arrangements = excluded.arrangements,"
        "  arranged_words = excluded.arranged_words, birth_year = excluded.birth_year,"
        "  class_name = excluded.class_name, households = excluded.households, cared_for_by = excluded.cared_for_by,"
        "  position = excluded.position, safety = excluded.safety",
        values,
    )
    finding.write(conn, file.id, file.owner_organisation, person)


def _tell_registered(conn: Connection, file: File, person: Person) -> None:
    event = events.PersonRegisteredV1(person_id=person.id, family_id=file.id, kind=person.kind)
    outbox.publish(conn, event, outbox.About(file.id, person.id, 1, file.owner_organisation), ground="own_file")


def _tell_of(conn: Connection, file: File, event: _OfPerson) -> None:
    """One more fact about a person who is known already."""
    row = conn.execute(
        "UPDATE person SET version = version + 1 WHERE id = %s RETURNING version", (event.person_id,)
    ).fetchone()
    assert row  # noqa: S101 - written in this transaction
    about = outbox.About(file.id, event.person_id, row[0], file.owner_organisation)
    outbox.publish(conn, event, about, ground="own_file")


def _write_words(conn: Connection, file: File) -> None:
    kept = [one.id for one in file.goes_well]
    conn.execute("DELETE FROM strength WHERE family_id = %s AND id <> ALL (%s)", (file.id, kept))
    for position, words in enumerate(file.goes_well):
        conn.execute(
            "INSERT INTO strength (id, family_id, owner_organisation, position, words, lang, told_by, alone, readers)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET position = excluded.position,"
            " words = excluded.words, lang = excluded.lang, told_by = excluded.told_by, alone = excluded.alone,"
            " readers = excluded.readers",
            (
                words.id,
                file.id,
                file.owner_organisation,
                position,
                words.text,
                words.lang,
                words.told_by,
                words.alone,
                sorted(readers_of(file, words)),
            ),
        )


def _write_asks(conn: Connection, file: File) -> None:
    conn.execute("DELETE FROM ask WHERE family_id = %s AND id <> ALL (%s)", (file.id, [one.id for one in file.asks]))
    for position, ask in enumerate(file.asks):
        conn.execute(
            "INSERT INTO ask (id, family_id, owner_organisation, person_id, position, words, lang, life_domain,"
            "  told_by, alone, readers)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE"
            " SET person_id = excluded.person_id, position = excluded.position, words = excluded.words,"
            " lang = excluded.lang, life_domain = excluded.life_domain, told_by = excluded.told_by,"
            " alone = excluded.alone, readers = excluded.readers",
            (
                ask.id,
                file.id,
                file.owner_organisation,
                ask.person_id,
                position,
                ask.text.text,
                ask.text.lang,
                ask.life_domain,
                ask.told_by,
                ask.alone,
                sorted(readers_of(file, ask)),
            ),
        )
