"""Finding a family among one's own by name in any spelling, or by phone; and those that a new one looks like.

Results show what the list shows: no content, so no look.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from services.intake.domain.family import FileDraft
from services.intake.domain.finding import ALIKE, Span, spans_alike, spans_for
from services.intake.domain.permits import PERMITS
from services.intake.views.files import FILES, LISTED, FileRow
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.security import Actor

MOST_ALIKE = 5

# Each span is one range of the index on the keys, for each organisation. A word counts once for a family, by its best
# key, and only the families that are shown are read at all.
_TOP = """
WITH hit AS MATERIALIZED (
  SELECT k.family_id, k.person_id, span.word,
    max(CASE WHEN k.key = span.low THEN span.exact ELSE span.weight END) AS weight
  FROM unnest(%(words)s::int[], %(lows)s::text[], %(highs)s::text[], %(weights)s::float[], %(exacts)s::float[],
    %(kinds)s::text[]) AS span(word, low, high, weight, exact, kind)
  CROSS JOIN unnest(%(own)s::uuid[]) AS own(id)
  JOIN find_key AS k ON k.owner_organisation = own.id AND k.key >= span.low AND k.key < span.high
  WHERE span.kind = '' OR span.kind = (SELECT p.kind FROM person AS p WHERE p.id = k.person_id)
  GROUP BY k.family_id, k.person_id, span.word
), best AS (
  SELECT family_id, word, max(weight) AS weight FROM hit
  WHERE NOT %(mine)s OR family_id IN (SELECT f.id FROM file AS f WHERE f.responsible = %(me)s)
  GROUP BY family_id, word
), ranked AS (
  SELECT family_id, count(*) AS words, sum(weight) AS weight, max(count(*)) OVER () AS most
  FROM best GROUP BY family_id
), top AS MATERIALIZED (
  SELECT r.family_id, r.weight FROM ranked AS r JOIN file AS f ON f.id = r.family_id WHERE {enough}
  ORDER BY r.weight DESC, f.changed_at DESC, f.id DESC LIMIT %(limit)s
), who AS (
  SELECT h.family_id, array_agg(DISTINCT h.person_id) AS persons FROM hit AS h JOIN top ON top.family_id = h.family_id
  GROUP BY h.family_id
)
"""
_FOUND = (
    "coalesce((SELECT array_agg(p.name_to_call ORDER BY p.position) FROM person AS p"
    " WHERE p.id = ANY (who.persons)), '{}') AS found"
)


def find(db: Database, actor: Actor, asked: str, *, mine: bool = False, limit: int = 50) -> list[FileRow]:
    """The families of the actor's schools that fit most of the words asked, the best first."""
    own = sorted(actor.organisations_as("school_staff"))
    with db.transaction(actor) as conn:
        values = _values(spans_for(asked), own) | {"mine": mine, "limit": limit}
        return _rows(conn, "r.words = r.most", values)


def alike(db: Database, actor: Actor, organisation: UUID, draft: FileDraft, *, key: str | None = None) -> list[FileRow]:
    """Families of this one organisation that the draft is probably about; none where `key` already made its file."""
    demand(PERMITS, actor, "file.open", owner=organisation)
    with db.transaction(actor) as conn:
        if idempotency.made_before(conn, key, "file.open"):
            return []
        values = _values(spans_alike(draft.persons), [organisation]) | {"mine": False, "limit": MOST_ALIKE}
        return _rows(conn, "r.weight >= %(alike)s", values | {"alike": ALIKE})


def _rows(conn: Connection, enough: str, values: dict[str, Any]) -> list[FileRow]:
    query = (
        f"{_TOP.replace('{enough}', enough)} SELECT {LISTED}, {_FOUND} FROM {FILES}"  # noqa: S608 - our own words
        " JOIN top ON top.family_id = f.id JOIN who ON who.family_id = f.id"
        " ORDER BY top.weight DESC, f.changed_at DESC, f.id DESC"
    )
    with conn.cursor(row_factory=class_row(FileRow)) as cur:
        return cur.execute(query, values | {"me": conn.actor.id, "today": clock.today()}).fetchall()


def _values(spans: Iterable[Span], organisations: list[UUID]) -> dict[str, Any]:
    """One list for each column, as `unnest` wants them."""
    listed = list(spans)
    names = ("words", "lows", "highs", "weights", "exacts", "kinds")
    columns = zip(*listed, strict=True) if listed else ((),) * len(names)
    told = {name: list(column) for name, column in zip(names, columns, strict=True)}
    weights = {name: [float(one) for one in told[name]] for name in ("weights", "exacts")}
    return told | weights | {"own": organisations}
