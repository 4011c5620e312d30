"""Organisations, who works there and what they agreed with each other, as `referral.directory` tells it."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel

from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers
from shared.security import Membership


class Organisation(NamedTuple):
    id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]


class Agreement(NamedTuple):
    """Two organisations' agreement to share for one purpose (R1); `valid_until` is the first day without it."""

    id: UUID
    purpose: str
    legal_ground: str
    fields: list[str]
    retention_days: int
    valid_until: date | None


def memberships_of(conn: Connection, staff_id: UUID, on: date) -> tuple[Membership, ...]:
    """What a staff member is on that day; a token says who somebody is, never what they may do.

    `valid_until` is the first day without.
    """
    rows = conn.execute(
        "SELECT organisation_id, role, function, secrecy FROM seen.membership"
        " WHERE staff_id = %s AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until)"
        " ORDER BY organisation_id, role",
        (staff_id, on, on),
    )
    return tuple(Membership(*row) for row in rows)


def organisation(conn: Connection, organisation_id: UUID) -> Organisation | None:
    with conn.cursor(row_factory=class_row(Organisation)) as cur:
        return cur.execute(
            "SELECT id, kind, name, town, languages FROM seen.organisation WHERE id = %s", (organisation_id,)
        ).fetchone()


def organisations(conn: Connection) -> dict[UUID, Organisation]:
    """All of them by id, for lists that name several."""
    with conn.cursor(row_factory=class_row(Organisation)) as cur:
        rows = cur.execute("SELECT id, kind, name, town, languages FROM seen.organisation").fetchall()
    return {row.id: row for row in rows}


def agreement_between(conn: Connection, parties: tuple[UUID, UUID], purpose: str, today: date) -> Agreement | None:
    """The agreement of these two for this purpose that is valid today, whichever of them is named first."""
    with conn.cursor(row_factory=class_row(Agreement)) as cur:
        return cur.execute(
            "SELECT id, purpose, legal_ground, fields, retention_days, valid_until FROM seen.agreement"
            " WHERE ((organisation_a = %(a)s AND organisation_b = %(b)s)"
            "  OR (organisation_a = %(b)s AND organisation_b = %(a)s))"
            " AND purpose = %(purpose)s AND valid_from <= %(today)s"
            " AND (valid_until IS NULL OR %(today)s < valid_until) ORDER BY valid_from DESC LIMIT 1",
            {"a": parties[0], "b": parties[1], "purpose": purpose, "today": today},
        ).fetchone()


def may_share(conn: Connection, parties: tuple[UUID, UUID], purpose: str, today: date) -> bool:
    """Whether something may go from one to the other (R1): by an agreement, or because both are the same."""
    row = conn.execute("SELECT seen.agreed(%s, %s, %s, %s)", (*parties, purpose, today)).fetchone()
    return bool(row and row[0])


class _Organisation(BaseModel):
    organisation_id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]


class _Membership(BaseModel):
    membership_id: UUID
    staff_id: UUID
    organisation_id: UUID
    role: str
    function: str
    secrecy: str
    valid_from: date
    valid_until: date | None = None


class _Agreement(BaseModel):
    agreement_id: UUID
    organisation_a: UUID
    organisation_b: UUID
    purpose: str
    legal_ground: str
    fields: list[str]
    retention_days: int
    valid_from: date
    valid_until: date | None = None


def _on_organisation_described(conn: Connection, envelope: Envelope) -> None:
    told = _Organisation.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.organisation AS known (id, kind, name, town, languages, version)"
        " VALUES (%(organisation_id)s, %(kind)s, %(name)s, %(town)s, %(languages)s, %(version)s)"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, town = excluded.town,"
        " languages = excluded.languages, version = excluded.version WHERE known.version < excluded.version",
        told.model_dump() | {"version": envelope.version},
    )


def _on_membership(conn: Connection, envelope: Envelope) -> None:
    told = _Membership.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.membership AS known"
        " (id, staff_id, organisation_id, role, function, secrecy, valid_from, valid_until, version)"
        " VALUES (%(membership_id)s, %(staff_id)s, %(organisation_id)s, %(role)s, %(function)s, %(secrecy)s,"
        "  %(valid_from)s, %(valid_until)s, %(version)s)"
        " ON CONFLICT (id) DO UPDATE SET role = excluded.role, function = excluded.function,"
        " secrecy = excluded.secrecy, valid_from = excluded.valid_from, valid_until = excluded.valid_until,"
        " version = excluded.version WHERE known.version < excluded.version",
        told.model_dump() | {"version": envelope.version},
    )


def _on_agreement_registered(conn: Connection, envelope: Envelope) -> None:
    told = _Agreement.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.agreement AS known (id, organisation_a, organisation_b, purpose, legal_ground, fields,"
        "  retention_days, valid_from, valid_until, version)"
        " VALUES (%(agreement_id)s, %(organisation_a)s, %(organisation_b)s, %(purpose)s, %(legal_ground)s,"
        "  %(fields)s, %(retention_days)s, %(valid_from)s, %(valid_until)s, %(version)s)"
        " ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, legal_ground = excluded.legal_ground,"
        " fields = excluded.fields, retention_days = excluded.retention_days, valid_from = excluded.valid_from,"
        " valid_until = excluded.valid_until, version = excluded.version WHERE known.version < excluded.version",
        told.model_dump() | {"version": envelope.version},
    )


PROJECTIONS: Handlers = {
    "be.brug.referral.organisation.described.v1": _on_organisation_described,
    "be.brug.referral.membership.granted.v1": _on_membership,
    "be.brug.referral.membership.ended.v1": _on_membership,
    "be.brug.referral.agreement.registered.v1": _on_agreement_registered,
}
