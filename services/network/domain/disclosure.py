"""Which numbers of tables may show (R20): small ones do not, nor what would give one of them away.

Tables whose totals add up are one circulation: each cell and each total is an arc that carries its number, and at every
node as much comes in as goes out. A reader knows the arcs that show, the sums, and that no number is below nought. What
a hidden arc may be for that reader is how far a flow through it can be changed along hidden arcs alone; since all
numbers are whole, that is exact (Kelly, Golden and Assad, 'Cell suppression', 1992; Willenborg and de Waal, 2001).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

TOTAL = "total"
SMALLEST = 5  # R20: what is below does not show; nought neither, since it tells something about everyone in its row

Node = Hashable
Name = tuple[str, str, str]  # table, row, column


class Arc(NamedTuple):
    """A number of a table by its name; it runs from what it is a part of to what it adds up to."""

    name: Name
    tail: Node
    head: Node
    number: int


class AlreadyTold(Exception):
    """What was shown before gives away what must be hidden now: nothing of the new tables can be published."""


class _Step(NamedTuple):
    """An arc as a change runs through it; backwards it becomes less."""

    arc: Arc
    more: bool


class _Tables:
    """Arcs by their ends, and which of them are hidden so far."""

    def __init__(self, arcs: Sequence[Arc], before: Mapping[Name, bool]) -> None:
        self.hidden = {arc.name for arc in arcs if not before.get(arc.name, arc.number >= SMALLEST)}
        self._fixed = frozenset(name for name, shows in before.items() if shows)
        self._ways: dict[Node, list[tuple[_Step, Node]]] = {}
        for arc in arcs:
            self._ways.setdefault(arc.tail, []).append((_Step(arc, more=True), arc.head))
            self._ways.setdefault(arc.head, []).append((_Step(arc, more=False), arc.tail))

    def cheapest(self, start: Node, end: Node, change: Mapping[Name, int], without: Name) -> list[_Step]:
        """The way of a change by one that hides the least that still shows; nothing where there is none."""
        turn = count()
        waiting: list[tuple[int, int, Node]] = [(0, next(turn), start)]
        best: dict[Node, int] = {start: 0}
        came: dict[Node, tuple[_Step, Node]] = {}
        while waiting:
            cost, _, node = heappop(waiting)
            if node == end:
                return _back(came, start, end)
            if cost > best[node]:
                continue
            for step, other in self._ways.get(node, ()):
                dearer = cost + self._cost(step, change, without)
                if dearer < best.get(other, _CLOSED):
                    best[other], came[other] = dearer, (step, node)
                    heappush(waiting, (dearer, next(turn), other))
        return []

    def _cost(self, step: _Step, change: Mapping[Name, int], without: Name) -> int:
        arc, more = step
        if arc.name == without or arc.name in self._fixed:
            return _CLOSED
        if not more and arc.number + change.get(arc.name, 0) <= 0:
            return _CLOSED
        return 0 if arc.name in self.hidden else (arc.number + 1) * _DEARER[arc.name.count(TOTAL)]


_CLOSED = 1 << 60
_DEARER = (1, 4, 16)  # a cell, a total, the total of all: what readers ask for first is hidden last


def hidden(arcs: Sequence[Arc], before: Mapping[Name, bool] | None = None) -> frozenset[Name]:
    """The names of what must not show. `before`: what was published of these numbers, and whether each showed.

    Each number below `SMALLEST` may then be, for all that a reader can tell, nought as well as `SMALLEST` or more.
    Raises AlreadyTold where what was published before leaves no way to reach that.
    """
    tables = _Tables(arcs, before or {})
    # The largest first: what hides them often hides the small ones too.
    small = sorted((arc for arc in arcs if arc.number < SMALLEST), key=lambda arc: -arc.number)
    for arc in small:
        _open(tables, arc, more=True, by=SMALLEST - arc.number)
        _open(tables, arc, more=False, by=arc.number)
    return frozenset(tables.hidden)


def _open(tables: _Tables, arc: Arc, *, more: bool, by: int) -> None:
    """Hide what is needed for `arc` to be so much more, or less, with all sums still right."""
    start, end = (arc.head, arc.tail) if more else (arc.tail, arc.head)
    change: dict[Name, int] = {}
    for _ in range(by):
        way = tables.cheapest(start, end, change, arc.name)
        if not way and start != end:
            raise AlreadyTold(str(arc.name))
        for step in way:
            change[step.arc.name] = change.get(step.arc.name, 0) + (1 if step.more else -1)
            tables.hidden.add(step.arc.name)


def _back(came: Mapping[Node, tuple[_Step, Node]], start: Node, end: Node) -> list[_Step]:
    way: list[_Step] = []
    node = end
    while node != start:
        step, node = came[node]
        way.append(step)
    return way


def crossed(cells: Mapping[tuple[str, str], int], rows: Iterable[str], columns: Iterable[str], name: str) -> list[Arc]:
    """The arcs of one table of rows and columns with the totals of both, named (`name`, row, column).

    A total has `TOTAL` for its row or column. Without a row there is no table.
    """
    rows, columns = list(rows), list(columns)
    if not rows:
        return []
    arcs = [
        Arc((name, row, column), (name, "column", column), (name, "row", row), cells.get((row, column), 0))
        for row in rows
        for column in columns
    ]
    start, end = (name, "start"), (name, "end")
    for column in columns:
        total = sum(cells.get((row, column), 0) for row in rows)
        arcs.append(Arc((name, TOTAL, column), start, (name, "column", column), total))
    for row in rows:
        total = sum(cells.get((row, column), 0) for column in columns)
        arcs.append(Arc((name, row, TOTAL), (name, "row", row), end, total))
    whole = sum(cells.get((row, column), 0) for row in rows for column in columns)
    return [*arcs, Arc((name, TOTAL, TOTAL), end, start, whole)]


def median_and_ninth(days: Mapping[int, int]) -> tuple[int, int] | None:
    """The median in days, and within how many whole weeks nine of ten were; None under `SMALLEST` cases.

    Weeks, since the ninth of ten among few is nearly the slowest one's own time.
    """
    cases = sum(days.values())
    if cases < SMALLEST:
        return None
    return _at(days, (cases + 1) // 2), -(-_at(days, -(-cases * 9 // 10)) // 7)


def _at(days: Mapping[int, int], place: int) -> int:
    passed = 0
    for day in sorted(days):
        passed += days[day]
        if passed >= place:
            return day
    return 0
