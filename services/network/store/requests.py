"""Writes requests for a helper. Private wishes go in here and come out only where a proposal is sought."""

from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from services.network.domain.request import AlreadyAsked, PrivateWishes, Request, RequestStatus, Standing
from services.network.domain.words import same_words
from shared.db import Connection
from shared.refusals import Stale


class Person(NamedTuple):
    """What intake told of who asks."""

    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    kind: str


def person(conn: Connection, person_id: UUID) -> Person | None:
    with conn.cursor(row_factory=class_row(Person)) as cur:
        return cur.execute(
            "SELECT person_id, family_id, owner_organisation, kind FROM seen.person WHERE person_id = %s", (person_id,)
        ).fetchone()


def add(conn: Connection, request: Request) -> None:
    """Raises AlreadyAsked where the person has an open request."""
    wish = request.wish
    try:
        conn.execute(
            "INSERT INTO request (id, owner_organisation, person_id, family_id, first_name, languages, school, town,"
            "  neighbourhood, times, child_school_years, wish, about, status, asked_at, version)"
            " VALUES (%(id)s, %(owner_organisation)s, %(person_id)s, %(family_id)s, %(first_name)s, %(languages)s,"
            "  %(school)s, %(town)s, %(neighbourhood)s, %(times)s, %(child_school_years)s, %(wish)s, %(about)s,"
            "  %(status)s, %(asked_at)s, %(version)s)",
            {
                "id": request.id,
                "owner_organisation": request.owner_organisation,
                "person_id": request.person_id,
                "family_id": request.family_id,
                "first_name": wish.name,
                "languages": list(wish.languages),
                "school": request.school,
                "town": request.town,
                "neighbourhood": wish.neighbourhood,
                "times": list(wish.times),
                "child_school_years": list(wish.child_school_years),
                "wish": wish.wish,
                "about": Jsonb(wish.about.model_dump()) if wish.about else None,
                "status": request.status,
                "asked_at": request.asked_at,
                "version": request.version,
            },
        )
    except psycopg.errors.UniqueViolation as known:
        raise AlreadyAsked(str(request.person_id)) from known
    _keep_apart(conn, request, wish.private)


def _keep_apart(conn: Connection, request: Request, wishes: PrivateWishes) -> None:
    conn.execute(
        "INSERT INTO private_wish (request_id, owner_organisation, person_id, community_languages, not_names)"
        " VALUES (%s, %s, %s, %s, %s)",
        (
            request.id,
            request.owner_organisation,
            request.person_id,
            list(wishes.left_out_languages),
            [same_words(name) for name in wishes.not_these],
        ),
    )


def lock_open_of(conn: Connection, person_id: UUID) -> Standing | None:
    """The person's open request, locked."""
    with conn.cursor(row_factory=class_row(Standing)) as cur:
        found = cur.execute(
            "SELECT id, person_id, status, version FROM request WHERE person_id = %s AND status = 'open' FOR UPDATE",
            (person_id,),
        ).fetchone()
    return _typed(found)


def lock(conn: Connection, request_id: UUID) -> Standing | None:
    """A request as row-level security lets the actor change it, locked."""
    with conn.cursor(row_factory=class_row(Standing)) as cur:
        found = cur.execute(
            "SELECT id, person_id, status, version FROM request WHERE id = %s FOR UPDATE", (request_id,)
        ).fetchone()
    return _typed(found)


def save(conn: Connection, standing: Standing) -> None:
    """`standing.version` is the new one; raises Stale where the row is not at the one before."""
    updated = conn.execute(
        "UPDATE request SET status = %s, version = %s WHERE id = %s AND version = %s",
        (standing.status, standing.version, standing.id, standing.version - 1),
    )
    if updated.rowcount != 1:
        raise Stale(str(standing.id))


def _typed(found: Standing | None) -> Standing | None:
    if found is None:
        return None
    return Standing(found.id, found.person_id, RequestStatus(found.status), found.version)
