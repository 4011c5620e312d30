"""SQL that writes the directory: organisations, memberships, agreements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.referral import events
from services.referral.domain import Agreement, Membership, Organisation
from shared import outbox
from shared.db import Connection
from shared.envelope import Event

_MEMBERSHIP = "id, staff_id, organisation_id, role, function, secrecy, valid_from, valid_until, version"
_AGREEMENT = (
    "id, organisation_a, organisation_b, purpose, legal_ground, fields, retention_days, valid_from, valid_until,"
    " version, special_ground"
)


def put_organisation(conn: Connection, organisation: Organisation) -> Organisation | None:
    """Write it as it now is; None where nothing about it changed."""
    row = conn.execute(
        "INSERT INTO organisation AS known (id, kind, name, town, languages, version)"
        " VALUES (%(id)s, %(kind)s, %(name)s, %(town)s, %(languages)s, 1)"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, town = excluded.town,"
        " languages = excluded.languages, version = known.version + 1"
        " WHERE (known.kind, known.name, known.town, known.languages)"
        "  IS DISTINCT FROM (excluded.kind, excluded.name, excluded.town, excluded.languages)"
        " RETURNING version",
        vars(organisation) | {"languages": list(organisation.languages)},
    ).fetchone()
    return replace(organisation, version=row[0]) if row else None


def put_membership(conn: Connection, membership: Membership) -> Membership | None:
    """Write it as it now is; None where nothing about it changed."""
    with conn.cursor(row_factory=class_row(Membership)) as cur:
        return cur.execute(
            f"INSERT INTO membership AS known ({_MEMBERSHIP})"  # noqa: S608
            " VALUES (%(id)s, %(staff_id)s, %(organisation_id)s, %(role)s, %(function)s, %(secrecy)s,"
            "  %(valid_from)s, %(valid_until)s, 1)"
            " ON CONFLICT (id) DO UPDATE SET role = excluded.role, function = excluded.function,"
            " secrecy = excluded.secrecy, valid_from = excluded.valid_from, valid_until = excluded.valid_until,"
            " version = known.version + 1"
            " WHERE (known.role, known.function, known.secrecy, known.valid_from, known.valid_until)"
            "  IS DISTINCT FROM (excluded.role, excluded.function, excluded.secrecy, excluded.valid_from,"
            "  excluded.valid_until)"
            f" RETURNING {_MEMBERSHIP}",
            vars(membership),
        ).fetchone()


def membership(conn: Connection, membership_id: UUID) -> Membership | None:
    with conn.cursor(row_factory=class_row(Membership)) as cur:
        return cur.execute(
            f"SELECT {_MEMBERSHIP} FROM membership WHERE id = %s FOR UPDATE",  # noqa: S608
            (membership_id,),
        ).fetchone()


def is_member(conn: Connection, wanted: Membership, on: date) -> bool:
    """Whether they are in that role there on that day, by whatever membership."""
    row = conn.execute(
        "SELECT 1 FROM membership WHERE staff_id = %s AND organisation_id = %s AND role = %s"
        " AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until) LIMIT 1",
        (wanted.staff_id, wanted.organisation_id, wanted.role, on, on),
    ).fetchone()
    return row is not None


def memberships_at(conn: Connection, organisation_id: UUID, on: date) -> list[Membership]:
    """Of everybody who works there on that day."""
    with conn.cursor(row_factory=class_row(Membership)) as cur:
        return cur.execute(
            f"SELECT {_MEMBERSHIP} FROM membership WHERE organisation_id = %s"  # noqa: S608
            " AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until) ORDER BY role, function, id",
            (organisation_id, on, on),
        ).fetchall()


def named(conn: Connection, told: str) -> list[UUID]:
    """The organisations with this id, or with exactly this name."""
    rows = conn.execute("SELECT id FROM organisation WHERE id::text = %(told)s OR name = %(told)s", {"told": told})
    return [row[0] for row in rows]


def kind_of(conn: Connection, organisation_id: UUID) -> str | None:
    row = conn.execute("SELECT kind FROM organisation WHERE id = %s", (organisation_id,)).fetchone()
    return str(row[0]) if row else None


def name_of(conn: Connection, organisation_id: UUID) -> str:
    row = conn.execute("SELECT name FROM organisation WHERE id = %s", (organisation_id,)).fetchone()
    return str(row[0]) if row else ""


def save_membership(conn: Connection, changed: Membership) -> None:
    conn.execute(
        "UPDATE membership SET valid_until = %s, version = %s WHERE id = %s",
        (changed.valid_until, changed.version, changed.id),
    )


def put_agreement(conn: Connection, agreement: Agreement) -> Agreement | None:
    """Write it as it now is; None where nothing about it changed."""
    row = conn.execute(
        f"INSERT INTO agreement AS known ({_AGREEMENT})"  # noqa: S608
        " VALUES (%(id)s, %(organisation_a)s, %(organisation_b)s, %(purpose)s, %(legal_ground)s, %(fields)s,"
        "  %(retention_days)s, %(valid_from)s, %(valid_until)s, 1, %(special_ground)s)"
        " ON CONFLICT (id) DO UPDATE SET legal_ground = excluded.legal_ground, fields = excluded.fields,"
        " retention_days = excluded.retention_days, valid_from = excluded.valid_from,"
        " valid_until = excluded.valid_until, special_ground = excluded.special_ground, version = known.version + 1"
        " WHERE (known.legal_ground, known.fields, known.retention_days, known.valid_from, known.valid_until,"
        "  known.special_ground) IS DISTINCT FROM (excluded.legal_ground, excluded.fields, excluded.retention_days,"
        "  excluded.valid_from, excluded.valid_until, excluded.special_ground)"
        " RETURNING version",
        vars(agreement) | {"fields": list(agreement.fields)},
    ).fetchone()
    return replace(agreement, version=row[0]) if row else None


def lock_agreement(conn: Connection, agreement_id: UUID) -> Agreement | None:
    with conn.cursor(row_factory=kwargs_row(_agreement)) as cur:
        return cur.execute(
            f"SELECT {_AGREEMENT} FROM agreement WHERE id = %s FOR UPDATE",  # noqa: S608
            (agreement_id,),
        ).fetchone()


def _agreement(**row: Any) -> Agreement:
    return Agreement(**row | {"fields": tuple(row["fields"])})


def known(conn: Connection, organisations: Sequence[UUID]) -> set[UUID]:
    """Those of them that are in the directory."""
    rows = conn.execute("SELECT id FROM organisation WHERE id = ANY (%s)", (list(organisations),))
    return {row[0] for row in rows}


def publish(conn: Connection, event: Event, key: UUID, aggregate: UUID, version: int) -> None:
    outbox.publish(conn, event, outbox.About(key, aggregate, version, key))


def tell_organisation(conn: Connection, one: Organisation) -> None:
    event = events.OrganisationDescribedV1(
        organisation_id=one.id, kind=one.kind, name=one.name, town=one.town, languages=list(one.languages)
    )
    publish(conn, event, one.id, one.id, one.version)


def tell_membership(conn: Connection, one: Membership) -> None:
    told = {name: value for name, value in vars(one).items() if name not in ("id", "version")}
    event = events.MembershipGrantedV1.model_validate({"membership_id": one.id, **told})
    publish(conn, event, one.organisation_id, one.id, one.version)


def tell_membership_ended(conn: Connection, one: Membership) -> None:
    told = {name: value for name, value in vars(one).items() if name not in ("id", "version")}
    event = events.MembershipEndedV1.model_validate({"membership_id": one.id, **told})
    publish(conn, event, one.organisation_id, one.id, one.version)


def tell_agreement(conn: Connection, one: Agreement) -> None:
    told = {name: value for name, value in vars(one).items() if name not in ("id", "version")}
    event = events.AgreementRegisteredV1.model_validate({"agreement_id": one.id, **told, "fields": list(one.fields)})
    publish(conn, event, one.organisation_a, one.id, one.version)
