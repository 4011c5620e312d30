"""SQL that writes what organisations propose to each other."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row

from services.referral.domain.agreements import Proposal, Standing
from shared.db import Connection
from shared.refusals import Stale

_FIELDS = tuple(field.name for field in fields(Proposal))
COLUMNS = ", ".join(_FIELDS)


def add(conn: Connection, one: Proposal) -> bool:
    """False where one for these two and this purpose waits already, whoever proposed it."""
    values = ", ".join(f"%({name})s" for name in _FIELDS)
    row = conn.execute(
        f"INSERT INTO agreement_proposal ({COLUMNS}) VALUES ({values}) ON CONFLICT DO NOTHING RETURNING id",  # noqa: S608
        vars(one) | {"fields": list(one.fields)},
    ).fetchone()
    return row is not None


def lock(conn: Connection, proposal_id: UUID) -> Proposal | None:
    with conn.cursor(row_factory=kwargs_row(proposal)) as cur:
        return cur.execute(
            f"SELECT {COLUMNS} FROM agreement_proposal WHERE id = %s FOR UPDATE",  # noqa: S608
            (proposal_id,),
        ).fetchone()


def save(conn: Connection, changed: Proposal) -> None:
    """Raises Stale where somebody else answered first."""
    written = conn.execute(
        "UPDATE agreement_proposal SET state = %(state)s, answered_at = %(answered_at)s, version = %(version)s"
        " WHERE id = %(id)s AND version = %(version)s - 1",
        vars(changed),
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def proposal(**row: Any) -> Proposal:
    return Proposal(**row | {"state": Standing(row["state"]), "fields": tuple(row["fields"])})
