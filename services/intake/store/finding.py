"""The keys under which persons are found, written with the person; and anew once their making has changed."""

from uuid import UUID

from psycopg.rows import dict_row

from services.intake.domain.family import Person
from services.intake.domain.finding import FOUND_AS, keys_of, romanised_of
from shared.db import Connection


def write(conn: Connection, family_id: UUID, owner_organisation: UUID, person: Person) -> None:
    keys = sorted(keys_of(person))
    conn.execute("DELETE FROM find_key WHERE person_id = %s AND key <> ALL (%s)", (person.id, keys))
    conn.execute(
        "INSERT INTO find_key (owner_organisation, key, person_id, family_id)"
        " SELECT %s, key, %s, %s FROM unnest(%s::text[]) AS key ON CONFLICT DO NOTHING",
        (owner_organisation, person.id, family_id, keys),
    )
    conn.execute(
        "UPDATE person SET romanised = %s, found_as = %s WHERE id = %s", (romanised_of(person), FOUND_AS, person.id)
    )


def write_old_ones(conn: Connection, most: int = 500) -> int:
    """Write the keys of persons that have none yet, or those of an older making. Returns how many persons."""
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(
            "SELECT family_id, owner_organisation, id, kind, name_to_call, full_name, phone FROM person"
            " WHERE found_as < %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            (FOUND_AS, most),
        ).fetchall()
    for row in rows:
        family_id, owner = row.pop("family_id"), row.pop("owner_organisation")
        write(conn, family_id, owner, Person.model_validate(row))
    return len(rows)
