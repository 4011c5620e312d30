"""SQL that counts helpers and requests of a closed month, and keeps what all services counted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from services.network.domain.board import SUBJECTS, Published
from services.network.events import HelpersCountedV1
from shared.db import Connection
from shared.facts import Fact, Month

# Those who help when the month closes beside those who asked in it; a request that was taken back is none.
_SPOKEN = (
    "SELECT organisation_id, lang, sum(helpers)::int, sum(requests)::int FROM ("
    "  SELECT owner_organisation AS organisation_id, unnest(languages) AS lang, 1 AS helpers, 0 AS requests"
    "  FROM helper WHERE active AND signed_up_at < %(end)s"
    "  UNION ALL SELECT owner_organisation, unnest(languages), 0, 1 FROM request"
    "  WHERE asked_at >= %(start)s AND asked_at < %(end)s AND status <> 'withdrawn') AS spoken"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)


class Due(NamedTuple):
    """A subject and month of which every fact has arrived, and which is not published yet."""

    what: str
    month: date


def helpers(conn: Connection, month: Month) -> Sequence[Fact]:
    """For each organisation of a helper or of who asked, by language."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    start, end = month.instants
    for organisation, lang, helping, asked in conn.execute(_SPOKEN, {"start": start, "end": end}):
        found[organisation].append({"lang": lang, "helpers": helping, "requests": asked})
    rows = conn.execute("SELECT id, town FROM seen.organisation WHERE id = ANY (%s)", (list(found),))
    towns = dict(rows.fetchall())
    return [
        HelpersCountedV1.model_validate(
            {"organisation_id": one, "town": towns.get(one, ""), "month": month.first, "languages": languages}
        )
        for one, languages in found.items()
    ]


def keep(conn: Connection, what: str, fact: Fact) -> None:
    """A fact is told once; the same again changes nothing."""
    data = fact.model_dump(mode="json", exclude={"organisation_id", "town", "month"})
    conn.execute(
        "INSERT INTO seen.fact (what, month, organisation_id, town, data) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (what, fact.month, fact.organisation_id, fact.town[:100], Jsonb(data)),
    )


def keep_counted(conn: Connection, what: str, month: date, facts: int) -> None:
    conn.execute(
        "INSERT INTO seen.month_counted (what, month, facts) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (what, month, facts),
    )


def due(conn: Connection) -> list[Due]:
    """The oldest first; what follows another after that other."""
    rows = conn.execute(
        "SELECT c.what, c.month FROM seen.month_counted AS c"
        " WHERE c.what = ANY (%s) AND NOT EXISTS"
        "  (SELECT 1 FROM published AS p WHERE p.what = c.what AND p.month = c.month)"
        " AND c.facts <= (SELECT count(*) FROM seen.fact AS f WHERE f.what = c.what AND f.month = c.month)"
        " ORDER BY c.month, c.what DESC",
        (list(SUBJECTS),),
    )
    return [Due(*row) for row in rows]


def claim(conn: Connection, one: Due) -> bool:
    """Whether it is ours to publish; from now on it is published."""
    row = conn.execute(
        "INSERT INTO published (what, month) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1", one
    ).fetchone()
    return row is not None


def is_published(conn: Connection, what: str, month: date) -> bool:
    row = conn.execute("SELECT 1 FROM published WHERE what = %s AND month = %s", (what, month)).fetchone()
    return row is not None


def by_town(conn: Connection, what: str, month: date) -> dict[str, dict[str, Any]]:
    """The facts of each town by organisation."""
    towns: dict[str, dict[str, Any]] = defaultdict(dict)
    rows = conn.execute(
        "SELECT town, organisation_id::text, data FROM seen.fact WHERE what = %s AND month = %s ORDER BY town, 2",
        (what, month),
    )
    for town, organisation, data in rows:
        towns[town][organisation] = data
    return towns


def board(conn: Connection, what: str, month: date) -> dict[str, Published]:
    """What was published, by town."""
    rows = conn.execute("SELECT town, shown FROM board WHERE what = %s AND month = %s", (what, month))
    return {town: Published.model_validate(shown) for town, shown in rows}


def publish(conn: Connection, one: Due, town: str, shown: Published) -> None:
    conn.execute(
        "INSERT INTO board (town, month, what, shown) VALUES (%s, %s, %s, %s)",
        (town, one.month, one.what, Jsonb(shown.model_dump(mode="json"))),
    )
