"""The board's fixed tables: what each is made of, and what of it may show. Made from facts alone (R20)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.network.domain.disclosure import (
    SMALLEST,
    TOTAL,
    AlreadyTold,
    Arc,
    Name,
    crossed,
    hidden,
    median_and_ninth,
)

WAYS = ("call", "sms", "whatsapp", "in_person", "come_by")
STOOD = ("waiting", "seen", "warm", "declined", "ended")
ROUND = ("round_30", "round_60", "round_90")
BECAME = (*ROUND, "declined", "ended", "open")
STATES = ("room", "waiting_list", "full", "unknown")
HELD = ("moments", "seats", "taken")
SIDES = ("helpers", "requests")
WARM = ("warm", "not_warm")
REASONS = ("no_room", "outside_area", "not_our_task", "other")  # of `decline_reasons`, as far as facts tell them

# What is counted, in the order of the page. `referrals_followed` adds to what `referrals_sent` told of the same month.
CONTACTS, SENT, FOLLOWED = "contacts", "referrals_sent", "referrals_followed"
CAPACITY, ACTIVITIES, HELPERS = "capacity", "activities", "helpers"
SUBJECTS = (CONTACTS, SENT, FOLLOWED, CAPACITY, HELPERS, ACTIVITIES)

Shown = dict[str, dict[str, int]]  # by row and column; what is hidden is not in it
Data = Mapping[str, Any]


class Times(BaseModel):
    """The median in days, and within how many weeks nine of ten were."""

    model_config = ConfigDict(frozen=True)

    median_days: int
    ninth_weeks: int


class Published(BaseModel):
    """One subject of one town and month as everybody reads it from now on: it never changes."""

    model_config = ConfigDict(frozen=True)

    tables: dict[str, Shown] = {}
    goals: dict[str, int] = {}
    times: dict[str, Times] = {}


NOTHING = Published()


def publish(what: str, facts: Mapping[str, Data]) -> Published:
    """What may show of these facts of one town and month, each by its organisation."""
    if what == CONTACTS:
        goals = {one: data["goal"] for one, data in facts.items() if data["goal"] is not None}
        return Published(tables=_crossed(CONTACTS, _by_organisation(facts), WAYS), goals=goals)
    if what == SENT:
        return Published(tables=_crossed(SENT, _by_kind(facts), STOOD))
    if what == CAPACITY:
        return Published(tables=_crossed(CAPACITY, _by_kind(facts), STATES))
    if what == ACTIVITIES:
        return Published(tables=_held(facts))
    return Published(tables=_spoken(facts))


def follow(facts: Mapping[str, Data], sent: Mapping[str, Data], before: Published) -> Published:
    """What became of what `before` told. Where the two do not add up any more, nothing shows.

    Both count the same referrals, so a reader may hold one against the other: they are hidden as one.
    """
    stood, became = _by_kind(sent), _by_kind(facts)
    rows = _rows(stood)
    for row in rows:
        # A family that was erased since is counted nowhere any more: of its referral nothing is known.
        became[row, "open"] += _sum(stood, row) - _sum(became, row)
    if not rows or _rows(became) != rows or any(number < 0 for number in became.values()):
        return NOTHING
    reasons = Counter(dict.fromkeys(REASONS, 0))
    for code, number in _added(facts, "declined", "code").items():
        reasons[code if code in REASONS else "other"] += number
    warm, over = _days(facts, "warm"), _days(facts, "round")
    arcs = _joined(stood, became, reasons, sum(warm.values()))
    told = {arc.name: _shows(before, arc.name) for arc in crossed(stood, rows, STOOD, SENT)}
    try:
        closed = hidden(arcs, told)
    except AlreadyTold:
        return NOTHING
    tables = _open_tables(arcs, closed)
    return Published(tables=tables | {FOLLOWED: _with_totals(tables, rows)}, times=_times(tables, warm, over))


def _shows(before: Published, name: Name) -> bool:
    table, row, column = name
    return column in before.tables.get(table, {}).get(row, {})


def _joined(
    stood: Counter[tuple[str, str]], became: Counter[tuple[str, str]], reasons: Counter[str], warm: int
) -> list[Arc]:
    """One circulation: from how they stood, through each kind's total, to what they became, why, and how warm."""
    rows = _rows(stood)
    end, joined, last = (SENT, "end"), (FOLLOWED, "end"), (WARM, "end")
    arcs = []
    for arc in crossed(stood, rows, STOOD, SENT):
        _, row, column = arc.name
        if (row, column) == (TOTAL, TOTAL):
            arcs.append(arc._replace(tail=last))
        elif arc.head == end:
            arcs.append(arc._replace(head=(FOLLOWED, "row", row)))
        else:
            arcs.append(arc)
    for column in BECAME:
        node = (FOLLOWED, "column", column)
        arcs += [Arc((FOLLOWED, row, column), (FOLLOWED, "row", row), node, became[row, column]) for row in rows]
        onward = (FOLLOWED, "round") if column in ROUND else (FOLLOWED, "why") if column == "declined" else joined
        total = sum(became[row, column] for row in rows)
        arcs.append(Arc((FOLLOWED, TOTAL, column), node, onward, total))
    came_round = sum(became[row, column] for row in rows for column in ROUND)
    arcs.append(Arc((FOLLOWED, TOTAL, "round"), (FOLLOWED, "round"), joined, came_round))
    arcs += [Arc(("declined", code, "number"), (FOLLOWED, "why"), joined, number) for code, number in reasons.items()]
    whole = sum(stood.values())
    arcs.append(Arc(("warm", TOTAL, "warm"), joined, last, warm))
    return [*arcs, Arc(("warm", TOTAL, "not_warm"), joined, last, whole - warm)]


