"""Who has a safety flag and who lives in which home, as services other than intake know it (R5, R22)."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handler, Handlers


class _Person(BaseModel):
    person_id: UUID
    family_id: UUID


class _Housed(_Person):
    households: list[int]


def is_flagged(conn: Connection, person_id: UUID) -> bool:
    """Whether nothing may show to others where or when this person is to be found."""
    row = conn.execute("SELECT seen.flagged(%s)", (person_id,)).fetchone()
    return bool(row and row[0])


def _flag(*, flagged: bool) -> Handler:
    def on_flag(conn: Connection, envelope: Envelope) -> None:
        told = _Person.model_validate(envelope.data)
        conn.execute(
            "INSERT INTO seen.safety AS known (person_id, family_id, owner_organisation, flagged, flagged_version)"
            " VALUES (%(person_id)s, %(family_id)s, %(owner)s, %(flagged)s, %(version)s)"
            " ON CONFLICT (person_id) DO UPDATE SET flagged = excluded.flagged,"
            " flagged_version = excluded.flagged_version WHERE known.flagged_version < excluded.flagged_version",
            _row(told, envelope) | {"flagged": flagged},
        )

    return on_flag


def _on_person_housed(conn: Connection, envelope: Envelope) -> None:
    told = _Housed.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.safety AS known (person_id, family_id, owner_organisation, households, households_version)"
        " VALUES (%(person_id)s, %(family_id)s, %(owner)s, %(households)s, %(version)s)"
        " ON CONFLICT (person_id) DO UPDATE SET households = excluded.households,"
        " households_version = excluded.households_version"
        " WHERE known.households_version < excluded.households_version",
        _row(told, envelope),
    )


def _row(told: _Person, envelope: Envelope) -> dict[str, Any]:
    return told.model_dump() | {"owner": envelope.owner_organisation, "version": envelope.version}


PROJECTIONS: Handlers = {
    "be.brug.intake.person.flagged.v1": _flag(flagged=True),
    "be.brug.intake.person.unflagged.v1": _flag(flagged=False),
    "be.brug.intake.person.housed.v1": _on_person_housed,
}
