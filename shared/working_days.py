"""Terms in working days as Belgium has them: Monday to Friday, without the public holidays (R8)."""

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays()


def after(start: date, days: int) -> date:
    """The date that many working days after `start`; after none of them, `start` itself."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def before(end: date, days: int) -> date:
    """The date that many working days before `end`."""
    day = end
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return day


@cache
def _holidays() -> HolidayBase:
    """It works out each year when that is first asked for."""
    return country_holidays("BE")
