"""How referrals stood and what became of them are published ninety days apart, and hide what is small as one (R20)."""

from collections import Counter
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.network.domain import board
from services.network.domain.board import _by_kind, _joined, follow, publish
from services.network.domain.disclosure import SMALLEST, TOTAL
from tests.domain.test_network_disclosure import room, solves

KINDS = ("ocmw", "clb", "ligo", "library")


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A town's referrals of a month: how they stood, and what the same ones became."""
    most = draw(st.sampled_from([4, 12, 40]))
    stood, became, warm, declined = [], [], 0, 0
    for kind in KINDS[: draw(st.integers(1, len(KINDS)))]:
        columns = [draw(st.integers(0, most)) for _ in board.STOOD]
        stood += [{"kind": kind, "column": c, "number": n} for c, n in zip(board.STOOD, columns, strict=True)]
        left = sum(columns)
        warm += columns[board.STOOD.index("warm")]
        for column in board.BECAME[:-1]:
            number = draw(st.integers(0, left))
            left -= number
            became.append({"kind": kind, "column": column, "number": number})
            declined += number if column == "declined" else 0
        became.append({"kind": kind, "column": "open", "number": left})
    no_room = draw(st.integers(0, declined))
    told = {
        "cells": became,
        "declined": [{"code": "no_room", "number": no_room}, {"code": "other", "number": declined - no_room}],
        "warm": [{"days": 3, "number": warm}],
        "round": [],
    }
    return {"cells": stood}, told


@given(cohorts())
@settings(max_examples=60)
def test_who_reads_both_tables_learns_no_small_number(cohort: tuple[dict[str, Any], dict[str, Any]]) -> None:
    sent, followed = ({"school": one} for one in cohort)
    assume(any(_by_kind(sent).values()))
    before = publish(board.SENT, sent)
    after = follow(followed, sent, before)
    reasons = Counter(dict.fromkeys(board.REASONS, 0))
    reasons.update({one["code"]: one["number"] for one in followed["school"]["declined"]})
    arcs = _joined(_by_kind(sent), _by_kind(followed), reasons, followed["school"]["warm"][0]["number"])
    read = {**before.tables, **{name: one for name, one in after.tables.items() if name != board.SENT}}
    closed = {arc.name for arc in arcs if arc.name[2] not in read.get(arc.name[0], {}).get(arc.name[1], {})}
    determined = solves(arcs, closed)
    for arc in arcs:
        if arc.number < SMALLEST:
            assert arc.name in closed
            assert arc.name not in determined
            assert room(arcs, closed, arc) == (0, SMALLEST), arc


@given(cohorts())
@settings(max_examples=40)
def test_the_later_table_shows_no_total_that_the_earlier_one_hid(
    cohort: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    sent, followed = ({"school": one} for one in cohort)
    before = publish(board.SENT, sent)
    after = follow(followed, sent, before)
    earlier = before.tables.get(board.SENT, {})
    for row, columns in after.tables.get(board.FOLLOWED, {}).items():
        assert columns.get(TOTAL) == earlier.get(row, {}).get(TOTAL)


def test_what_does_not_show_is_not_kept_either() -> None:
    shown = publish(board.CAPACITY, {"one": {"cells": [{"kind": "ocmw", "column": "room", "number": 3}]}})
    assert shown.tables == {}


def test_an_empty_town_has_nothing_to_show_and_nothing_to_hide() -> None:
    for what in (board.CONTACTS, board.SENT, board.CAPACITY, board.ACTIVITIES, board.HELPERS):
        assert all(not table for table in publish(what, {}).tables.values())


def test_drop_in_hides_no_seat_since_everybody_knows_that_it_has_none() -> None:
    kinds = [
        {"kind": "parent_cafe", "moments": 8, "seats": 60, "taken": 31},
        {"kind": "coffee_moment", "moments": 8, "seats": 0, "taken": 0},
    ]
    shown = publish(board.ACTIVITIES, {"one": {"kinds": kinds}}).tables[board.ACTIVITIES]
    assert shown["parent_cafe"] == {"moments": 8, "seats": 60, "taken": 31}
