"""When a recurring activity takes place: RFC 5545 rules, expanded in local time by the calendar libraries."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, vRecur

from services.activities.domain.activity import Times
from shared.refusals import Invalid

# Hours and smaller would be many activities in one; rules by week number, and by day of the month in no month,
# differ between calendars. A day of the
# month in a rule by day or week may fit no day ever, and would be sought until the year 9999.
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST"})
_BY_MONTH = _ALWAYS | {"BYMONTHDAY", "BYSETPOS"}
PARTS = {"DAILY": _ALWAYS, "WEEKLY": _ALWAYS, "MONTHLY": _BY_MONTH, "YEARLY": _BY_MONTH}
LONGEST_RULE = 200  # characters
MOST_INTERVAL = 52


def expand(times: Times, since: date, until: date) -> list[tuple[datetime, datetime]]:
    """Starts and ends in local time, of what starts on `since` or later and before `until`.

    10 o'clock stays 10 o'clock when the clock changes. Raises Invalid for a rule that we cannot use.
    """
    if not times.rrule:
        return [(times.starts, times.ends)] if since <= times.starts.date() < until else []
    zone = ZoneInfo(times.zone)
    event = Event()
    event.add("uid", "rule")
    event.add("dtstart", times.starts.replace(tzinfo=zone))
    event.add("dtend", times.ends.replace(tzinfo=zone))
    rule = parse(times.rrule)
    most = rule.pop("COUNT", [None])[0]
    event.add("rrule", _ending_in_utc(rule, zone))
    calendar = Calendar()
    calendar.add_component(event)
    # From the very first on, because COUNT counts from there.
    between = recurring_ical_events.of(calendar).between(times.starts.replace(tzinfo=zone), _midnight(until, zone))
    found = sorted(one.start.replace(tzinfo=None) for one in between)[:most]
    length = times.ends - times.starts
    return [(start, start + length) for start in found if since <= start.date() < until]


def parse(rrule: str) -> vRecur:
    """The rule as its parts. Raises Invalid where it is no rule, or one that we do not take."""
    try:
        rule: vRecur = vRecur.from_ical(rrule[:LONGEST_RULE])
    except (ValueError, KeyError, TypeError):
        raise _unusable() from None
    parts = PARTS.get(str(rule.get("FREQ", [""])[0]).upper())
    usable = (
        len(rrule) <= LONGEST_RULE
        and parts is not None
        and set(rule) <= parts
        and not ("YEARLY" in rule.get("FREQ", []) and "BYMONTHDAY" in rule and "BYMONTH" not in rule)
        and all(1 <= int(one) <= MOST_INTERVAL for one in rule.get("INTERVAL", [1]))
        and all(int(one) >= 1 for one in rule.get("COUNT", [1]))
    )
    if not usable:
        raise _unusable()
    return rule


def _ending_in_utc(rule: vRecur, zone: ZoneInfo) -> vRecur:
    """A rule that ends on a day takes place on that day too; with a zone, the end is told in UTC (RFC 5545 3.3.10)."""
    for ends in rule.get("UNTIL", []):
        local = ends if isinstance(ends, datetime) else datetime.combine(ends, time.max)
        rule["UNTIL"] = [(local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)]
    return rule


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _unusable() -> Invalid:
    return Invalid({"rrule": "Deze herhaling kennen we niet. Kies elke week of elke maand, met een einde als je wil."})
