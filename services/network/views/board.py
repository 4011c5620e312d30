"""Reads the board as it was published: row-level security opens only the towns where the actor coordinates."""

from datetime import date
from typing import NamedTuple

from services.network.domain.board import Published
from services.network.domain.permits import PERMITS
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor


class Board(NamedTuple):
    """One town's month: what is published so far by subject, and the names of the schools in it."""

    town: str
    month: date
    subjects: dict[str, Published]
    names: dict[str, str]
    months: list[date]
    towns: list[str]


def towns(db: Database, actor: Actor) -> list[str]:
    """Where the actor coordinates, by name."""
    demand(PERMITS, actor, "board.see")
    with db.transaction(actor) as conn:
        return _towns(conn)


def months(db: Database, actor: Actor, town: str) -> list[date]:
    """Months of which something is published for that town, the newest first."""
    demand(PERMITS, actor, "board.see")
    with db.transaction(actor) as conn:
        return _months(conn, town)


def board(db: Database, actor: Actor, town: str | None = None, month: date | None = None) -> Board | None:
    """The newest month of the first town, unless others are asked; None where nothing is published yet.

    Raises NotThere for a town that is not the actor's and for a month that is not published.
    """
    demand(PERMITS, actor, "board.see")
    with db.transaction(actor) as conn:
        mine = _towns(conn)
        if town is not None and town not in mine:
            raise NotThere(town)
        chosen = town or next(iter(mine), "")
        known = _months(conn, chosen)
        if month is not None and month not in known:
            raise NotThere(str(month))
        if not known:
            return None
        at = month or known[0]
        rows = conn.execute("SELECT what, shown FROM board WHERE town = %s AND month = %s", (chosen, at)).fetchall()
        subjects = {what: Published.model_validate(shown) for what, shown in rows}
        return Board(chosen, at, subjects, _names(conn, subjects), known, mine)


def _towns(conn: Connection) -> list[str]:
    row = conn.execute("SELECT towns()").fetchone()
    return sorted(row[0]) if row else []


def _months(conn: Connection, town: str) -> list[date]:
    rows = conn.execute("SELECT DISTINCT month FROM board WHERE town = %s ORDER BY month DESC", (town,))
    return [month for (month,) in rows]


def _names(conn: Connection, subjects: dict[str, Published]) -> dict[str, str]:
    """Organisations are public; persons are nowhere in what is read here."""
    shown = {row for one in subjects.values() for row in one.tables.get("contacts", {}) if row != "total"}
    rows = conn.execute("SELECT id::text, name FROM seen.organisation WHERE id::text = ANY (%s)", (sorted(shown),))
    return dict(rows.fetchall())
