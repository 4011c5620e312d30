"""SQL that counts what a closed month had: numbers of an organisation, never a family or a referral (R20)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.referral.events.facts import CapacityCountedV1, ReferralsCountedV1, ReferralsFollowedV1
from shared.db import Connection
from shared.facts import Fact, Month

FOLLOWED_DAYS = 90
# Why somebody declined goes out as far as the school may know it (R4), and never that a family kept silent (R12).
_NOT_TOLD = ["not_eligible", "no_contact"]

_STOOD = (
    "SELECT r.owner_organisation, t.kind, CASE"
    " WHEN r.status = 'declined' THEN 'declined'"
    " WHEN r.status IN ('withdrawn', 'ended_by_family', 'recalled', 'expired', 'sent_in_error') THEN 'ended'"
    " WHEN r.warm_at IS NOT NULL THEN 'warm' WHEN r.seen_at IS NOT NULL THEN 'seen' ELSE 'waiting' END AS stood,"
    " count(*) FROM referral AS r JOIN organisation AS t ON t.id = r.to_organisation"
    " WHERE r.sent_at >= %s AND r.sent_at < %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
# Days are counted as people count them: the day after the day of sending is the first.
_FOLLOWED = (
    "SELECT r.owner_organisation, t.kind, r.status, coalesce(d.code, 'other') AS code,"
    " (r.ended_at AT TIME ZONE 'Europe/Brussels')::date - (r.sent_at AT TIME ZONE 'Europe/Brussels')::date AS over,"
    " (r.warm_at AT TIME ZONE 'Europe/Brussels')::date - (r.sent_at AT TIME ZONE 'Europe/Brussels')::date AS warm"
    " FROM referral AS r JOIN organisation AS t ON t.id = r.to_organisation"
    " LEFT JOIN LATERAL (SELECT r.decline_code AS code WHERE r.decline_code <> ALL (%s)) AS d ON true"
    " WHERE r.sent_at >= %s AND r.sent_at < %s"
)
_CAPACITY = (
    "SELECT c.organisation_id, o.kind, c.state, count(*) FROM capacity AS c"
    " JOIN organisation AS o ON o.id = c.organisation_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


def referrals_sent(conn: Connection, month: Month) -> Sequence[Fact]:
    """How those of the month stand now, for each school that sent one."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for owner, kind, column, number in conn.execute(_STOOD, month.instants):
        found[owner].append({"kind": kind, "column": column, "number": number})
    towns = _towns(conn, list(found))
    return [
        ReferralsCountedV1.model_validate(_of(owner, towns, month) | {"cells": cells}) for owner, cells in found.items()
    ]


def referrals_followed(conn: Connection, month: Month) -> Sequence[Fact]:
    """What had become of them ninety days later, whatever became of them after that."""
    cells: dict[UUID, Tally] = defaultdict(Tally)
    for owner, *row in conn.execute(_FOLLOWED, (_NOT_TOLD, *month.instants)):
        cells[owner].add(*row)
    towns = _towns(conn, list(cells))
    return [
        ReferralsFollowedV1.model_validate(_of(owner, towns, month) | tally.told()) for owner, tally in cells.items()
    ]


def capacity(conn: Connection, month: Month) -> Sequence[Fact]:
    """What organisations say of their room when the month has closed."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for organisation, kind, state, number in conn.execute(_CAPACITY):
        found[organisation].append({"kind": kind, "column": state, "number": number})
    towns = _towns(conn, list(found))
    return [CapacityCountedV1.model_validate(_of(one, towns, month) | {"cells": cells}) for one, cells in found.items()]


class Tally:
    """What became of one school's referrals, counted."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], int] = defaultdict(int)
        self._declined: dict[str, int] = defaultdict(int)
        self._warm: dict[int, int] = defaultdict(int)
        self._round: dict[int, int] = defaultdict(int)

    def add(self, kind: str, status: str, code: str, over: int | None, warm: int | None) -> None:
        column = _became(status, over)
        self._cells[kind, column] += 1
        if column == "declined":
            self._declined[code] += 1
        if column.startswith("round") and over is not None:
            self._round[over] += 1
        if warm is not None and warm <= FOLLOWED_DAYS:
            self._warm[warm] += 1

    def told(self) -> dict[str, Any]:
        return {
            "cells": [{"kind": k, "column": c, "number": n} for (k, c), n in sorted(self._cells.items())],
            "declined": [{"code": code, "number": n} for code, n in sorted(self._declined.items())],
            "warm": [{"days": days, "number": n} for days, n in sorted(self._warm.items())],
            "round": [{"days": days, "number": n} for days, n in sorted(self._round.items())],
        }


def _became(status: str, over: int | None) -> str:
    if over is None or over > FOLLOWED_DAYS:
        return "open"
    if status == "closed":
        return next(f"round_{days}" for days in (30, 60, FOLLOWED_DAYS) if over <= days)
    return "declined" if status == "declined" else "ended"


def _towns(conn: Connection, organisations: list[UUID]) -> dict[UUID, str]:
    return dict(conn.execute("SELECT id, town FROM organisation WHERE id = ANY (%s)", (organisations,)).fetchall())


def _of(organisation: UUID, towns: dict[UUID, str], month: Month) -> dict[str, UUID | str | date | datetime]:
    return {"organisation_id": organisation, "town": towns.get(organisation, ""), "month": month.first}
