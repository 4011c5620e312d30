"""Writes helpers' cards. The number stands in a table of its own, which opens later than the rest."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.network.domain.helper import AlreadySignedUp, Helper, HelperCard
from services.network.domain.permits import HELPER
from shared.db import Connection
from shared.refusals import Stale


def is_helper_at(conn: Connection, staff_id: UUID, organisation: UUID, today: date) -> bool:
    """Whether the directory has this account as helper there today."""
    row = conn.execute(
        "SELECT 1 FROM seen.membership WHERE staff_id = %s AND organisation_id = %s AND role = %s"
        " AND valid_from <= %s AND (valid_until IS NULL OR %s < valid_until)",
        (staff_id, organisation, HELPER, today, today),
    ).fetchone()
    return row is not None


def add(conn: Connection, helper: Helper) -> None:
    """Raises AlreadySignedUp where the account has a card at this organisation."""
    try:
        conn.execute(
            "INSERT INTO helper (id, owner_organisation, staff_id, first_name, role, languages, school, town,"
            "  neighbourhood, times, child_school_years, gender, capacity, about, active, signed_up_at, version)"
            " VALUES (%(id)s, %(owner_organisation)s, %(staff_id)s, %(first_name)s, %(role)s, %(languages)s,"
            "  %(school)s, %(town)s, %(neighbourhood)s, %(times)s, %(child_school_years)s, %(gender)s, %(capacity)s,"
            "  %(about)s, %(active)s, %(signed_up_at)s, %(version)s)",
            _row(helper),
        )
    except psycopg.errors.UniqueViolation as known:
        raise AlreadySignedUp(str(helper.owner_organisation)) from known
    conn.execute(
        "INSERT INTO helper_reach (helper_id, owner_organisation, staff_id, phone) VALUES (%s, %s, %s, %s)",
        (helper.id, helper.owner_organisation, helper.staff_id, helper.card.phone),
    )


def save(conn: Connection, helper: Helper) -> None:
    """`helper.version` is the new one; raises Stale where the row is not at the one before."""
    updated = conn.execute(
        "UPDATE helper SET first_name = %(first_name)s, role = %(role)s, languages = %(languages)s,"
        " school = %(school)s, town = %(town)s, neighbourhood = %(neighbourhood)s, times = %(times)s,"
        " child_school_years = %(child_school_years)s, gender = %(gender)s, capacity = %(capacity)s,"
        " about = %(about)s, active = %(active)s, version = %(version)s"
        " WHERE id = %(id)s AND version = %(version)s - 1",
        _row(helper),
    )
    if updated.rowcount != 1:
        raise Stale(str(helper.id))
    conn.execute("UPDATE helper_reach SET phone = %s WHERE helper_id = %s", (helper.card.phone, helper.id))


def find(conn: Connection, helper_id: UUID) -> Helper | None:
    """The card as row-level security lets the actor change it, locked; nobody else finds it."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(
            "SELECT h.id, h.staff_id, h.owner_organisation, h.first_name, h.role, h.languages, h.school, h.town,"
            "  h.neighbourhood, h.times, h.child_school_years, h.gender, h.capacity, h.about, h.active,"
            "  h.signed_up_at, h.version, r.phone"
            " FROM helper h JOIN helper_reach r ON r.helper_id = h.id WHERE h.id = %s FOR UPDATE OF h",
            (helper_id,),
        ).fetchone()
    if row is None:
        return None
    return Helper(
        row["id"], row["staff_id"], row["owner_organisation"], card_of(row), row["signed_up_at"], row["version"]
    )


def card_of(row: Mapping[str, Any]) -> HelperCard:
    """The card out of a row that has all its columns."""
    return HelperCard.model_validate({name: row[name] for name in HelperCard.model_fields})


def _row(helper: Helper) -> dict[str, Any]:
    card = helper.card
    return card.model_dump(exclude={"about", "phone"}) | {
        "id": helper.id,
        "owner_organisation": helper.owner_organisation,
        "staff_id": helper.staff_id,
        "languages": list(card.languages),
        "times": list(card.times),
        "child_school_years": list(card.child_school_years),
        "about": Jsonb(card.about.model_dump()) if card.about else None,
        "signed_up_at": helper.signed_up_at,
        "version": helper.version,
    }
