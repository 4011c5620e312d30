"""SQL that writes teams."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import kwargs_row

from services.referral.domain.teams import Team
from shared.db import Connection
from shared.refusals import Invalid, Stale

_FIELDS = tuple(field.name for field in fields(Team))
COLUMNS = ", ".join(_FIELDS)


def add(conn: Connection, one: Team) -> None:
    """Raises Invalid where a living team there has this name."""
    values = ", ".join(f"%({name})s" for name in _FIELDS)
    _write(conn, f"INSERT INTO team ({COLUMNS}) VALUES ({values})", one)  # noqa: S608


def save(conn: Connection, changed: Team) -> None:
    """Raises Stale where somebody else wrote it first, Invalid where a living team there has this name."""
    written = _write(
        conn,
        "UPDATE team SET name = %(name)s, members = %(members)s, ended_at = %(ended_at)s, version = %(version)s"
        " WHERE id = %(id)s AND version = %(version)s - 1",
        changed,
    )
    if written != 1:
        raise Stale(str(changed.id))


def lock(conn: Connection, team_id: UUID) -> Team | None:
    with conn.cursor(row_factory=kwargs_row(team)) as cur:
        return cur.execute(f"SELECT {COLUMNS} FROM team WHERE id = %s FOR UPDATE", (team_id,)).fetchone()  # noqa: S608


def is_living(conn: Connection, team_id: UUID, organisation_id: UUID) -> bool:
    """Whether it is a team of that organisation that has not ended; until the transaction is over, it does not end."""
    row = conn.execute(
        "SELECT 1 FROM team WHERE id = %s AND organisation_id = %s AND ended_at IS NULL FOR SHARE",
        (team_id, organisation_id),
    ).fetchone()
    return row is not None


def working(conn: Connection, organisation_id: UUID, memberships: Sequence[UUID], on: date) -> set[UUID]:
    """Those of these memberships that are of that organisation, and last on that day."""
    rows = conn.execute(
        "SELECT id FROM membership WHERE organisation_id = %s AND id = ANY (%s)"
        " AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until)",
        (organisation_id, list(memberships), on, on),
    )
    return {row[0] for row in rows}


def team(**row: Any) -> Team:
    return Team(**row | {"members": tuple(row["members"])})


def _write(conn: Connection, query: str, one: Team) -> int:
    try:
        return conn.execute(query, vars(one) | {"members": list(one.members)}).rowcount
    except UniqueViolation as error:
        raise Invalid({"name": "Er is al een team met deze naam. Kies een andere."}) from error