def _with_totals(tables: Mapping[str, Shown], rows: Iterable[str]) -> Shown:
    """The totals of rows are the same numbers as in the table before."""
    followed = {row: dict(found) for row, found in tables.get(FOLLOWED, {}).items()}
    for row in (*rows, TOTAL):
        if TOTAL in tables.get(SENT, {}).get(row, {}):
            followed.setdefault(row, {})[TOTAL] = tables[SENT][row][TOTAL]
    return followed


def _times(tables: Mapping[str, Shown], warm: Counter[int], over: Counter[int]) -> dict[str, Times]:
    """A time says how many lie on either side of it: it shows only where the numbers that it splits show too."""
    shown = {}
    if "warm" in tables.get("warm", {}).get(TOTAL, {}):
        shown["warm"] = median_and_ninth(warm)
    if all(column in tables.get(FOLLOWED, {}).get(TOTAL, {}) for column in ROUND):
        shown["round"] = median_and_ninth(over)
    return {name: Times(median_days=one[0], ninth_weeks=one[1]) for name, one in shown.items() if one}


def _crossed(name: str, cells: Counter[tuple[str, str]], columns: Sequence[str]) -> dict[str, Shown]:
    # A row in which there is nobody protects nobody: whoever knows that would see through what it seems to hide.
    arcs = crossed(cells, _rows(cells), columns, name)
    return _open_tables(arcs, hidden(arcs))


def _held(facts: Mapping[str, Data]) -> dict[str, Shown]:
    """Three columns that do not add up to each other, each with its total.

    That drop-in has no seats the calendar says: it hides nothing.
    """
    arcs = []
    for column in HELD:
        counted = [one for data in facts.values() for one in data["kinds"] if column == "moments" or one["seats"]]
        cells = Counter({(one["kind"], column): 0 for one in counted})
        for one in counted:
            cells[one["kind"], column] += one[column]
        start, end = (column, "start"), (column, "end")
        arcs += [Arc((ACTIVITIES, kind, column), start, end, number) for (kind, _), number in cells.items()]
        if cells:
            arcs.append(Arc((ACTIVITIES, TOTAL, column), end, start, sum(cells.values())))
    return _open_tables(arcs, hidden(arcs))


def _spoken(facts: Mapping[str, Data]) -> dict[str, Shown]:
    """No totals: who speaks two languages is in both rows."""
    table: Shown = {}
    for column in SIDES:
        found = Counter[str]()
        for data in facts.values():
            found.update({one["lang"]: one[column] for one in data["languages"]})
        for lang, number in found.items():
            if number >= SMALLEST:
                table.setdefault(lang, {})[column] = number
    return {HELPERS: table}


def _open_tables(arcs: Iterable[Arc], closed: frozenset[Name]) -> dict[str, Shown]:
    tables: dict[str, Shown] = {}
    for arc in arcs:
        table, row, column = arc.name
        if arc.name not in closed:
            tables.setdefault(table, {}).setdefault(row, {})[column] = arc.number
    return tables


def _rows(cells: Counter[tuple[str, str]]) -> list[str]:
    return sorted({row for (row, _), number in cells.items() if number})


def _sum(cells: Counter[tuple[str, str]], row: str) -> int:
    return sum(number for (one, _), number in cells.items() if one == row)


def _by_organisation(facts: Mapping[str, Data]) -> Counter[tuple[str, str]]:
    return Counter({(one, way["way"]): way["families"] for one, data in facts.items() for way in data["ways"]})


def _by_kind(facts: Mapping[str, Data]) -> Counter[tuple[str, str]]:
    cells = Counter[tuple[str, str]]()
    for data in facts.values():
        for one in data["cells"]:
            cells[one["kind"], one["column"]] += one["number"]
    return cells


def _added(facts: Mapping[str, Data], table: str, name: str) -> Counter[str]:
    found = Counter[str]()
    for data in facts.values():
        for one in data[table]:
            found[one[name]] += one["number"]
    return found


def _days(facts: Mapping[str, Data], table: str) -> Counter[int]:
    found = Counter[int]()
    for data in facts.values():
        for one in data[table]:
            found[one["days"]] += one["number"]
    return found
