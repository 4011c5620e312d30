"""The calendar of a town as iCalendar (RFC 5545): public facts only."""

from datetime import UTC, timedelta

from icalendar import Calendar, Event, vText

from services.activities.domain.words import HELP
from services.activities.views.calendar import Entry, between
from shared import clock, vocabulary
from shared.db import Database
from shared.security import Actor

KIND = "text/calendar; charset=utf-8"
BEFORE, AHEAD = timedelta(weeks=4), timedelta(weeks=9)


def feed(db: Database, actor: Actor, town: str, url: str) -> bytes:
    """What was and comes in the town, the same bytes while nothing changes. `url` is where pages start."""
    today = clock.today()
    entries = between(db, actor, town, (today - BEFORE, today + AHEAD), most=5000)
    calendar = Calendar()
    calendar.add("prodid", "-//Brug//Buurtkalender//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", f"Buurtkalender {town}")
    calendar["X-WR-CALNAME"] = vText(f"Buurtkalender {town}")
    for entry in entries:
        calendar.add_component(_event(entry, url))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, url: str) -> Event:
    event = Event()
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{entry.occurrence_id}@brug")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.version - 1)
    event.add("dtstart", entry.starts.replace(tzinfo=clock.BRUSSELS))
    event.add("dtend", entry.ends.replace(tzinfo=clock.BRUSSELS))
    event.add("summary", vText(entry.title.text, params={"LANGUAGE": entry.title.lang}))
    event.add("location", ", ".join(part for part in (entry.hall, entry.address, entry.town) if part))
    event.add("description", _facts(entry))
    event.add("categories", [str(vocabulary.label("activity_kinds", entry.kind))])
    event.add("status", "CANCELLED" if entry.status == "cancelled" else "CONFIRMED")
    event.add("url", f"{url}/activities/{entry.activity_id}")
    return event


def _facts(entry: Entry) -> str:
    """Each fact with its answer: unknown is said, and is not no (R13)."""
    answers = entry.practical_help.model_dump()
    lines = [
        f"{vocabulary.label('practical_help', name)}: {vocabulary.label('answers', answers[name])}" for name in HELP
    ]
    return "\n".join([entry.organiser_name, *lines] if entry.organiser_name else lines)
