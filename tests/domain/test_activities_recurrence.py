"""When a recurring activity takes place."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.activities.commands.recurrence import expand, parse
from services.activities.domain.activity import Times, occurrence_of
from shared.refusals import Invalid

_ID = UUID(int=7)

RULES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data/recurrence/rules.json").read_text())


def read(told: str) -> datetime:
    plain = told.rstrip("Z")
    return datetime.strptime(plain, "%Y%m%dT%H%M%S" if "T" in plain else "%Y%m%d")  # noqa: DTZ007 - local


def every(rrule: str, starts: str = "20260903T100000", until: date = date(2027, 1, 1)) -> list[datetime]:
    first = read(starts)
    return [start for start, _ in expand(Times(first, first + timedelta(hours=2), rrule), first.date(), until)]


@pytest.mark.parametrize("case", RULES["cases"], ids=lambda case: case["what"][:60])
def test_a_rule_gives_the_dates_that_the_test_data_expect(case: dict[str, Any]) -> None:
    expected = [read(one) for one in case["expected"]]
    assert every(case["rrule"], case["dtstart"], expected[-1].date() + timedelta(days=1)) == expected


@pytest.mark.parametrize("case", RULES["refused"], ids=lambda case: case["rrule"][:60])
def test_a_rule_of_hours_or_week_numbers_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse(case["rrule"])


@pytest.mark.parametrize(
    "rrule",
    ["RUBBISH", "FREQ=NEVER", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;COUNT=0", "💶", "X" * 999],
)
def test_what_is_no_rule_is_refused(rrule: str) -> None:
    with pytest.raises(Invalid):
        parse(rrule)


def test_ten_o_clock_stays_ten_o_clock_when_the_clock_changes() -> None:
    days = every("FREQ=WEEKLY", "20261015T100000", date(2026, 11, 13))
    assert {day.hour for day in days} == {10}
    instants = [occurrence_of(_ID, day, day + timedelta(hours=2)).starts_at.astimezone(UTC) for day in days]
    assert [later - earlier for earlier, later in pairwise(instants)].count(timedelta(days=7, hours=1)) == 1


def test_a_rule_that_ends_on_a_day_takes_place_on_that_day_too() -> None:
    assert every("FREQ=WEEKLY;UNTIL=20260917")[-1] == datetime(2026, 9, 17, 10)  # noqa: DTZ001


def test_a_count_counts_from_the_first_time_on() -> None:
    first = read("20260903T100000")
    times = Times(first, first + timedelta(hours=2), "FREQ=WEEKLY;COUNT=3")
    assert len(expand(times, date(2026, 9, 8), date(2026, 12, 1))) == 2


def test_an_activity_without_rule_takes_place_once() -> None:
    assert every("") == [datetime(2026, 9, 3, 10)]  # noqa: DTZ001
