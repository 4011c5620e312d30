"""SQL that writes contacts, links, codes and the letters that wait; a link and a code as their seal only."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row

from services.referral.domain.guests import MOST_GUESSES, Code, Contact, Kind, Letter, Link, State
from shared.db import Connection

_LINK = "id, referral_id, owner_organisation, organisation_id, made_at, expires_on, ended_at"
_LETTER = "id, kind, link_id, made_at, next_try, code_id, state, tries, sent_at"
_CLAIMED = timedelta(minutes=2)  # a worker that took one and died leaves it to the next after this
_LETTERS_KEPT, _CODES_KEPT = timedelta(days=30), timedelta(days=2)


class Guess(NamedTuple):
    """A code that may be tried, after this try was counted."""

    id: UUID
    seal: str


# ---- where mail goes ----


def contact(conn: Connection, organisation_id: UUID) -> Contact | None:
    with conn.cursor(row_factory=class_row(Contact)) as cur:
        return cur.execute(
            "SELECT organisation_id, email, always, version FROM organisation_contact WHERE organisation_id = %s",
            (organisation_id,),
        ).fetchone()


def put_contact(conn: Connection, one: Contact) -> None:
    conn.execute(
        "INSERT INTO organisation_contact AS known (organisation_id, email, always, version)"
        " VALUES (%(organisation_id)s, %(email)s, %(always)s, 1) ON CONFLICT (organisation_id) DO UPDATE"
        " SET email = excluded.email, always = excluded.always, version = known.version + 1"
        " WHERE (known.email, known.always) IS DISTINCT FROM (excluded.email, excluded.always)",
        vars(one),
    )


def drop_contact(conn: Connection, organisation_id: UUID) -> None:
    conn.execute("DELETE FROM organisation_contact WHERE organisation_id = %s", (organisation_id,))


def answers_by_mail(conn: Connection, organisation_id: UUID, today: date) -> bool:
    """It has an address, and asks for mail or has nobody with an account."""
    row = conn.execute(
        "SELECT c.always OR NOT EXISTS (SELECT 1 FROM membership AS m WHERE m.organisation_id = c.organisation_id"
        "  AND m.role = 'partner_worker' AND m.valid_from <= %(today)s"
        "  AND (m.valid_until IS NULL OR %(today)s < m.valid_until))"
        " FROM organisation_contact AS c WHERE c.organisation_id = %(id)s",
        {"id": organisation_id, "today": today},
    ).fetchone()
    return bool(row and row[0])


# ---- links ----


def add_link(conn: Connection, link: Link) -> bool:
    """False where the referral has a living one."""
    row = conn.execute(
        f"INSERT INTO guest_link ({_LINK}) VALUES (%(id)s, %(referral_id)s, %(owner_organisation)s,"  # noqa: S608
        " %(organisation_id)s, %(made_at)s, %(expires_on)s, %(ended_at)s)"
        " ON CONFLICT (referral_id) WHERE ended_at IS NULL DO NOTHING RETURNING id",
        vars(link),
    ).fetchone()
    return row is not None


def link(conn: Connection, link_id: UUID) -> Link | None:
    return _link(conn, "id = %s", link_id)


def sealed_link(conn: Connection, seal: str) -> Link | None:
    return _link(conn, "seal = %s", seal)


def living_link(conn: Connection, referral_id: UUID) -> Link | None:
    return _link(conn, "ended_at IS NULL AND referral_id = %s", referral_id)


def lock_link(conn: Connection, link_id: UUID) -> None:
    """One request at a time counts codes."""
    conn.execute("SELECT id FROM guest_link WHERE id = %s FOR UPDATE", (link_id,))


def end_links(conn: Connection, referral_id: UUID, now: datetime) -> None:
    conn.execute("UPDATE guest_link SET ended_at = %s WHERE referral_id = %s AND ended_at IS NULL", (now, referral_id))


def count_links(conn: Connection, referral_id: UUID, since: datetime) -> int:
    return _count(conn, "SELECT count(*) FROM guest_link WHERE referral_id = %s AND made_at > %s", referral_id, since)


def know_link(conn: Connection, link_id: UUID, seal: str) -> None:
    """From now on whoever brings it is let in to ask for a code."""
    conn.execute("UPDATE guest_link SET seal = %s WHERE id = %s AND seal IS NULL", (seal, link_id))


# ---- codes ----


def add_code(conn: Connection, code: Code, seal: str) -> None:
    """Codes that were asked for before end with it."""
    conn.execute(
        "UPDATE guest_code SET expires_at = %(now)s WHERE link_id = %(link)s AND expires_at > %(now)s",
        {"link": code.link_id, "now": code.made_at},
    )
    conn.execute(
        "INSERT INTO guest_code (id, link_id, seal, made_at, expires_at) VALUES (%s, %s, %s, %s, %s)",
        (code.id, code.link_id, seal, code.made_at, code.expires_at),
    )


def count_codes(conn: Connection, link_id: UUID, since: datetime) -> int:
    return _count(conn, "SELECT count(*) FROM guest_code WHERE link_id = %s AND made_at > %s", link_id, since)


def guess(conn: Connection, link_id: UUID, now: datetime) -> Guess | None:
    """Count one guess at the code that counts now; None where there is none, or it was guessed at enough."""
    row = conn.execute(
        "UPDATE guest_code SET guesses = guesses + 1 WHERE link_id = %s AND used_at IS NULL AND expires_at > %s"
        " AND guesses < %s RETURNING id, seal",
        (link_id, now, MOST_GUESSES),
    ).fetchone()
    return Guess(*row) if row else None


def use(conn: Connection, code_id: UUID, now: datetime) -> bool:
    """Of two at the same moment, one gets in."""
    row = conn.execute(
        "UPDATE guest_code SET used_at = %s WHERE id = %s AND used_at IS NULL RETURNING id", (now, code_id)
    ).fetchone()
    return row is not None


def code_lives(conn: Connection, code_id: UUID, now: datetime) -> bool:
    row = conn.execute(
        "SELECT 1 FROM guest_code WHERE id = %s AND used_at IS NULL AND expires_at > %s", (code_id, now)
    ).fetchone()
    return row is not None


# ---- letters ----


def add_letter(conn: Connection, one: Letter) -> None:
    """Once for the same thing."""
    conn.execute(
        f"INSERT INTO letter ({_LETTER}) VALUES (%(id)s, %(kind)s, %(link_id)s, %(made_at)s, %(next_try)s,"  # noqa: S608
        " %(code_id)s, %(state)s, %(tries)s, %(sent_at)s) ON CONFLICT (id) DO NOTHING",
        vars(one),
    )


def claim_letters(conn: Connection, now: datetime, most: int) -> list[Letter]:
    """Those whose turn it is, for this worker alone; codes first, for somebody sits waiting."""
    with conn.cursor(row_factory=kwargs_row(_letter)) as cur:
        return cur.execute(
            "UPDATE letter SET next_try = %(until)s, tries = tries + 1 WHERE id IN (SELECT id FROM letter"  # noqa: S608
            " WHERE state = 'waiting' AND next_try <= %(now)s ORDER BY kind <> 'code', next_try LIMIT %(most)s"
            f" FOR UPDATE SKIP LOCKED) RETURNING {_LETTER}",
            {"now": now, "until": now + _CLAIMED, "most": most},
        ).fetchall()


def save_letter(conn: Connection, one: Letter) -> None:
    conn.execute(
        "UPDATE letter SET state = %(state)s, next_try = %(next_try)s, sent_at = %(sent_at)s"
        " WHERE id = %(id)s AND state = 'waiting'",
        vars(one),
    )


def forget_old(conn: Connection, now: datetime) -> None:
    conn.execute("DELETE FROM letter WHERE made_at <= %s", (now - _LETTERS_KEPT,))
    conn.execute("DELETE FROM guest_code WHERE made_at <= %s", (now - _CODES_KEPT,))


def _link(conn: Connection, where: str, value: object) -> Link | None:
    with conn.cursor(row_factory=class_row(Link)) as cur:
        return cur.execute(f"SELECT {_LINK} FROM guest_link WHERE {where}", (value,)).fetchone()  # noqa: S608


def _letter(**row: Any) -> Letter:
    return Letter(**row | {"kind": Kind(row["kind"]), "state": State(row["state"])})


def _count(conn: Connection, query: str, *values: object) -> int:
    row = conn.execute(query, values).fetchone()
    return int(row[0]) if row else 0
