"""Days and hours in the language of a person's page."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

from shared import clock
from shared.i18n import language


def moment(at: datetime) -> str:
    """'dinsdag 24 november om 10:00', by the clock on the wall here."""
    local = at.astimezone(clock.BRUSSELS)
    told = format_datetime(local, "EEEE d MMMM, HH:mm", tzinfo=clock.BRUSSELS, locale=_tag())
    return str(told)


def day(on: date | datetime) -> str:
    local = on.astimezone(clock.BRUSSELS).date() if isinstance(on, datetime) else on
    return str(format_date(local, "EEEE d MMMM", locale=_tag()))


def _tag() -> str:
    return language().replace("-", "_")
