"""SQL that counts what organisers held in a closed month: moments and seats, never who (R12, R20)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.activities.events import ActivitiesCountedV1
from shared.db import Connection
from shared.facts import Fact, Month

# Drop-in has no seats and no names: only its moments count.
_HELD = (
    "SELECT o.organiser, o.town, a.kind, count(*), coalesce(sum(a.seats), 0)::int,"
    " coalesce(sum(r.taken) FILTER (WHERE a.registration = 'named'), 0)::int"
    " FROM occurrence AS o JOIN activity AS a ON a.id = o.activity_id"
    " CROSS JOIN LATERAL (SELECT count(*) AS taken FROM registration"
    "  WHERE occurrence_id = o.id AND organiser = o.organiser AND status = 'registered') AS r"
    " WHERE o.starts_at >= %s AND o.starts_at < %s AND a.status = 'published'"
    " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


def activities(conn: Connection, month: Month) -> Sequence[Fact]:
    """For each organiser, in the town where most of it was, which is the first of equals."""
    kinds: dict[UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    moments: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for organiser, town, kind, held, seats, taken in conn.execute(_HELD, month.instants):
        moments[organiser][town] += held
        known = kinds[organiser].setdefault(kind, {"kind": kind, "moments": 0, "seats": 0, "taken": 0})
        for name, number in (("moments", held), ("seats", seats), ("taken", taken)):
            known[name] += number
    return [
        ActivitiesCountedV1.model_validate(
            {
                "organisation_id": organiser,
                "town": max(moments[organiser], key=moments[organiser].__getitem__),
                "month": month.first,
                "kinds": list(found.values()),
            }
        )
        for organiser, found in kinds.items()
    ]
