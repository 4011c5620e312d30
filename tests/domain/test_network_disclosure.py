"""No shown number gives away a hidden one: seen by trying all that a reader could think (R20)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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

ROWS, COLUMNS = ("a", "b", "c"), ("x", "y", "z")


@st.composite
def tables(draw: st.DrawFn, most: int = 12) -> list[Arc]:
    rows = ROWS[: draw(st.integers(1, 3))]
    columns = COLUMNS[: draw(st.integers(1, 3))]
    cells = {(row, column): draw(st.integers(0, most)) for row in rows for column in columns}
    return crossed(cells, rows, columns, "t")


def possible(arcs: Sequence[Arc], closed: Collection[Name]) -> dict[Name, set[int]]:
    """By trying: every number that each hidden inner cell can be, for a reader who knows all that shows.

    Totals follow from the inner cells, so those are all there is to try.
    """
    inner = [arc for arc in arcs if TOTAL not in arc.name]
    shown = {arc.name: arc.number for arc in arcs if arc.name not in closed}
    unknown = [arc.name for arc in inner if arc.name in closed]
    # Beyond the threshold and what stands in the table nothing new becomes possible.
    most = max([SMALLEST, *(arc.number for arc in inner)]) + SMALLEST
    tried = _cells_by_line(unknown, shown, most)
    found: dict[Name, set[int]] = {name: set() for name in closed}
    for numbers in tried:
        whole = shown | numbers
        sums = _sums(inner, whole)
        if all(shown.get(name, number) == number for name, number in sums.items()):
            for name in closed:
                found[name].add(sums[name] if name in sums else whole[name])
    return found


def _cells_by_line(unknown: Sequence[Name], shown: Mapping[Name, int], most: int) -> list[dict[Name, int]]:
    return [dict(zip(unknown, numbers, strict=True)) for numbers in product(range(most + 1), repeat=len(unknown))]


def _sums(inner: Sequence[Arc], numbers: Mapping[Name, int]) -> Counter[Name]:
    sums = Counter[Name]()
    for arc in inner:
        table, row, column = arc.name
        for name in ((table, row, TOTAL), (table, TOTAL, column), (table, TOTAL, TOTAL)):
            sums[name] += numbers[arc.name]
    return sums


@given(st.dictionaries(st.sampled_from([(r, c) for r in "ab" for c in "xy"]), st.integers(0, 7), min_size=4))
@settings(max_examples=25)
def test_a_hidden_small_number_may_be_nought_or_five_for_all_that_a_reader_can_tell(
    cells: dict[tuple[str, str], int],
) -> None:
    arcs = crossed(cells, "ab", "xy", "t")
    closed = hidden(arcs)
    found = possible(arcs, closed)
    for arc in arcs:
        if arc.name in closed and arc.number < SMALLEST:
            assert 0 in found[arc.name], arc
            assert max(found[arc.name]) >= SMALLEST, arc


@given(tables(most=30))
@settings(max_examples=150)
def test_nothing_small_shows(arcs: list[Arc]) -> None:
    closed = hidden(arcs)
    assert all(arc.number >= SMALLEST for arc in arcs if arc.name not in closed)


def solves(arcs: Sequence[Arc], closed: Collection[Name]) -> set[Name]:
    """The hidden arcs that a linear combination of what shows gives: by elimination, in fractions."""
    unknown = [arc.name for arc in arcs if arc.name in closed]
    nodes = {node for arc in arcs for node in (arc.tail, arc.head)}
    rows = []
    for node in nodes:
        row = {name: Fraction(0) for name in unknown}
        for arc in arcs:
            if arc.name in closed:
                row[arc.name] += (arc.head == node) - (arc.tail == node)
        rows.append([row[name] for name in unknown])
    return {unknown[place] for place in _determined(rows, len(unknown))}


def _determined(rows: list[list[Fraction]], width: int) -> list[int]:
    """Gauss and Jordan: a column is determined where its reduced row holds nothing else."""
    rank = 0
    for column in range(width):
        pivot = next((at for at in range(rank, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for at, row in enumerate(rows):
            if at != rank and row[column]:
                rows[at] = [value - row[column] * lead for value, lead in zip(row, rows[rank], strict=True)]
        rank += 1
    return [
        next(at for at, value in enumerate(row) if value)
        for row in rows[:rank]
        if sum(1 for value in row if value) == 1
    ]


@given(
    st.integers(1, 8),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
    st.sampled_from([6, 12, 40]),
)
@settings(max_examples=80)
def test_no_sum_or_difference_of_what_shows_gives_a_hidden_number(
    rows: int, columns: int, dice: object, most: int
) -> None:
    names = [f"r{at}" for at in range(rows)], [f"c{at}" for at in range(columns)]
    cells = {(row, column): dice.randint(0, most) for row in names[0] for column in names[1]}  # type: ignore[attr-defined]
    arcs = crossed(cells, *names, "t")
    closed = hidden(arcs)
    assert not solves(arcs, closed)
    for arc in arcs:
        if arc.number < SMALLEST:
            assert room(arcs, closed, arc) == (0, SMALLEST)


def room(arcs: Sequence[Arc], closed: Collection[Name], one: Arc) -> tuple[int, int]:
    """The least and (up to the threshold) the most that `one` can be: unit changes along whole cycles of hidden arcs.

    Written apart from what is tested: breadth first, a step at a time, on plain numbers.
    """
    return one.number - _moved(arcs, closed, one, -1, one.number), one.number + _moved(
        arcs, closed, one, 1, SMALLEST - one.number
    )


def _moved(arcs: Sequence[Arc], closed: Collection[Name], one: Arc, way: int, by: int) -> int:
    numbers = {arc.name: arc.number for arc in arcs}
    start, end = (one.head, one.tail) if way > 0 else (one.tail, one.head)
    for done in range(by):
        came: dict[object, tuple[object, Name, int] | None] = {start: None}
        queue = [start]
        for node in queue:
            for arc in arcs:
                if arc.name not in closed or arc.name == one.name:
                    continue
                if arc.tail == node and arc.head not in came:
                    came[arc.head] = (node, arc.name, 1)
                    queue.append(arc.head)
                if arc.head == node and arc.tail not in came and numbers[arc.name] > 0:
                    came[arc.tail] = (node, arc.name, -1)
                    queue.append(arc.tail)
        if end not in came:
            return done
        node = end
        while step := came[node]:
            node, name, change = step
            numbers[name] += change
    return by


def test_a_lonely_small_cell_takes_another_cell_of_its_row_and_of_its_column_along() -> None:
    cells = {("a", "x"): 7, ("a", "y"): 2, ("b", "x"): 9, ("b", "y"): 11}
    closed = hidden(crossed(cells, "ab", "xy", "t"))
    assert closed == {("t", row, column) for row in "ab" for column in "xy"}


def test_what_is_nowhere_small_shows_whole() -> None:
    assert not hidden(crossed({("a", "x"): 5, ("b", "x"): 6}, "ab", "x", "t"))


def test_two_hidden_cells_that_together_stay_under_five_take_their_total_or_another_cell_along() -> None:
    cells = {("a", "x"): 1, ("b", "x"): 2, ("c", "x"): 20}
    closed = hidden(crossed(cells, "abc", "x", "t"))
    assert ("t", "c", "x") in closed or ("t", TOTAL, "x") in closed


def test_nought_is_hidden_as_one_to_four_are() -> None:
    assert ("t", "a", "y") in hidden(crossed({("a", "x"): 30, ("b", "y"): 9, ("b", "x"): 8}, "ab", "xy", "t"))


def test_a_table_of_small_numbers_shows_nothing_not_even_its_totals() -> None:
    arcs = crossed({("a", "x"): 1}, "ab", "xy", "t")
    assert hidden(arcs) == {arc.name for arc in arcs}


def test_what_was_hidden_before_stays_hidden_and_what_showed_is_no_way_out() -> None:
    arcs = crossed({("a", "x"): 3, ("b", "x"): 9, ("c", "x"): 8}, "abc", "x", "t")
    before = {("t", "b", "x"): True, ("t", "c", "x"): False}
    closed = hidden(arcs, before)
    assert ("t", "b", "x") not in closed
    assert {("t", "a", "x"), ("t", "c", "x")} <= closed


def test_where_all_the_rest_was_told_nothing_new_can_be() -> None:
    arcs = crossed({("a", "x"): 3, ("b", "x"): 9}, "ab", "x", "t")
    told = {arc.name: True for arc in arcs if arc.name != ("t", "a", "x")}
    with pytest.raises(AlreadyTold):
        hidden(arcs, told)


@given(st.dictionaries(st.integers(0, 90), st.integers(1, 4), min_size=1, max_size=20))
def test_a_median_needs_five_cases(days: dict[int, int]) -> None:
    cases = sum(days.values())
    found = median_and_ninth(days)
    assert (found is None) == (cases < SMALLEST)
    if found:
        assume(cases)
        every = sorted(day for day, number in days.items() for _ in range(number))
        assert found[0] == every[(cases - 1) // 2]
        assert found[1] * 7 >= every[-(-cases * 9 // 10) - 1]
