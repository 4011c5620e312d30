"""Where the bars of a chart stand: drawn by the server as SVG, each beside the table with the same numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from services.network.domain import board
from services.network.web.board_words import HIDDEN, Table

WIDTH = 360.0
_LINE, _BAR, _GAP = 24.0, 18.0, 14.0
_NUMBER = 56.0  # room for a number behind the longest bar


class Bar(NamedTuple):
    """One number as a length; `pattern` tells series apart without colour. `number` None: it does not show."""

    number: int | None
    pattern: str
    y: float
    width: float


class Group(NamedTuple):
    """Bars under one word; `goal` is where the goal's mark stands."""

    words: str
    y: float
    bars: list[Bar]
    goal: float | None = None


class Chart(NamedTuple):
    """`said`: the same in a sentence, for who does not see it."""

    code: str
    title: str
    said: str
    height: float
    groups: list[Group]
    series: list[tuple[str, str]]


def chart(table: Table) -> Chart | None:
    """The chart that belongs to this table; None where too little shows for one."""
    series, lines, goals = _SHAPES.get(table.code, _of_total)(table)
    shown = [place for place, (_, numbers) in enumerate(lines) if any(number is not None for number in numbers)]
    lines, goals = [lines[place] for place in shown], [goals[place] for place in shown]
    known = [number for _, numbers in lines for number in numbers if number is not None]
    if len(known) < 2:
        return None
    longest = max([*known, *(goal for goal in goals if goal is not None)])
    scale = (WIDTH - _NUMBER) / longest
    groups, y = [], 0.0
    for (words, numbers), goal in zip(lines, goals, strict=True):
        bars = []
        for place, number in enumerate(numbers):
            top = y + _LINE + place * (_BAR + 4)
            bars.append(Bar(number, series[place][0], top, round((number or 0) * scale, 1)))
        groups.append(Group(words, y + _LINE - 7, bars, None if goal is None else round(goal * scale, 1)))
        y += _LINE + len(numbers) * (_BAR + 4) + _GAP
    return Chart(table.code, table.title, _said(series, lines), y, groups, series if len(series) > 1 else [])


Shape = tuple[list[tuple[str, str]], list[tuple[str, list[int | None]]], list[int | None]]


def _of_total(table: Table) -> Shape:
    """The total of each column, where a table has one."""
    lines = [(column, [number]) for column, number in zip(table.columns[:-1], table.total or [], strict=False)]
    return [("solid", "samen")], lines, [None] * len(lines)


def _of_rows(table: Table) -> Shape:
    lines = [(words, numbers[:1]) for words, numbers in table.rows]
    return [("solid", table.columns[0])], lines, [None] * len(lines)


def _contacts(table: Table) -> Shape:
    """Each school's families, with the mark of its own goal."""
    lines = [(words, [numbers[-2]]) for words, numbers in table.rows]
    return [("solid", "gezinnen")], lines, [numbers[-1] for _, numbers in table.rows]


def _helpers(table: Table) -> Shape:
    return _two_sides(table, 0, 1)


def _activities(table: Table) -> Shape:
    return _two_sides(table, board.HELD.index("seats"), board.HELD.index("taken"))


def _two_sides(table: Table, first: int, second: int) -> Shape:
    """What is offered, hatched, above what is asked for."""
    lines = [(words, [numbers[first], numbers[second]]) for words, numbers in table.rows]
    series = [("hatched", table.columns[first]), ("solid", table.columns[second])]
    return series, lines, [None] * len(lines)


_SHAPES = {
    board.CONTACTS: _contacts,
    board.HELPERS: _helpers,
    board.ACTIVITIES: _activities,
    "declined": _of_rows,
}


def _said(series: Sequence[tuple[str, str]], lines: Sequence[tuple[str, list[int | None]]]) -> str:
    """'Basisschool Noord: 12. Basisschool Zuid: niet getoond.'"""
    parts = []
    for words, numbers in lines:
        said = [HIDDEN if number is None else str(number) for number in numbers]
        if len(series) > 1:
            said = [f"{one} {name}" for one, (_, name) in zip(said, series, strict=True)]
        parts.append(f"{words}: {', '.join(said)}.")
    return " ".join(parts)
